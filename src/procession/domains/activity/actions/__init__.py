"""Use cases of activity, one capability per file."""
