"""Schedules: launches of a template again and again."""
