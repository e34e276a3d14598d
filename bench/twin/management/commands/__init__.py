"""The twin's commands."""
