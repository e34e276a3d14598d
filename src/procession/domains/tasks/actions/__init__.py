"""Use cases of tasks, one capability per file."""
