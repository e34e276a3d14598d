"""Use cases of people, one capability per file."""
