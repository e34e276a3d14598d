"""Where Django looks for the twin's commands."""
