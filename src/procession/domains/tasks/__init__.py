"""Tasks: the work inside a process, and one-off tasks beside it."""
