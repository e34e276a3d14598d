"""Endpoints of templates, one module for each kind of thing they are made of."""
