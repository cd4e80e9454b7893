"""A local model that fails: in halves where memory is short, in a sentence otherwise."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from llmrec_core.llm import Answer, Message, ModelUnavailableError, PassingError, Request
from llmrec_core.llm.local import LocalModel


class Tokenizer:
    """A token a word, no template to speak of."""

    added_tokens_decoder: dict[int, object] = {}

    def apply_chat_template(self, turns, **_):
        return " ".join(turn["content"] for turn in turns)

    def __call__(self, text, **_):
        return {"input_ids": [len(word) for word in text.split()]}


class Small(LocalModel):
    """Holds so many requests at once; `sizes` are those of the batches that were tried."""

    def __init__(self, holds: int, error: Exception) -> None:
        config = SimpleNamespace(max_position_embeddings=100)
        super().__init__("small", SimpleNamespace(config=config), Tokenizer(), "cpu", "key")
        self.holds, self.error, self.sizes = holds, error, []

    def _write(self, ids, requests, streamer=None, stopped=None):
        self.sizes.append(len(ids))
        if len(ids) > self.holds:
            raise self.error
        return [Answer(request.messages[-1].content) for request in requests]


REQUESTS = [Request((Message("user", f"u{k}"),), 10) for k in range(8)]
FULL = RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")


@pytest.mark.parametrize("error", [FULL, MemoryError(), RuntimeError("CUDA out of memory.")])
def test_a_batch_that_memory_does_not_hold_is_halved(error) -> None:
    """Every request has its own answer, and the next batch begins at the size that went well."""
    model = Small(2, error)
    got = dict(model.answer(REQUESTS))
    assert [got[k].text for k in range(8)] == [f"u{k}" for k in range(8)]
    assert model.sizes == [8, 4, 2, 2, 4, 2, 2]
    model.sizes.clear()
    assert len(dict(model.answer(REQUESTS))) == 8 and model.sizes == [2] * 4


def test_one_request_that_memory_does_not_hold_says_what_to_do() -> None:
    """It may pass once memory is free, so nothing is final."""
    got = dict(Small(0, FULL).answer(REQUESTS[:2]))
    assert {type(answer) for answer in got.values()} == {PassingError}
    assert "choose a smaller model" in str(got[0])


def test_any_other_failure_is_a_sentence() -> None:
    """A build ends with it, not with a traceback."""
    with pytest.raises(ModelUnavailableError, match="'small' failed while it wrote .device-side"):
        list(Small(0, RuntimeError("device-side assert")).answer(REQUESTS[:1]))
