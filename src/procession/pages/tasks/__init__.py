"""Tasks: the list of all, one to read and complete, what changes them (contract 95, 3.2, 3.3)."""
