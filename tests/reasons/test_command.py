"""`llmrec explain --words`: the reason above the ledger, by the template or a model."""

from __future__ import annotations

import pytest
from commands import document, run

from llmrec_core import cli
from llmrec_core.llm import ModelUnavailableError, connect
from tests.chat import FakeChat


def test_the_sentences_stand_above_the_ledger(built_study, capsys):
    """The item is named, and the ledger is as it was without words."""
    code, out, _ = run(capsys, "explain", "tiny", "u03", "i03", "--words")
    plain = run(capsys, "explain", "tiny", "u03", "i03")[1].splitlines()
    assert code == cli.OK
    lines = out.splitlines()
    assert lines[:2] == plain[:2] and lines[3:] == plain[2:]
    assert lines[1] == "weights: fitted" and "Heart 3" in lines[2] and lines[2].endswith(".")


def test_the_document_has_the_contracts_keys(built_study, capsys):
    """reason: {text, writer, check, share, parts, problem, fallback}, only when asked for."""
    found = document(capsys, "explain", "tiny", "u03", "i03", "--words")["reason"]
    assert list(found) == ["text", "writer", "check", "share", "parts", "problem", "fallback"]
    assert (found["writer"], found["check"], found["fallback"]) == ("template", "supported", "")
    for part in found["parts"]:
        keys = ["kind", "evidence", "feeling", "points", "share", "signals"]
        assert list(part) == keys + ["past"] * (part["kind"] == "entity")
        assert sum(part["signals"].values()) == pytest.approx(part["points"])
    positive = [part["share"] for part in found["parts"] if part["points"] > 0]
    assert sum(positive) == pytest.approx(found["share"])
    assert "reason" not in document(capsys, "explain", "tiny", "u03", "i03")


def test_an_undefined_share_is_null(built_study, capsys):
    """Without a weight nothing speaks for the item."""
    given = ("--weights", '{"taste": 0}', "--words")
    found = document(capsys, "explain", "tiny", "u03", "i03", *given)["reason"]
    assert found["share"] is None and "No signal has a weight" in found["text"]


def test_a_model_says_it(built_study, capsys, monkeypatch):
    """What it names is checked; a lie is told beside the template's words."""
    chat = FakeChat("The user liked Titanic.")
    monkeypatch.setattr(connect, "open_model", lambda *_: chat)
    asked = ("--words", "--writer", "local", "--weights", '{"collaborative": 1}')
    found = document(capsys, "explain", "tiny", "u03", "i03", *asked)["reason"]
    assert found["writer"] == "template" and "Titanic" in found["fallback"]
    assert "by the template: " in run(capsys, "explain", "tiny", "u03", "i03", *asked)[1]
    title = found["parts"][0]["evidence"]
    chat.script = lambda request: f"The user liked {title}."
    found = document(capsys, "explain", "tiny", "u03", "i03", *asked)["reason"]
    assert "Titanic" in found["fallback"] and len(chat.asked) == 1  # remembered
    chinese = (*asked, "--language", "Chinese")
    found = document(capsys, "explain", "tiny", "u03", "i03", *chinese)["reason"]
    assert "another language" in found["fallback"] and "in Chinese" in chat.prompts[-1]


def test_wrong_use_and_a_missing_model_are_one_line(built_study, capsys, monkeypatch):
    """A writer without words is exit 2, a model that is not there exit 1."""
    code, out, err = run(capsys, "explain", "tiny", "u03", "i03", "--writer", "local")
    assert (code, out) == (cli.WRONG_USE, "") and "add --words" in err

    def gone(*_):
        raise ModelUnavailableError("The chat model is not installed: install it.")

    monkeypatch.setattr(connect, "open_model", gone)
    asked = ("--words", "--writer", "local")
    code, out, err = run(capsys, "explain", "tiny", "u03", "i03", *asked)
    assert (code, out) == (cli.FAILED, "") and "not installed" in err
    assert len(err.splitlines()) == 1
