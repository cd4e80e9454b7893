"""Words as they come: in order, stoppable while a model says nothing, errors passed on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from llmrec_core.llm import ModelError
from llmrec_core.ui.writing_stream import MOST, cleaned, pieces


def test_pieces_come_in_order() -> None:
    """All of them, and then the end."""
    assert [p for p in pieces(lambda: iter(["a", "b", "c"])) if p] == ["a", "b", "c"]


def test_a_silent_model_gives_beats_and_can_be_left() -> None:
    """The reader is never stuck; the thread behind ends with the next piece."""
    go, ended = threading.Event(), threading.Event()

    def begin() -> Iterator[str]:
        try:
            yield "a"
            go.wait(5)
            yield "b"
            yield "c"
        finally:
            ended.set()

    reader = pieces(begin)
    assert [next(reader), next(reader)] == ["a", ""]
    reader.close()
    go.set()
    assert ended.wait(5)


def test_what_the_model_raises_is_raised_here() -> None:
    """Also after words came; an accident becomes one sentence without its details."""
    def fails(error: Exception) -> Iterator[str]:
        yield "a"
        raise error

    reader = pieces(lambda: fails(ModelError("The server hung up.")))
    assert next(reader) == "a"
    with pytest.raises(ModelError, match="hung up"):
        next(reader)
    with pytest.raises(Exception, match="model failed .ValueError") as told:
        list(pieces(lambda: fails(ValueError("sk-secret"))))
    assert "sk-secret" not in str(told.value)


def test_an_endless_answer_ends_here() -> None:
    """After so many characters nobody reads on, and the thread is gone."""
    def endless() -> Iterator[str]:
        while True:
            yield "x" * 1000

    before = threading.active_count()
    assert sum(map(len, pieces(endless))) == MOST
    deadline = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_steers_a_screen_is_left_out() -> None:
    """Direction marks, escapes and bells; lines stay."""
    assert cleaned("a\x1b[31m\u202eb\x07\nc") == "a[31mb\nc"
