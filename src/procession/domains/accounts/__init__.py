"""Organizations, their access tokens and the keys of this server."""
