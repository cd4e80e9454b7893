"""The key of a server: looked up where it is used, said to be there or not, kept nowhere."""

from __future__ import annotations

import os

import streamlit as st

from llmrec_core.llm.address import OPENAI, OWN, host_of, is_here, key_variable

NAME = OWN
OTHER = OPENAI


def key() -> str | None:
    """The studio's own key from Streamlit's secrets, for the call at hand, never to be kept.

    None leaves it to the environment, by the rules of `llm.address`.
    """
    # Asked first: without a secrets file `st.secrets` shows an error on the page by itself.
    if st.secrets.load_if_toml_exists():
        secret = st.secrets.get(NAME)
        if isinstance(secret, str) and secret.strip():
            return secret.strip()
    return None


def said(server: str) -> str:
    """One sentence: whether there is a key and where; never a part of it."""
    name = key_variable(server)
    where = f"Streamlit's secrets ({NAME})" if key() else f"the environment ({name})"
    if key() or name:
        words = f"A key is in {where}; it is sent to this server and stored nowhere."
        if server.strip().casefold().startswith("http://") and _elsewhere(server):
            words += " This address is http: on its way the key can be read by others."
        return words
    if _other_is_set():
        return (
            f"{OTHER} is set, and is sent to openai.com only (and to the host that LLMREC_SERVER "
            f"names): for this server set {NAME}."
        )
    return (
        f"No key is set. Servers on this machine need none; for others set {NAME} in the "
        "environment or in Streamlit's secrets before the studio starts."
    )


def _elsewhere(server: str) -> bool:
    return bool(host_of(server)) and not is_here(server)


def _other_is_set() -> bool:
    return bool(os.environ.get(OTHER, "").strip())
