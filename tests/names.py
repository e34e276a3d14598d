"""A real name server, whose records the tests write."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dnslib import QTYPE, RCODE, RR, TXT, A
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from server import free_port


@dataclass
class NameServer(BaseResolver):  # type: ignore[misc]
    """Answers what is written down; `silent` and `broken` names get no good answer."""

    port: int
    records: dict[str, list[bytes | list[bytes]]] = field(default_factory=dict)
    #: Addresses of machines: what each look-up is told, the last one again and again.
    machines: dict[str, list[list[str]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def write(self, name: str, *texts: str) -> None:
        """A text that is longer than a record's piece comes in several."""
        self.records[name] = [
            [text.encode()[at : at + 200] for at in range(0, len(text.encode()), 200)]
            for text in texts
        ]

    def resolve(self, request: Any, handler: Any) -> Any:
        reply, name = request.reply(), str(request.q.qname).rstrip(".").lower()
        self.asked.append(name)
        if name in self.silent:
            self.closing.wait(7)
        if name in self.broken:
            reply.header.rcode = RCODE.SERVFAIL
        elif name in self.machines:
            if request.q.qtype == QTYPE.A:
                told = self.machines[name]
                for address in told.pop(0) if len(told) > 1 else told[0]:
                    reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(address), ttl=0))
        elif name not in self.records:
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype == QTYPE.TXT:
            for pieces in self.records[name]:
                reply.add_answer(RR(request.q.qname, QTYPE.TXT, rdata=TXT(pieces), ttl=0))
        return reply


@contextmanager
def name_server() -> Iterator[NameServer]:
    resolver = NameServer(free_port())
    running = DNSServer(
        resolver,
        address="127.0.0.1",
        port=resolver.port,
        logger=DNSLogger("-request,-reply,-truncated,-error"),
    )
    running.start_thread()
    yield resolver
    resolver.closing.set()
    time.sleep(0.2)  # Who was kept waiting is answered before the socket closes.
    running.stop()
    running.server.server_close()
