"""Many at a time: selections, operations and undo (contract 70, 1 and 2)."""
