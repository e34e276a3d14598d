"""Webhooks: addresses that are called when something happens, and what was sent to them."""
