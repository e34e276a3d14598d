"""Files over the domains that they belong to: taking them in, giving them out, taking them away."""
