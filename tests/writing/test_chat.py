"""The chat writer with a scripted model: every user gets a checked description, nothing is lost."""

from __future__ import annotations

import re

import pytest
import world
from chat import FakeChat

from llmrec_core import describe
from llmrec_core.errors import StudioError
from llmrec_core.evidence import user_evidence
from llmrec_core.llm import Answer, ModelError, ModelUnavailableError, PassingError
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers
from llmrec_core.writing import Writing
from llmrec_core.writing.chat import (
    drawn,
    request_for,
    requests_for,
    rewrite_sentence,
    stream_description,
    write_all,
)
from llmrec_core.writing.desk import Desk

LOCAL = Writing(writer="local", model="fake")
GOOD = """LIKES: Loves space stories.
THEMES: Stories about a far planet.
DISLIKES: Does not care for romance.
OTHERS MAY LIKE: Romance, which many others like.
HABITS: Rates much as others do."""


@pytest.fixture(scope="module")
def items():
    return world.items()


@pytest.fixture(scope="module")
def evidences(items):
    return user_evidence(world.behaviour(), items)


@pytest.fixture
def desk_of(tmp_path):
    """Makes desks that share one memory."""
    def make(script=GOOD, limits=None, **more):
        answers = Answers(tmp_path / "answers.sqlite")
        return Desk(FakeChat(script, **more), answers, limits or Limits(), {})
    return make


def person(request):
    """«space» or «romance», whichever the evidence in a request says the person likes."""
    return re.search(r"liked \(genre\): (\w+)", request.messages[-1].content).group(1)


def honest(request):
    """What a good model would say of the evidence in front of it."""
    mine, other = ("space", "romance") if person(request) == "space" else ("romance", "space")
    return f"LIKES: Loves {mine} stories.\nDISLIKES: Does not care for {other}.\nHABITS: none"


def test_every_user_gets_what_the_model_said_of_their_evidence(items, evidences, desk_of):
    """Even users like space, odd ones romance; slots give kinds and polarities."""
    written = write_all(evidences, items, LOCAL, desk_of(honest))
    assert [d.owner_id for d in written] == [e.user_id for e in evidences]
    for u, one in enumerate(written):
        kind = "space" if u % 2 == 0 else "romance"
        assert one.sentences[0].text == f"Loves {kind} stories."
        assert [s.polarity for s in one.sentences] == [1, -1]
        assert {s.author for s in one.sentences} == {one.writer} == {"fake-chat"}
        assert one.fallback == ""


def test_a_description_stores_all_rows_that_the_writer_was_shown(items, evidences, desk_of):
    """Leakage is judged by what was read, not by what was said."""
    written = write_all(evidences, items, LOCAL, desk_of(honest))
    for one, evidence in zip(written, evidences, strict=True):
        assert one.read == evidence.rows
        assert one.latest == evidence.latest
        assert set(one.rows()) <= set(one.read)
        assert (one.scheme, one.language) == ("prose", "English")


def test_the_template_asks_no_model(items, evidences):
    """No desk is opened."""
    assert write_all(evidences, items, Writing()) == describe.write_all(evidences, items)


def test_the_sample_is_drawn_by_the_ids_alone(items, evidences, desk_of):
    """Six users by the model, the same ones in any order; the others by the template."""
    writing = Writing(writer="local", model="fake", sample=6)
    written = write_all(evidences, items, writing, desk_of(honest))
    chosen = [d.owner_id for d in written if d.writer == "fake-chat"]
    assert len(chosen) == 6
    assert all(d.fallback == "" for d in written)
    again = write_all(evidences[::-1], items, writing, desk_of(honest))
    assert [d.owner_id for d in again[::-1] if d.writer == "fake-chat"] == chosen


def test_a_sample_of_everybody_is_everybody():
    """0 and too many mean all."""
    ids = ["a", "b", "c"]
    assert drawn(ids, 0) == drawn(ids, 3) == drawn(ids, 9) == [0, 1, 2]


