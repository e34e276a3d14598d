"""Work that happens after the request: the outbox and clock jobs."""
