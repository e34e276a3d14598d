"""Users, their memberships, guests and groups."""
