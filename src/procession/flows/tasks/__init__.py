"""Tasks: completing and reopening, one-off tasks, hiding, handing on, what the clock does."""
