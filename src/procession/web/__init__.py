"""The HTTP edge: application, authentication, problem bodies, descriptions of the API."""
