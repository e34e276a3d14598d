"""When tasks are due: chosen by hand, or counted from other steps."""
