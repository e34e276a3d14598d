"""Many at a time: selections, operations and undo (contract 70, 1 and 2); and what
rules of retention do by them (3)."""
