"""A real server with a real model: `transformers serve` with SmolLM2 on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 180  # a busy machine takes its time to import torch


@dataclass(frozen=True)
class ChatServer:
    """Where it is, and the only model that it has."""

    url: str
    model: str


@contextmanager
def serving(folder: Path, scratch: Path) -> Iterator[ChatServer]:
    """The server inside the block; its log is `scratch`/serve.log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(folder),
               "--host", "127.0.0.1", "--port", port]  # fmt: skip
    (scratch / "hub").mkdir(exist_ok=True)  # it lists what lies there, and fails without
    environment = {**os.environ, "HF_HOME": str(scratch), "HF_HUB_OFFLINE": "1",
                   "OMP_NUM_THREADS": "1"}  # fmt: skip
    with (scratch / "serve.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait(child, f"http://127.0.0.1:{port}/health", scratch / "serve.log")
        yield ChatServer(f"http://127.0.0.1:{port}/v1", str(folder))
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(child: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the server answers; raise with its log when it never does."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"transformers serve did not start: {log.read_text()[-2000:]}")
