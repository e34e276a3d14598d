"""Use cases of accounts, one capability per file."""
