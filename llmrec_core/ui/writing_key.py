"""The key of a server: looked up where it is used, said to be there or not, kept nowhere."""

from __future__ import annotations

import os

import streamlit as st

NAME = "LLMREC_API_KEY"
OTHER = "OPENAI_API_KEY"


def _found() -> tuple[str, str] | None:
    """(the key, where it was found)."""
    # Asked first: without a secrets file `st.secrets` shows an error on the page by itself.
    if st.secrets.load_if_toml_exists():
        secret = st.secrets.get(NAME)
        if isinstance(secret, str) and secret.strip():
            return secret.strip(), f"Streamlit's secrets ({NAME})"
    for name in (NAME, OTHER):
        value = os.environ.get(name, "").strip()
        if value:
            return value, f"the environment ({name})"
    return None


def key() -> str | None:
    """The key that is sent to the server, or None; for the call at hand, never to be kept."""
    found = _found()
    return found[0] if found else None


def said(server: str) -> str:
    """One sentence: whether there is a key and where; never a part of it."""
    found = _found()
    if found is None:
        return (
            f"No key is set. Servers on this machine need none; for others set {NAME} in the "
            "environment or in Streamlit's secrets before the studio starts."
        )
    words = f"A key is in {found[1]}; it is sent to this server and stored nowhere."
    if _in_the_clear(server):
        words += " This address is http: on its way the key can be read by others."
    return words


def _in_the_clear(server: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(server.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    here = host in ("localhost", "::1") or host.startswith("127.")
    return parts.scheme == "http" and bool(host) and not here
