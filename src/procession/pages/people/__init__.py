"""People: members, guests and groups, for who looks after them (contract 95, 3.12)."""
