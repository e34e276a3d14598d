"""The machinery of `kit.outside`: one event loop that waits for all calls."""

import asyncio
import ssl
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

from procession.core.outside import Address, may_be_called
from procession.kit.names import NoAnswer, addresses_of
from procession.kit.outside import Call, Reply, Trouble
from procession.kit.settings import Settings

_MOST_READ = 64 * 1024
#: Names that are looked up at the same time; a name server that is silent holds one each.
_LOOKING_UP = 32


class _Refused(Exception):
    """The address is not one that may be called."""


class Calls:
    """Its thread ends with the process."""

    def __init__(self) -> None:
        self._client: Any = None
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_LOOKING_UP))
        # Nobody waits for somebody else's server in order to stop.
        thread = threading.Thread(target=self._loop.run_forever, name="outside", daemon=True)
        thread.start()

    def begin(self, call: Call, settings: Settings) -> Future[Reply]:
        return asyncio.run_coroutine_threadsafe(self._reply(call, settings), self._loop)

    async def _reply(self, call: Call, settings: Settings) -> Reply:
        began = time.monotonic()
        status, trouble = None, None
        try:
            async with asyncio.timeout(call.timeout_s):
                status = await self._status(call, settings)
        except _Refused:
            trouble = Trouble.REFUSED
        except (NoAnswer, UnicodeError):
            trouble = Trouble.NAME
        except TimeoutError:
            trouble = Trouble.TIMEOUT
        except Exception as error:
            trouble = _trouble_of(error)
        return Reply(status, int((time.monotonic() - began) * 1000), trouble)

    async def _status(self, call: Call, settings: Settings) -> int:
        """Raises `_Refused`, NoAnswer, and what the client raises."""
        import httpx2  # noqa: PLC0415

        url = httpx2.URL(call.url)
        addresses = await _looked_up(url.host, settings)
        if not all(may_be_called(address, settings.webhook_networks) for address in addresses):
            raise _Refused
        failed: Exception | None = None
        for address in addresses:
            try:
                return await self._send(call, url, address)
            except httpx2.ConnectError as error:
                failed = error
        raise failed or NoAnswer

    async def _send(self, call: Call, url: Any, address: Address) -> int:
        client = self._client = self._client or _new_client()
        request = client.build_request(
            "POST",
            url.copy_with(host=str(address), username=None, password=None),
            headers={**call.headers, "Host": url.netloc.decode("ascii")},
            content=call.body,
            extensions={"sni_hostname": url.host, "timeout": _timeouts(call.timeout_s)},
        )
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            await _read_some(answer)
        finally:
            await answer.aclose()
        return int(answer.status_code)


async def _read_some(answer: Any) -> None:
    """What is beyond is thrown away with the connection; a body that never ends, too."""
    size = 0
    async for piece in answer.aiter_raw():
        size += len(piece)
        if size >= _MOST_READ:
            return


def _timeouts(whole_s: float) -> dict[str, float]:
    return dict.fromkeys(("connect", "read", "write", "pool"), whole_s)


def _new_client() -> Any:
    import httpx2  # noqa: PLC0415

    # A connection that is kept belongs to an address; the next call may mean another name there.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx2.AsyncClient(
        verify=ssl.create_default_context(),
        trust_env=False,
        limits=limits,
        headers={"User-Agent": "Procession"},
    )


async def _looked_up(host: str, settings: Settings) -> Sequence[Address]:
    """Raises NoAnswer."""
    try:
        return [ip_address(host)]
    except ValueError:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, addresses_of, host, settings)


def _trouble_of(error: Exception) -> Trouble:
    import httpx2  # noqa: PLC0415

    if isinstance(error, httpx2.TimeoutException):
        return Trouble.TIMEOUT
    if _is_of_certificate(error):
        return Trouble.CERTIFICATE
    if isinstance(error, httpx2.NetworkError | OSError):
        return Trouble.CONNECTION
    return Trouble.PROTOCOL


def _is_of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
