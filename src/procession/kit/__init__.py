"""What every domain builds on: storage, units of work, errors, ids, HTTP declarations."""
