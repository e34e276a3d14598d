"""Members, guests, groups and job titles: endpoints."""
