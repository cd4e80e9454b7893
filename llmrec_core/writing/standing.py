"""How far a batch is: what is written and kept already, what it took, and how long the rest may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmrec_core.llm.base import Request
from llmrec_core.llm.limits import Prices
from llmrec_core.llm.memory import Answers


@dataclass(frozen=True)
class Standing:
    """Of `total` texts `written` are kept; they took so many tokens and `seconds` of the model.

    All runs count together: asked again, what is kept costs nothing.
    """

    total: int
    written: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float

    @property
    def left(self) -> int:
        """Texts that a build would still ask for."""
        return self.total - self.written

    def cost(self, prices: Prices) -> float:
        """What the kept texts took, at these prices."""
        return prices.cost(self.prompt_tokens, self.completion_tokens)

    def seconds_left(self, at_once: int = 1) -> float | None:
        """Seconds for the rest at the measured pace, so many side by side; None with no pace."""
        if not self.written or self.seconds <= 0:
            return None
        return self.left * self.seconds / self.written / max(at_once, 1)

    def sentence(self, prices: Prices) -> str:
        """How far it is, in words."""
        words = (
            f"{self.written:,} of {self.total:,} texts are written and kept: "
            f"{self.prompt_tokens:,} tokens read, {self.completion_tokens:,} written"
        )
        cost = self.cost(prices)
        return words + (f", {cost:,.4f} at your prices." if cost else ".")


def standing(requests: Sequence[Request], model_key: str, answers: Answers) -> Standing:
    """What `answers` holds of these requests to the model named `model_key`."""
    keys = [request.key(model_key) for request in requests]
    known = answers.known(keys)
    took = list(known.values())
    return Standing(
        len(keys), sum(key in known for key in keys),
        sum(answer.prompt_tokens for answer in took),
        sum(answer.completion_tokens for answer in took),
        sum(answer.seconds for answer in took),
    )
