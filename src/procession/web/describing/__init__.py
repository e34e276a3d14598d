"""Descriptions of the API, made from the declarations of its endpoints."""
