"""What is told of retention."""
