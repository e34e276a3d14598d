"""The JSON routes: each reads a request, calls one use case, and shapes one answer."""
