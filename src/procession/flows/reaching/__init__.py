"""Getting hold of what a change is about: seen by the caller, locked against other writers."""
