"""Asking: known first, kept before seen, stopped by caps, nothing paid for twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chat import FakeChat

from llmrec_core.llm import (
    Answer,
    BudgetError,
    Message,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
)
from llmrec_core.llm.asking import ask, ask_streaming
from llmrec_core.llm.budget import Budget
from llmrec_core.llm.limits import Limits, Prices
from llmrec_core.llm.memory import Answers


def _requests(n: int, max_tokens: int = 10) -> list[Request]:
    return [Request((Message("user", f"Describe u{k}"),), max_tokens) for k in range(n)]


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    """An empty memory."""
    with Answers(tmp_path / "answers.sqlite") as memory:
        yield memory


def test_every_place_gets_its_answer_once(answers: Answers) -> None:
    """Answers meet the requests they belong to, whatever the batches."""
    model = FakeChat(lambda request: request.messages[-1].content.upper(), batch=3)
    got = list(ask(model, _requests(7), answers, Limits()))
    assert sorted(place for place, _ in got) == list(range(7))
    assert {place: a.text for place, a in got if isinstance(a, Answer)} == {
        k: f"DESCRIBE U{k}" for k in range(7)
    }


def test_equal_requests_are_asked_once(answers: Answers) -> None:
    """Two users with the same evidence cost as much as one."""
    model = FakeChat()
    got = list(ask(model, [*_requests(2), *_requests(2)], answers, Limits()))
    assert sorted(place for place, _ in got) == [0, 1, 2, 3] and len(model.asked) == 2


def test_what_is_known_is_not_asked_again(answers: Answers) -> None:
    """The second run pays nothing, and says that its answers are remembered."""
    list(ask(FakeChat(), _requests(5), answers, Limits()))
    model = FakeChat("Other words.")
    got = dict(ask(model, _requests(6), answers, Limits()))
    assert len(model.asked) == 1
    assert [got[k].cached for k in range(6)] == [True] * 5 + [False]
    assert got[0].text == "They like space stories."


def test_another_model_does_not_get_its_answers(answers: Answers) -> None:
    """An answer belongs to the model that gave it."""
    list(ask(FakeChat(), _requests(1), answers, Limits()))
    other = FakeChat("Mine.", name="other")
    assert dict(ask(other, _requests(1), answers, Limits()))[0].text == "Mine."


@pytest.mark.parametrize("after", [0, 1, 4, 5, 9])
def test_an_interruption_loses_nothing_that_was_answered(answers: Answers, after: int) -> None:
    """Ctrl-C after n answers: the next run asks for the other 10 - n only."""
    with pytest.raises(KeyboardInterrupt):
        list(ask(FakeChat(stop_after=after), _requests(10), answers, Limits()))
    model = FakeChat()
    assert len(dict(ask(model, _requests(10), answers, Limits()))) == 10
    assert len(model.asked) == 10 - after


def test_an_answer_is_kept_before_it_is_seen(answers: Answers) -> None:
    """Whoever dies on the first answer finds it again."""
    stream = ask(FakeChat(), _requests(3), answers, Limits())
    next(stream)
    assert len(answers) == 1
    stream.close()
    model = FakeChat()
    list(ask(model, _requests(3), answers, Limits()))
    assert len(model.asked) == 2


def test_a_failure_is_that_requests_own_and_is_tried_again(answers: Answers) -> None:
    """One bad answer does not touch the others, and is not remembered."""
    def script(request: Request) -> str:
        if "u1" in request.messages[-1].content:
            raise ModelError("no")
        return "yes"

    got = dict(ask(FakeChat(script), _requests(3), answers, Limits()))
    assert [isinstance(got[k], ModelError) for k in range(3)] == [False, True, False]
    model = FakeChat("yes")
    assert dict(ask(model, _requests(3), answers, Limits()))[1].text == "yes"
    assert len(model.asked) == 1


def test_a_dead_model_is_not_asked_on(answers: Answers) -> None:
    """900 users are not told one by one that the server is down; what came before is kept."""
    def script(request: Request) -> str:
        if "u2" in request.messages[-1].content:
            raise ModelUnavailableError("down")
        return "yes"

    model = FakeChat(script, batch=2)
    got = dict(ask(model, _requests(50), answers, Limits()))
    assert len(got) == 50 and len(model.asked) == 3 and len(answers) == 2
    assert sum(isinstance(result, ModelUnavailableError) for result in got.values()) == 48


def test_a_model_that_forgets_a_request_does_not_make_it_vanish(answers: Answers) -> None:
    """Every place is answered for, also where a model yields too few."""
    class Forgetful(FakeChat):
        def answer(self, requests):  # noqa: ANN001, ANN202 - the protocol says it
            return (pair for pair in super().answer(requests[:1]))

    got = dict(ask(Forgetful(), _requests(3), answers, Limits()))
    assert [type(got[k]) for k in range(3)] == [Answer, PassingError, PassingError]


def test_the_cap_on_tokens_is_never_passed(answers: Answers) -> None:
    """Each request may take 2 + 10 tokens: a cap of 40 lets three through before any answer."""
    long = FakeChat(lambda request: "word " * 10, batch=100)
    got = dict(ask(long, _requests(9), answers, Limits(most_tokens=40)))
    done = [k for k in got if isinstance(got[k], Answer)]
    assert done == [0, 1, 2] and len(long.asked) == 3
    assert all(isinstance(got[k], BudgetError) for k in range(3, 9))


def test_short_answers_leave_room_under_the_cap(answers: Answers) -> None:
    """What counts is what was spent: answers of one word leave room for more requests."""
    short = FakeChat("word", batch=1)
    got = dict(ask(short, _requests(9), answers, Limits(most_tokens=40)))
    assert [k for k in range(9) if isinstance(got[k], Answer)] == list(range(9))


def test_the_cap_on_cost_is_never_passed(answers: Answers) -> None:
    """At 1 a written token, ten tokens at most each, 25 pays for two requests."""
    limits = Limits(most_cost=25, prices=Prices(written=1e6))
    model = FakeChat(lambda request: "word " * 10, batch=1)
    got = dict(ask(model, _requests(5), answers, limits))
    assert [k for k in range(5) if isinstance(got[k], Answer)] == [0, 1]
    for where in ("--most-cost", "«Writing»", "LLMREC_MODEL_MOST_COST"):
        assert where in str(got[4])


def test_calls_that_share_a_budget_share_its_caps(answers: Answers) -> None:
    """A cap of three requests: two asked first leave room for one more, streamed or not."""
    limits = Limits(most_tokens=40)
    budget, model = Budget(limits), FakeChat(lambda request: "word " * 10, batch=1)
    requests = _requests(9)
    list(ask(model, requests[:2], answers, limits, budget=budget))
    got = dict(ask(model, requests[2:], answers, limits, budget=budget))
    assert [k for k in got if isinstance(got[k], Answer)] == [0]
    assert budget.tokens <= 40 and len(model.asked) == 3
    with pytest.raises(BudgetError):
        list(ask_streaming(model, requests[8], answers, limits, budget))


def test_remembered_answers_cost_nothing(answers: Answers) -> None:
    """A cap that the first run met is met again by new requests only."""
    limits = Limits(most_tokens=30)
    for expected in (2, 4, 6):
        model = FakeChat(lambda request: "word " * 10, batch=9)
        got = dict(ask(model, _requests(6), answers, limits))
        assert sum(isinstance(result, Answer) for result in got.values()) == expected


def test_progress_counts_every_request(answers: Answers) -> None:
    """Also those that were known."""
    list(ask(FakeChat(), _requests(2), answers, Limits()))
    seen: list[tuple[int, int]] = []
    list(ask(FakeChat(), _requests(4), answers, Limits(), lambda *step: seen.append(step)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_streamed_answer_is_kept_too(answers: Answers) -> None:
    """The preview pays once; the second look is from memory."""
    request = _requests(1)[0]
    pieces = list(ask_streaming(FakeChat("a b c"), request, answers, Limits()))
    assert pieces == ["a", " b", " c"]
    model = FakeChat("other")
    assert list(ask_streaming(model, request, answers, Limits())) == ["a b c"]
    assert model.asked == []


def test_half_a_streamed_answer_is_not_kept(answers: Answers) -> None:
    """What was broken off is no answer."""
    stream = ask_streaming(FakeChat("a b c"), _requests(1)[0], answers, Limits())
    next(stream)
    stream.close()
    assert len(answers) == 0


def test_a_streamed_answer_has_the_cap_too(answers: Answers) -> None:
    """One request that could pass the cap on its own is not asked."""
    model = FakeChat()
    with pytest.raises(BudgetError, match="above the cap of 5"):
        list(ask_streaming(model, _requests(1)[0], answers, Limits(most_tokens=5)))
    assert model.asked == []
