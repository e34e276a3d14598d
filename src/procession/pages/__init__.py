"""Pages for people: signing in, invitations, consent, and forms that launch."""
