"""JSON shapes of templates: what comes in, what goes out."""
