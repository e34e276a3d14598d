"""Pure work on the content of a version: reading what was sent, arranging, copying, depending."""
