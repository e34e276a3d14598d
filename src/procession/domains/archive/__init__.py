"""Many objects archived, restored or deleted at once: selections and operations (contract 70)."""
