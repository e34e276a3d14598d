"""Searching everything at once (contract 60, 4)."""
