"""The key: found, told to be there, never shown."""

from __future__ import annotations

import pytest
import streamlit as st

from llmrec_core.ui import writing_key


class Secrets(dict[str, str]):
    """Streamlit's secrets, with or without a file."""

    def load_if_toml_exists(self) -> bool:
        return bool(self)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(writing_key.NAME, raising=False)
    monkeypatch.delenv(writing_key.OTHER, raising=False)
    monkeypatch.setattr(st, "secrets", Secrets())


def test_without_a_key_the_page_says_how_to_give_one() -> None:
    """And names the variable."""
    assert writing_key.key() is None and "LLMREC_API_KEY" in writing_key.said("http://localhost/v1")


def test_secrets_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it was found is told, the key is not."""
    monkeypatch.setenv(writing_key.OTHER, "sk-other")
    assert writing_key.key() is None  # the environment's is looked up where it is sent
    assert "in the environment (OPENAI_API_KEY)" in writing_key.said("https://api.openai.com/v1")
    assert "for this server set LLMREC_API_KEY" in writing_key.said("https://h")
    monkeypatch.setenv(writing_key.NAME, "sk-own")
    assert "in the environment (LLMREC_API_KEY)" in writing_key.said("https://h")
    monkeypatch.setattr(st, "secrets", Secrets(LLMREC_API_KEY="sk-mine"))
    told = writing_key.said("https://h")
    assert writing_key.key() == "sk-mine" and "secrets" in told and "sk-" not in told


@pytest.mark.parametrize(("server", "warned"), [
    ("http://example.org/v1", True), ("https://example.org/v1", False),
    ("http://127.0.0.1:1/v1", False), ("http://localhost/v1", False), ("http://[", False),
])  # fmt: skip
def test_a_key_sent_in_the_clear_is_told(
    server: str, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where it leaves this machine."""
    monkeypatch.setenv(writing_key.NAME, "sk-mine")
    assert ("can be read by others" in writing_key.said(server)) is warned
