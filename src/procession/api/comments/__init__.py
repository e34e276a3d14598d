"""Endpoints of comments and issues: on tasks, processes, templates and steps (contract 45, A)."""
