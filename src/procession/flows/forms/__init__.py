"""Forms with their answers: reading what was sent, writing, rendering and showing it."""
