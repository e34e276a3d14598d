"""Use cases that write several domains in one transaction, one per file."""
