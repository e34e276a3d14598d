"""The nouns of the product; each folder has the same file names (see docs/words.md and decision 0001)."""
