"""Use cases of desks, one capability per file."""
