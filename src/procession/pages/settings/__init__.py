"""Settings: what somebody sets for themselves, and what administrators set for all."""
