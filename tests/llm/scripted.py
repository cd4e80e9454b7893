"""A server that does what a test says: a real socket on 127.0.0.1, no model behind it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; what it does is the server's next act (the last one is repeated)."""

    server: Scripted

    def do_POST(self) -> None:
        """A chat completion is asked for."""
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        act = self.server.next_act(self)
        try:
            act(self)
        except OSError:
            self.close_connection = True  # the client had enough

    def do_GET(self) -> None:
        """The list of models."""
        self.reply(200, {"object": "list", "data": [{"id": "small"}, {"id": "large"}]})

    def reply(self, status: int, body: object, **headers: str) -> None:
        """A whole answer; text goes as it is, anything else as JSON."""
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)),
                            **headers}.items():  # fmt: skip
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self, kind: str = "text/event-stream", **headers: str) -> None:
        """Headers of an answer whose end is the end of the connection."""
        self.send_response(200)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, content: str | None, finish: str | None = None, **more: object) -> None:
        """One chunk of a streamed answer."""
        delta = {} if content is None else {"content": content}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "small",
                 "choices": [choice], **more}  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def break_off(self) -> None:
        """Reset the connection instead of closing it."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.wfile = open("/dev/null", "wb")  # noqa: SIM115 - closed with the handler

    def drip(self, pieces: Any, every: float = 0.02) -> None:
        """Send pieces slowly until the client goes away or the test is over."""
        for piece in pieces:
            if self.server.over.is_set():
                return
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(every)

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""


class Scripted(ThreadingHTTPServer):
    """Acts in order; `asked` holds the bodies of the requests, `headers` their headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.acts: list[Act] = []
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.most_at_once = self._now = 0
        self.over = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""

    def next_act(self, handler: Handler) -> Act:
        """Count the request and say what to do with it."""
        with self._lock:
            self.asked.append(handler.asked)
            self.headers.append({k.lower(): v for k, v in handler.headers.items()})
            self.times.append(time.monotonic())
            act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

        def counted(one: Handler) -> None:
            try:
                act(one)
            finally:
                with self._lock:
                    self._now -= 1

        return counted

    def stop(self) -> None:
        """Let the slow acts end, and close."""
        self.over.set()
        self.shutdown()
        self.server_close()


def completion(text: str | None = "They like space.", finish: str = "stop") -> dict[str, Any]:
    """The body of a good answer: 11 tokens read, 5 written."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "x", "object": "chat.completion", "created": 1, "model": "small",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16},
    }


def good(handler: Handler) -> None:
    """The answer «They like space.», whole or streamed."""
    if not handler.asked.get("stream"):
        handler.reply(200, completion())
        return
    handler.begin()
    for piece in ("They ", "like ", "space."):
        handler.event(piece)
    handler.event(None, "stop")
    handler.event(None, None, choices=[], usage=completion()["usage"])
    handler.wfile.write(b"data: [DONE]\n\n")


def replies(status: int, body: object, **headers: str) -> Act:
    """An act that answers so."""
    return lambda handler: handler.reply(status, body, **headers)


def failing(status: int, message: str = "out of order", **headers: str) -> Act:
    """An error as the protocol words it."""
    return replies(status, {"error": {"message": message, "type": "x", "code": "x"}}, **headers)
