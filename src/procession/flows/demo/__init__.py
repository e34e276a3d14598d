"""The demo organization: its story, the acts of its people, and how it is made and found."""
