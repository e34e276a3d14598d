"""What would happen: real use cases in a transaction that is always undone."""
