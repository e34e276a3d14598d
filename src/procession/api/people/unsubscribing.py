"""The endpoint that mail programs call to end mails of one kind (RFC 8058)."""

from procession.flows.telling import addresses, unsubscribing
from procession.kit.http import PUBLIC, Answer, Request, Routes, nothing

routes = Routes("Notifications")


@routes.post(addresses.UNSUBSCRIBE, door=PUBLIC, policy="visible", status=204, reads_body=False)
def unsubscribe(request: Request) -> Answer:
    """End the mails of one kind, for whoever holds one of them. Repeated: 204 again."""
    unsubscribing.unsubscribe(request.caller.server, request.path["word"])
    return nothing()
