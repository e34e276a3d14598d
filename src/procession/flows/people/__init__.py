"""Members and guests: inviting, entering, changing roles, leaving."""
