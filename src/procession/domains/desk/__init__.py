"""What members keep to find their way: presets of lists, and preferences of programs."""
