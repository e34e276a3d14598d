"""The schema's history: numbered, hand-read steps that import nothing of the application."""
