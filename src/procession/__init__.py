"""Procession: runs a team's repeatable procedures and looks after them to the end of their life."""

__version__ = "0.1.0"
