"""Snippets: texts that an organization writes once and names in many others."""
