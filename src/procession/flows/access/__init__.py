"""Ways in: founding an organization, opening a server, sign-in providers."""
