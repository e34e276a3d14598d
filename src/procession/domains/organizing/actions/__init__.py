"""Use cases of tags and folders."""
