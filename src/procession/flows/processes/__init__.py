"""Processes after their launch: changing, sharing, showing, exporting, deleting them."""
