"""Limits, what asking will take, and what it has taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from chat import FakeChat

from llmrec_core.errors import WrongUseError
from llmrec_core.llm import BudgetError, Message, Request
from llmrec_core.llm.asking import ask
from llmrec_core.llm.budget import Budget, estimate
from llmrec_core.llm.limits import Limits, Prices
from llmrec_core.llm.memory import Answers

_REQUESTS = [Request((Message("user", f"one two {k}"),), 50) for k in range(4)]


def test_prices_are_per_million_tokens() -> None:
    """Reading at 2 and writing at 8 a million."""
    assert Prices(2, 8).cost(500_000, 250_000) == 500_000 * 2 / 1e6 + 250_000 * 8 / 1e6


def test_the_environment_sets_the_limits() -> None:
    """Each variable has its field; what is absent or empty stays as it was."""
    there = {
        "LLMREC_MODEL_TIMEOUT": "7.5", "LLMREC_MODEL_SILENCE": "3", "LLMREC_MODEL_RETRIES": "0",
        "LLMREC_MODEL_AT_ONCE": "9", "LLMREC_MODEL_MOST_TOKENS": "1000",
        "LLMREC_MODEL_MOST_COST": "0.5", "LLMREC_MODEL_PRICE_READ": "2",
        "LLMREC_MODEL_PRICE_WRITTEN": " 8 ",
    }
    assert Limits.from_environment(there) == Limits(7.5, 3, 0, 9, 1000, 0.5, Prices(2, 8))
    assert Limits.from_environment({"LLMREC_MODEL_TIMEOUT": " "}) == Limits()


@pytest.mark.parametrize("there", [
    {"LLMREC_MODEL_TIMEOUT": "soon"}, {"LLMREC_MODEL_TIMEOUT": "nan"},
    {"LLMREC_MODEL_RETRIES": "1.5"}, {"LLMREC_MODEL_AT_ONCE": "0"},
    {"LLMREC_MODEL_TIMEOUT": "0"}, {"LLMREC_MODEL_MOST_TOKENS": "-1"},
    {"LLMREC_MODEL_MOST_COST": "1"}, {"LLMREC_MODEL_PRICE_READ": "1e999"},
])  # fmt: skip
def test_limits_that_cannot_be_are_refused(there: dict[str, str]) -> None:
    """By name; a cap on spending without prices would cap nothing."""
    with pytest.raises(WrongUseError):
        Limits.from_environment(there)


def test_a_cap_without_prices_names_the_option() -> None:
    """Whoever gave --most-cost is told of --prices."""
    with pytest.raises(WrongUseError, match="--prices READ,WRITTEN"):
        Limits(most_cost=2)


def test_an_estimate_counts_only_what_is_not_known(tmp_path: Path) -> None:
    """Four requests (and one twice), one answered: three are read and may be written in full."""
    model = FakeChat()
    with Answers(tmp_path / "a.sqlite") as answers:
        list(ask(model, _REQUESTS[:1], answers, Limits()))
        found = estimate(model, [*_REQUESTS, _REQUESTS[3]], answers, Prices(1, 2))
    read, written = 3 * 3, 3 * 50
    assert (found.requests, found.known) == (5, 1)
    assert (found.prompt_tokens, found.completion_tokens) == (read, written)
    assert found.cost == (read * 1 + written * 2) / 1e6
    assert len(model.asked) == 1


def test_an_estimate_says_itself_in_words() -> None:
    """With the cost where there are prices; nothing to ask is said too."""
    model = FakeChat()
    free = estimate(model, _REQUESTS, None, Prices()).sentence()
    assert free == "4 texts are to be written: about 12 tokens to read and at most 200 to write."
    paid = estimate(model, _REQUESTS, None, Prices(written=1e6)).sentence()
    assert paid.endswith("at most 200 to write, at most 200.00 at your prices.")
    assert "nothing is asked" in estimate(model, [], None, Prices()).sentence()


def test_an_estimate_bounds_what_asking_then_takes(tmp_path: Path) -> None:
    """Whoever agreed to the estimate does not pay more."""
    model, budget = FakeChat(lambda request: "word " * 50), Budget(Limits())
    bound = estimate(model, _REQUESTS, None, Prices())
    for _, answer in ask(model, _REQUESTS, None, Limits()):
        budget.spend(answer.prompt_tokens, answer.completion_tokens)  # type: ignore[union-attr]
    assert budget.tokens == bound.prompt_tokens + bound.completion_tokens


def test_a_budget_refuses_what_could_pass_a_cap() -> None:
    """Exactly the cap is allowed, one token more is not."""
    budget = Budget(Limits(most_tokens=100))
    budget.spend(30, 40)
    budget.check(10, 20)
    with pytest.raises(BudgetError, match="could bring the tokens to 101, above the cap of 100"):
        budget.check(10, 21)
