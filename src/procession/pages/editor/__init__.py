"""The editor of templates: every part has an address of its own, and saves by itself."""
