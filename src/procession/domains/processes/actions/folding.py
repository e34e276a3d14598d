"""Keeping the journal of sums short (decision 0015)."""

from procession.domains.processes import store
from procession.kit.server import Server


def fold_sums(server: Server) -> bool:
    """Many rows of one organization become few; False when none has many."""
    return store.fold(server)