def test_one_failure_is_the_template_with_the_reason(items, evidences, desk_of):
    """The others keep what the model wrote of them."""
    def script(request):
        return ModelError("It hung.") if "Star 4" in request.messages[-1].content else GOOD

    written = write_all(evidences, items, LOCAL, desk_of(script))
    templates = describe.write_all(evidences, items)
    failed = [u for u, d in enumerate(written) if d.fallback]
    assert failed
    assert len(failed) < len(written)
    for u in failed:
        assert written[u].fallback == "It hung."
        assert written[u].text() == templates[u].text()
        assert written[u].writer == "template"


@pytest.mark.parametrize(("answer", "why"), [
    ("", "is empty"), ("I'm sorry, but I cannot help with that.", "is a refusal"),
    ("<think>Let me see what", "never gets beyond thinking"),
    ("LIKES: drama. " + "They like drama and drama and drama. " * 60, "repeats itself"),
    ("喜欢太空故事和机器人，讨厌爱情故事，评分和别人差不多，总是这样。", "is not in English"),
])  # fmt: skip
def test_what_is_no_description_is_the_template_marked(items, evidences, desk_of, answer, why):
    """The reason is kept with the text that stands in."""
    one = write_all(evidences[:1], items, LOCAL, desk_of(answer))[0]
    assert why in one.fallback
    assert one.writer == "template"


def test_after_an_interruption_nothing_is_asked_twice(items, evidences, desk_of):
    """Seven answers, ctrl-C, then the other seventeen."""
    with pytest.raises(KeyboardInterrupt):
        write_all(evidences, items, LOCAL, desk_of(honest, stop_after=7))
    desk = desk_of(honest)
    written = write_all(evidences, items, LOCAL, desk)
    assert len(desk.model.asked) == world.N - 7
    assert all(d.writer == "fake-chat" for d in written)


def test_a_model_that_goes_away_stops_with_what_is_kept(items, evidences, desk_of):
    """The sentence says how many are written; the next call asks for the others alone."""
    desk = desk_of(lambda r: honest(r) if len(desk.model.asked) <= 9
                   else ModelUnavailableError("The server is down."))  # fmt: skip
    with pytest.raises(StudioError, match="9 of 24 descriptions are written and kept: build again"):
        write_all(evidences, items, LOCAL, desk)
    again = desk_of(honest)
    write_all(evidences, items, LOCAL, again)
    assert len(again.model.asked) == 15


def test_a_failure_that_may_pass_is_tried_again_at_the_end(items, evidences, desk_of):
    """A busy server's second answer counts like a first one; nobody has the template's text."""
    seen = []

    def busy_once(request):
        seen.append(request)
        fails = seen.count(request) == 1 and len(seen) in (3, 4)
        return PassingError("It is busy.") if fails else honest(request)

    written = write_all(evidences, items, LOCAL, desk_of(busy_once))
    assert {d.writer for d in written} == {"fake-chat"}
    assert len(seen) == world.N + 2


def test_a_failure_that_may_pass_is_never_final(items, evidences, desk_of):
    """Tried twice for nothing, it leaves the batch unfinished: a later call asks for it alone."""
    def busy(request):
        asks_of_one = request == request_for(evidences[5], items, LOCAL, desk_of())
        return PassingError("It is busy.") if asks_of_one else honest(request)

    desk = desk_of(busy)
    with pytest.raises(StudioError, match="23 of 24 descriptions are written.*It is busy"):
        write_all(evidences, items, LOCAL, desk)
    assert len(desk.model.asked) == world.N + 1
    again = desk_of(honest)
    assert all(d.writer == "fake-chat" for d in write_all(evidences, items, LOCAL, again))
    assert len(again.model.asked) == 1


def test_more_than_half_failing_in_a_row_stops(items, evidences, desk_of):
    """A server that fails everybody is not asked by everybody, and nobody gets a template."""
    desk = desk_of(lambda r: ModelError("500"), batch=1)
    with pytest.raises(StudioError, match="0 of 24.*500"):
        write_all(evidences, items, LOCAL, desk)
    assert len(desk.model.asked) == 13


