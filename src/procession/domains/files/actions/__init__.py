"""Changes to files inside of an open transaction."""
