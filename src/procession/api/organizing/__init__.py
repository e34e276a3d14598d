"""Tags and folders: endpoints."""
