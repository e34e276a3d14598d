"""Processes: one run of a procedure, from launch to archive and permanent deletion."""
