"""What asking will take, before it starts, and what it has taken, while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmrec_core.llm.base import BudgetError, ChatModel, Request
from llmrec_core.llm.limits import Limits, Prices
from llmrec_core.llm.memory import Answers


@dataclass(frozen=True)
class Estimate:
    """Requests, how many of them are answered already, and the most that the others can take.

    Tokens are those of unanswered requests, each counted once; `completion_tokens` and `cost` are
    upper bounds, as if every answer were as long as it may be.
    """

    requests: int
    known: int
    prompt_tokens: int
    completion_tokens: int
    cost: float

    def sentence(self) -> str:
        """The estimate in words, for whoever decides."""
        if self.requests == self.known:
            return f"All {self.requests:,} answers are known already: nothing is asked."
        words = f"{self.requests - self.known:,} of {self.requests:,} texts are still to be written"
        if not self.known:
            words = f"{self.requests:,} texts are to be written"
        words += (
            f": about {self.prompt_tokens:,} tokens to read and at most "
            f"{self.completion_tokens:,} to write"
        )
        return words + (f", at most {self.cost:,.2f} at your prices." if self.cost else ".")


class Budget:
    """Counts tokens and cost against the caps of `limits`. Used from one thread.

    One is shared by all that belongs together, such as the stages of a build (`Desk.budget`).
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.prompt_tokens = self.completion_tokens = 0

    @property
    def tokens(self) -> int:
        """Tokens read and written so far."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def cost(self) -> float:
        """What they cost."""
        return self.limits.prices.cost(self.prompt_tokens, self.completion_tokens)

    def spend(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Count what an answer took."""
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens

    def check(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Raise `BudgetError` if so many tokens more could pass a cap."""
        limits = self.limits
        tokens = self.tokens + prompt_tokens + completion_tokens
        if limits.most_tokens and tokens > limits.most_tokens:
            raise BudgetError(
                f"The next request could bring the tokens to {tokens:,}, above the cap of "
                f"{limits.most_tokens:,}: raise it where you set it (--most-tokens, the page "
                "«Writing» or LLMREC_MODEL_MOST_TOKENS) and start again, what was answered is kept."
            )
        cost = self.cost + limits.prices.cost(prompt_tokens, completion_tokens)
        if limits.most_cost and cost > limits.most_cost:
            raise BudgetError(
                f"The next request could bring the cost to {cost:,.4f}, above the cap of "
                f"{limits.most_cost:,.4f}: raise it where you set it (--most-cost, the page "
                "«Writing» or LLMREC_MODEL_MOST_COST) and start again, what was answered is kept."
            )


def estimate(
    model: ChatModel, requests: Sequence[Request], answers: Answers | None, prices: Prices
) -> Estimate:
    """What `ask` would take for these requests; nothing is asked. Equal requests count once."""
    distinct = {request.key(model.key): request for request in requests}
    known = answers.known(list(distinct)) if answers is not None else {}
    new = [request for key, request in distinct.items() if key not in known]
    read = sum(model.count(request) for request in new)
    written = sum(request.max_tokens for request in new)
    asked = {request.key(model.key) for request in new}
    places = sum(request.key(model.key) not in asked for request in requests)
    return Estimate(len(requests), places, read, written, prices.cost(read, written))
