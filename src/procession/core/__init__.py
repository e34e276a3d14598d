"""Pure rules: no clock, no randomness, no SQL, nothing but the standard library."""
