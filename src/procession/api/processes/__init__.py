"""Processes, from their launch to their deletion: endpoints."""
