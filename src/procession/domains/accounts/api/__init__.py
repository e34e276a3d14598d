"""Endpoints of organizations, tokens and OAuth clients."""