def test_a_cap_stops_before_it_is_passed(items, evidences, desk_of):
    """What was answered within it is kept."""
    one = request_for(evidences[0], items, LOCAL, desk_of())
    each = desk_of().model.count(one) + one.max_tokens
    with pytest.raises(StudioError, match="of 24 descriptions are written and kept.*cap"):
        write_all(evidences, items, LOCAL, desk_of(honest, Limits(most_tokens=3 * each)))
    again = desk_of(honest)
    write_all(evidences, items, LOCAL, again)
    assert 0 < len(again.model.asked) < world.N


def test_nothing_of_another_user_is_in_a_request(items, evidences, desk_of):
    """Titles in a request are titles of that user's rows; no id is sent at all."""
    titles = items.frame["title"].tolist()
    for evidence, request in zip(
        evidences, requests_for(evidences, items, LOCAL, desk_of()), strict=True
    ):
        own = {titles[i] for fact in evidence.facts for i in fact.items}
        text = " ".join(m.content for m in request.messages)
        assert {t for t in titles if re.search(rf"{t}\b", text)} <= own
        assert not re.search(r"\bu\d\d\b", text)


def test_equal_evidence_is_an_equal_request(items, evidences, desk_of):
    """Writing again costs nothing."""
    first, second = desk_of(honest), desk_of(honest)
    assert write_all(evidences, items, LOCAL, first) == write_all(evidences, items, LOCAL, second)
    assert second.model.asked == []


def test_an_answer_cut_off_loses_its_last_half_sentence(items, evidences, desk_of):
    """Only what ends is kept."""
    desk = desk_of(lambda r: Answer("LIKES: Loves space stories.\nTHEMES: Stories of a far pl",
                                    "length"))  # fmt: skip
    assert write_all(evidences[:1], items, LOCAL, desk)[0].text() == "Loves space stories."


def test_progress_counts_the_users_of_the_model(items, evidences, desk_of):
    """From 1 to all of them."""
    seen = []
    write_all(evidences, items, LOCAL, desk_of(honest), lambda *done: seen.append(done))
    assert seen[-1] == (world.N, world.N)
    assert len(seen) == world.N


def test_a_stream_is_kept_for_the_batch(items, evidences, desk_of):
    """What the preview showed is not paid for again."""
    text = "".join(stream_description(evidences[0], items, LOCAL, desk_of(honest)))
    assert text == honest(request_for(evidences[0], items, LOCAL, desk_of()))
    desk = desk_of(honest)
    write_all(evidences[:1], items, LOCAL, desk)
    assert desk.model.asked == []


def test_a_sentence_is_rewritten_as_wished(items, evidences, desk_of):
    """The wish and the sentence reach the model; its chatter does not reach the person."""
    one = write_all(evidences[:1], items, LOCAL, desk_of(honest))[0]
    desk = desk_of("Sure! Loves space stories above all.")
    text = rewrite_sentence(one, 0, evidences[0], items, LOCAL, desk, wish="be shorter")
    assert text == "Loves space stories above all."
    sent = desk.model.prompts[0]
    assert "What is wanted: be shorter" in sent
    assert one.sentences[0].text in sent


def test_chinese_from_the_request_to_the_checked_sentence(items, evidences, desk_of):
    """The language is asked for by name; titles stay, sentences keep their sides and rows."""
    title = next(f for f in evidences[0].facts if f.kind == "favourite_title").values[0]
    answer = f"LIKES: 喜欢 {title} 这样的太空故事。\nDISLIKES: 不喜欢爱情故事。"
    answer += "\nHABITS: 评分与他人相近。"
    desk = desk_of(answer)
    writing = Writing(writer="local", model="fake", language="Chinese")
    one = write_all(evidences[:1], items, writing, desk)[0]
    assert "in Chinese" in desk.model.asked[0].messages[0].content
    assert (one.language, one.fallback) == ("Chinese", "")
    assert [s.polarity for s in one.sentences] == [1, -1, 0]
    assert title in one.sentences[0].text
    assert one.sentences[0].check == "supported"
    assert len(one.sentences[0].rows) == 1
