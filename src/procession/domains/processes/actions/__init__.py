"""Use cases of processes, one capability per file."""
