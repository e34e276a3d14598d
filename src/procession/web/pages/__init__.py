"""Pages for people: signing in and what belongs to it."""
