"""The address of a server, and the key that is sent there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from llmrec_core.errors import WrongUseError

SERVER = "LLMREC_SERVER"
OWN, OPENAI = "LLMREC_API_KEY", "OPENAI_API_KEY"
KEYS = (OWN, OPENAI)
"""Environment variables that may hold a server's key: the studio's own goes to any server that
is asked, the usual one only where `key_variable` says."""


def api_key(server: str = "", environment: Mapping[str, str] | None = None) -> str:
    """The key for `server` from the environment; otherwise «none», which servers without take."""
    there = os.environ if environment is None else environment
    name = key_variable(server, there)
    return there[name].strip() if name else "none"


def key_variable(server: str = "", environment: Mapping[str, str] | None = None) -> str:
    """The variable whose key is sent to `server` (empty: LLMREC_SERVER); "" where none is.

    LLMREC_API_KEY was set for the studio. OPENAI_API_KEY was set for OpenAI, and a study that came
    from somebody else may name any server: it is sent to openai.com alone and to the host that
    LLMREC_SERVER names, and over a network never without encryption.
    """
    there = os.environ if environment is None else environment
    if there.get(OWN, "").strip():
        return OWN
    if not there.get(OPENAI, "").strip():
        return ""
    named = there.get(SERVER, "").strip()
    address = server.strip() or named
    host = host_of(address)
    meant = host == "openai.com" or host.endswith(".openai.com") or host == host_of(named)
    safe = is_here(address) or address.casefold().startswith("https://")
    return OPENAI if host and meant and safe else ""


def is_here(server: str) -> bool:
    """Whether an address is this machine's own."""
    host = host_of(server)
    return host in ("localhost", "::1") or (
        host.startswith("127.") and host.replace(".", "").isdigit()
    )


def host_of(server: str) -> str:
    """The host in an address; "" where there is none."""
    try:
        return (urlsplit(server.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""


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
