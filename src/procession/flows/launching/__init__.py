"""Launching processes: by the API, a page, a mail or a public form, and what a launch works out."""
