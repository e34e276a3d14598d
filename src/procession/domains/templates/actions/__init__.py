"""Use cases of templates, one capability per file."""
