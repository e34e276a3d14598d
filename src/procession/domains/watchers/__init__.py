"""Watchers: who wants to hear of what, by mail or at an address of theirs."""
