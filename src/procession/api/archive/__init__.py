"""Many things archived, restored or deleted at once."""
