"""How much, and for how long: what one client may cost the others."""

import resource
from dataclasses import dataclass

from procession.kit.settings import Settings

#: Of one request's line and headers.
MOST_HEAD_BYTES = 64 * 1024
#: A larger body waits in a temporary file instead of in memory.
MOST_IN_MEMORY = 256 * 1024
#: Descriptors for what is no connection: databases, logs, the listening socket.
_SPARE_DESCRIPTORS = 128
#: More connections than this would cost more memory than a server of this size should need.
_MOST_CONNECTIONS = 20_000
#: What comes around a file: the other fields of its form.
_FORM_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes. `web/door/door.py` says what happens at each."""

    head_s: float
    idle_s: float
    body_pause_s: float
    body_s: float
    upload_pause_s: float
    upload_least_bytes: int
    answer_pause_s: float
    body_bytes: int
    upload_bytes: int
    memory_bytes: int
    file_bytes: int
    #: Connections and temporary files together.
    descriptors: int

    @property
    def idle_connections(self) -> int:
        """Those that ask for nothing yet, or for nothing any more."""
        return self.descriptors // 2


def limits_of(settings: Settings, *, open_files: int | None = None) -> Limits:
    """`open_files`: how many this process may have; None asks the system."""
    most = open_files or resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return Limits(
        head_s=settings.head_timeout,
        idle_s=settings.keep_alive_timeout,
        body_pause_s=settings.body_pause,
        body_s=settings.body_timeout,
        upload_pause_s=settings.upload_pause,
        upload_least_bytes=settings.upload_least_bytes,
        answer_pause_s=settings.answer_pause,
        body_bytes=settings.max_body_bytes,
        upload_bytes=settings.max_upload_bytes + _FORM_BYTES,
        memory_bytes=settings.body_memory,
        file_bytes=settings.body_files,
        descriptors=max(min(most - _SPARE_DESCRIPTORS, _MOST_CONNECTIONS), 16),
    )
