"""Use cases of custom fields."""
