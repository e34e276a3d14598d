"""One file for each step of the schema's history, in order."""
