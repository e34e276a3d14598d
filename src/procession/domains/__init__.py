"""The nouns of the product; each folder has the same file names (docs/decisions/0009)."""
