"""Bans on destroying, recorded for ever: who said so, why, and until when (contract 70, 4)."""
