"""Templates and their parts: endpoints."""
