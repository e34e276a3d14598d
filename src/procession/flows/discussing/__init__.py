"""What people say about tasks, processes, templates and steps; issues, and what resolves them."""
