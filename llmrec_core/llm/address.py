"""The address of a server, and the key that is sent there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from llmrec_core.errors import WrongUseError

SERVER = "LLMREC_SERVER"
KEYS = ("LLMREC_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold a server's key, the first that is set."""


def api_key(environment: Mapping[str, str] | None = None) -> str:
    """The server's key from the environment; «none», which servers without keys take, otherwise."""
    there = os.environ if environment is None else environment
    return next((there[name].strip() for name in KEYS if there.get(name, "").strip()), "none")


def check_address(server: str) -> str:
    """The base URL without a slash at the end, taken from LLMREC_SERVER where it is empty.

    Raises `WrongUseError` for what is no plain http(s) address; a key in it would be stored with
    the settings and is refused.
    """
    given = server.strip() or os.environ.get(SERVER, "").strip()
    if not given:
        raise WrongUseError(
            f"A server's model needs the server's address: set {SERVER} or give it as --server "
            "http://localhost:11434/v1."
        )
    try:
        parts = urlsplit(given)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if good and (parts.username or parts.password or parts.query or parts.fragment):
        raise WrongUseError(
            f"The server's address must hold no user, key, «?» or «#»: put the key into {KEYS[0]}."
        )
    if not good or any(not c.isprintable() or c.isspace() for c in given):
        raise WrongUseError(
            f"{given[:80]!r} is no server's address: it looks like http://localhost:11434/v1."
        )
    return given.rstrip("/")
