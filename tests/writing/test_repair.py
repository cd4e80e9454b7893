"""Sentences that the evidence does not bear out: marked, asked for again, or the template's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import world
from chat import FakeChat

from llmrec_core import describe
from llmrec_core.errors import StudioError
from llmrec_core.evidence import user_evidence
from llmrec_core.llm import ModelError, ModelUnavailableError, PassingError
from llmrec_core.llm.limits import Limits
from llmrec_core.writing import Writing, repair
from llmrec_core.writing.chat import write_all
from llmrec_core.writing.desk import Desk

ANSWER = """LIKES: Loves space stories. Adores the film Heart 1.
DISLIKES: Does not care for romance."""
"""The second sentence praises what u00 disliked."""


@pytest.fixture(scope="module")
def evidence():
    return user_evidence(world.behaviour(), world.items())[:1]


def written(evidence, policy, again="Loves Star 4 above all."):
    """(the description, the prompts) under a policy; `again` answers the request to rewrite."""
    def script(request):
        return again if "rewrite one sentence" in request.messages[0].content else ANSWER

    desk = Desk(FakeChat(script), None, Limits(), {})
    writing = Writing(writer="local", model="fake", unsupported=policy)
    return write_all(evidence, world.items(), writing, desk)[0], desk.model.prompts


def test_a_contradiction_is_marked(evidence):
    """The sentence stays, with what is wrong with it."""
    one, prompts = written(evidence, "mark")
    good, bad, other = one.sentences
    assert (good.check, bad.check, other.check) == ("supported", "contradicted", "supported")
    assert "Heart 1" in bad.problem
    assert len(prompts) == 1


def test_a_contradiction_is_asked_for_once_more(evidence):
    """The problem is named in the request, the better sentence takes the place and is checked."""
    one, prompts = written(evidence, "rewrite")
    assert [s.text for s in one.sentences] == [
        "Loves space stories.", "Loves Star 4 above all.", "Does not care for romance.",
    ]
    assert one.sentences[1].check == "supported"
    assert len(prompts) == 2
    assert "Adores the film Heart 1." in prompts[1]
    assert "dislike" in prompts[1].split("What is wrong with it:")[1].lower()


@pytest.mark.parametrize("again", [
    "Adores the film Heart 3.", "I'm sorry, but I can't.", ModelError("It hung."),
])  # fmt: skip
def test_what_is_no_better_is_marked(evidence, again):
    """A second answer that is as wrong, a refusal and a failure leave a marked sentence."""
    one, _ = written(evidence, "rewrite", again)
    assert [s.check for s in one.sentences] == ["supported", "contradicted", "supported"]
    assert one.fallback == ""


def test_the_template_s_sentence_takes_its_place(evidence):
    """One of the same slot that is not there yet, by the template and said so."""
    one, prompts = written(evidence, "template")
    assert len(prompts) == 1
    taken = one.sentences[1]
    own = describe.write_all(evidence, world.items())[0].sentences
    assert replace(taken, check="") in own
    assert taken.check == "supported"  # as every sentence in force, whoever wrote it
    assert (taken.author, taken.polarity) == ("template", 1)
    assert [s.author for s in one.sentences] == ["fake-chat", "template", "fake-chat"]


def test_a_stand_in_is_checked_as_well(evidence):
    """Where nothing of the model's is borne out, each sentence of the template has its mark."""
    def script(request):
        return "LIKES: Adores the film Heart 1."

    writing = Writing(writer="local", model="fake", unsupported="template")
    desk = Desk(FakeChat(script), None, Limits(), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "_alike", lambda sentence, free: None)  # nothing left to give
        one = write_all(evidence, world.items(), writing, desk)[0]
    assert one.fallback == repair.NOTHING_LEFT
    assert {s.check for s in one.sentences} <= {"supported", "open"}


@pytest.mark.parametrize("again", [
    ModelUnavailableError("It is down."), PassingError("It is busy."),
])  # fmt: skip
def test_what_may_pass_while_rewriting_is_not_final(evidence, again):
    """Nothing half-done is handed on: the next build asks for the rest."""
    with pytest.raises(StudioError, match="0 of 1 sentences to rewrite.*build again.*It is"):
        written(evidence, "rewrite", again)


def test_writing_and_rewriting_share_one_cap(evidence):
    """A cap that the description fits under, and its rewriting does not, is not passed."""
    free = Desk(FakeChat(ANSWER), None, Limits(), {})
    writing = Writing(writer="local", model="fake", unsupported="rewrite")
    write_all(evidence, world.items(), writing, free)
    first, second = free.model.asked
    cap = free.model.count(first) + first.max_tokens + 10
    assert free.model.count(second) + second.max_tokens < cap  # alone it would fit
    desk = Desk(FakeChat(ANSWER), None, Limits(most_tokens=cap), {})
    with pytest.raises(StudioError, match="sentences to rewrite.*above the cap"):
        write_all(evidence, world.items(), writing, desk)
    assert len(desk.model.asked) == 1
    assert desk.budget.tokens <= cap
