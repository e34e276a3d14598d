"""The feed of everything that happened."""
