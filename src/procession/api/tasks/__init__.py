"""Tasks, of processes and by themselves: endpoints."""
