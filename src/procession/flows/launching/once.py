"""A form that is sent twice launches once: who clicks twice means one process.

Each page of a form has a mark of its own, which is sent with it. The mark and what was filled in
make a key as clients of the API have them (contract 00, 2): repeated, the first one's process is
the answer. Who goes back and fills in something else means another process.
"""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from procession.domains.accounts.actions import repeating
from procession.domains.processes.types import Process
from procession.domains.processes.wire import FormLaunchIn, LaunchIn
from procession.kit.caller import Caller


def launched_once(  # noqa: PLR0917
    caller: Caller,
    mark: str | None,
    template_name: str,
    sent: FormLaunchIn | LaunchIn,
    launch: Callable[[Caller], Process],
    typed: object = None,
) -> str:
    """Id of the process; `launch` makes it. Raises NotYet while the first one is at it.

    `typed`: what is compared where files came with the form: sent again they have other ids.
    """
    if not mark:
        return launch(caller).id
    content = msgspec.json.encode((mark, template_name, sent if typed is None else typed))
    digest = sha256(content).hexdigest()
    with repeating.claiming(caller, f"form {digest}", digest) as claim:
        if claim.kept is not None:
            return claim.kept.body.decode()
        process = launch(claim.caller)
        claim.keep(201, process.id.encode())
        return process.id
