"""Use cases of comments, one capability per file."""
