"""Rules of a process: what follows from a change, and making it so."""
