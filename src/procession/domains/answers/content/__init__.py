"""What answers mean, without storage: reading what was sent, checking it, and writing it out."""
