"""Searching everything at once, and what is shown of what was found."""
