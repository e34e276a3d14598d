"""Templates: the library, one to read, launching, archiving, folders, tags (contract 95, 3.7)."""
