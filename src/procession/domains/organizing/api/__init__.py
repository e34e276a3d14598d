"""Endpoints of tags and folders, one module for each."""
