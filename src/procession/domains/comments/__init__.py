"""Comments and issues on processes and tasks."""
