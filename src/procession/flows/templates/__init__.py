"""Templates: making, copying, changing, showing them; their steps, fields, rules and rights."""
