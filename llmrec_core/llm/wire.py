"""One attempt at a server: an HTTP client that ends in time, and reads no more than agreed.

A client's own time limits are those of single reads: a server that sends one byte a second keeps
it for ever. Here a timer shuts the sockets of the attempt, whatever they are busy with.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx2

_CONNECT = 10.0  # seconds; whoever does not take a connection by then will not


class Attempt:
    """The client of one attempt; close it, or leave its `with` block, when the answer is read.

    `cut` says why the attempt was ended from this side: "" (it was not), "time", "size",
    "encoding" (a compressed body, whose size nobody knows) or "stop".
    """

    def __init__(self, seconds: float, silence: float, most_bytes: int) -> None:
        self.cut = ""
        self.answered = False
        """Whether the status of an answer has come."""
        self._left = most_bytes
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.stop, ("time",))
        self._timer.daemon = True
        self.client = httpx2.Client(
            verify=_certificates(),
            timeout=httpx2.Timeout(silence, connect=min(_CONNECT, seconds)),
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [self._sending], "response": [self._receiving]},
        )

    def __enter__(self) -> Attempt:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the clock and close the connection."""
        self._timer.cancel()
        with contextlib.suppress(Exception):  # what was cut cannot be closed politely
            self.client.close()

    def stop(self, why: str = "stop") -> None:
        """End the attempt from any thread: whoever waits for the server gets an error at once."""
        self.cut = self.cut or why
        for one in list(self._sockets):
            _shut(one)

    def _sending(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember the sockets, so that the timer can shut them."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            found = info["return_value"].get_extra_info("socket")
            if found is not None:
                self._sockets.append(found)
                if self.cut:  # the time was over while the connection was made
                    _shut(found)

    def _receiving(self, response: httpx2.Response) -> None:
        self.answered = True
        if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            self.cut = "encoding"
            raise httpx2.DecodingError("the body is compressed")
        response.stream = _Counted(response.stream, self)

    def take(self, size: int) -> None:
        """Count bytes of the body; raises when they are too many, or the time is over."""
        self._left -= size
        if self._left < 0:
            self.cut = self.cut or "size"
        if self.cut:
            raise httpx2.ReadError("the attempt is over")


class _Counted(httpx2.SyncByteStream):
    """A body whose bytes are counted before anybody keeps them."""

    def __init__(self, stream: Any, attempt: Attempt) -> None:
        self._stream, self._attempt = stream, attempt

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._attempt.take(len(piece))
            yield piece

    def close(self) -> None:
        self._stream.close()


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@cache
def _certificates() -> ssl.SSLContext:
    """Reading the trusted certificates takes longer than an attempt at a local server."""
    return httpx2.create_ssl_context()
