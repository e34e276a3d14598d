"""Templates: what a process is made from."""
