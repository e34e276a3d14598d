"""Organizations, tokens, clients and what OAuth needs: endpoints."""
