"""JSON shapes of tags and folders, one module for each."""
