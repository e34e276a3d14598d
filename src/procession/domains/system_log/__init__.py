"""The system log of an organization, as administrators read it."""
