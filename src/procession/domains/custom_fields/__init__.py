"""Custom fields: labels that an organization puts about its records (contract 21, 9)."""
