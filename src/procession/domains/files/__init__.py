"""Files: what was uploaded or linked, and where it is used."""
