"""A session's file: its replay is the same on the same study, and says what differs on another."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from commands import document, run
from conftest import FakeEncoder

from llmrec_core import cli, describe, tables
from llmrec_core.build import build
from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.journal import Kept
from llmrec_core.made import BuildRecipe
from llmrec_core.recommender import Recommender
from llmrec_core.whatif import State, audit, editing, pins, token_of

USER = "u05"


@pytest.fixture
def recommender(built_study):
    """The tiny world, built."""
    return Recommender(built_study)


@pytest.fixture
def states(recommender):
    """The user as stored, and with every kind of change."""
    past = list(editing.stored_levels(recommender, USER))
    state = editing.flipped(recommender, State(USER, (past[0], past[1])), past[2])
    state = editing.switched(recommender, state, 0, on=False)
    return [State(USER), editing.with_words(state, "Loves robots.").called("all of it")]


def _file(recommender, states):
    return json.loads(json.dumps(audit.session(recommender, states)))


def test_a_session_is_the_same_on_the_same_study(recommender, states):
    """Every list, item by item, also when it is read by a program that opened the study anew."""
    session = audit.read(json.dumps(_file(recommender, states)))
    assert [one.state for one in session.states] == states
    found = audit.replay(Recommender(recommender.study), session)
    assert found.same and found.moved == [] and all(one.gone == () for one in found.states)
    assert [place.rank for place in found.states[1].places] == list(range(1, 11))
    assert found.states[0].places != found.states[1].places


def test_after_another_build_it_says_so(recommender, states):
    """The lists differ, what changed is named, and a signal that is gone is told by name."""
    weighed = replace(states[1], weights=(("taste", 1.0),))
    session = audit.read(json.dumps(_file(recommender, [*states, weighed])))
    study = recommender.study
    build(study, BuildRecipe(signals="collaborative,popularity"), encoder=FakeEncoder())
    found = audit.replay(Recommender(study), session)
    assert not found.same and not found.states[0].same and found.states[0].places
    assert set(found.moved) == {"the fitted signals", "the fitted weights"}
    assert "taste" in found.states[2].problem


def test_an_edited_description_is_named(recommender, states, capsys, tmp_path):
    """A sentence switched off by hand is in no build's names: the user's description is other."""
    states = [*states, State("u06")]
    file = tmp_path / "session.json"
    file.write_text(json.dumps(_file(recommender, states)))
    assert "nothing that lists depend on has changed" in run(capsys, "replay", "tiny", file)[1]
    before = recommender.description(USER)
    edited = describe.switch(before, 0, False)
    recommender.study.journal.save_description(edited, original=before)
    found = audit.replay(recommender, audit.read(file.read_text()))
    assert [one.edited for one in found.states] == [True, True, False]
    assert found.moved == ["the description of user 'u05'"] and not found.states[0].same
    told = run(capsys, "replay", "tiny", file)[1]
    assert "Since then other: the description of user 'u05'." in told


def test_a_changed_score_is_found_to_a_ten_thousandth(recommender, states):
    """A gap of 2e-4 is told at its place, one of 5e-5 is rounding."""
    document = _file(recommender, states)
    document["states"][0]["items"][2]["score"] += 2e-4
    document["states"][1]["items"][2]["score"] += 5e-5
    found = audit.replay(recommender, audit.read(json.dumps(document)))
    assert [place.rank for place in found.states[0].places if not place.same] == [3]
    assert found.states[1].same and not found.same
    document["states"][0]["items"].pop()
    found = audit.replay(recommender, audit.read(json.dumps(document)))
    assert found.states[0].places[-1].then is None and not found.states[0].same


def test_a_state_that_cannot_be_made_again_is_a_difference(recommender, states):
    """An edited description is told, a user who is gone is a problem of that state alone."""
    document = _file(recommender, states)
    document["states"][0]["state"]["user"] = "nobody"
    document["states"][1]["state"]["off"] = [["Was said once.", 0]]
    found = audit.replay(recommender, audit.read(json.dumps(document)))
    assert "nobody" in found.states[0].problem and not found.states[0].places
    assert found.states[1].gone == ("Was said once.",)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda d: d.update(format="x"), "no what-if session"),
        (lambda d: d.update(schema=9), "schema 9"), (lambda d: d.pop("keys"), "lacks its keys"),
        (lambda d: d.update(states=[]), "0 states"),
        (lambda d: d.update(states=d["states"] * 60), "120 states"),
        (lambda d: d["states"][1].pop("state"), "State 2"),
        (lambda d: d["states"][1].pop("description"), "State 2 .* the description"),
        (lambda d: d["states"][0]["state"].update(colour=1), "unknown key"),
        (lambda d: d["states"][0].update(items=[{"item_id": 5, "score": 1}]), "its id"),
        (lambda d: d["states"][0]["items"][0].update(score="1"), "its score"),
        (lambda d: d["states"][0]["items"][0].update(score=10**400), "can be held"),
    ],
)  # fmt: skip
def test_what_is_no_session_is_refused_by_name(recommender, states, change, word):
    """Never half read."""
    document = _file(recommender, states)
    change(document)
    with pytest.raises(WrongUseError, match=word):
        audit.read(json.dumps(document))
    for text in ("", "[", "[]", "null", "[" * 100_000, b"\xff\xfe"):
        with pytest.raises(WrongUseError, match="no what-if session"):
            audit.read(text)


def test_the_commands_make_a_session_and_replay_it(built_study, capsys, tmp_path):
    """whatif saves what replay finds the same (0), changed is 1, what is none is 2."""
    file = tmp_path / "session.json"
    past = list(editing.stored_levels(Recommender(built_study), USER))
    asked = ("whatif", "tiny", USER, "--remove", past[0], past[1], "--flip", past[2], "--off",
             "1980", "--say", "Loves robots.", "--n", "5")  # fmt: skip
    text = Recommender(built_study).description(USER).sentences[0].text
    asked = tuple(text if part == "1980" else part for part in asked)
    found = document(capsys, *asked, "--save", file, "--name", "tried", "--pin")
    assert found["state"]["removed"] == sorted(past[:2]) and len(found["items"]) == 5
    assert found["state"]["off"] == [[text, 0]] and "items" in found["effect"]
    assert {move["item_id"] for move in found["moves"]} >= {i["item_id"] for i in found["items"]}
    assert document(capsys, "replay", "tiny", file)["same"] is True
    assert [one.name for one in pins.pinned(built_study.journal, USER)] == ["tried"]
    by_link = document(capsys, "whatif", "tiny", USER, "--state", found["link"])
    assert by_link["key"] == found["key"] and by_link["items"] == found["items"]

    changed = json.loads(file.read_text())
    changed["states"][1]["items"].reverse()
    file.write_text(json.dumps(changed))
    code, out, _ = run(capsys, "replay", "tiny", file)
    assert code == cli.FAILED and "tried (user u05): 4 of 5 places differ" in out
    for bad in (tmp_path / "none.json", built_study.folder / "study.json"):
        assert run(capsys, "replay", "tiny", bad)[0] == cli.WRONG_USE
    code, _, err = run(capsys, *asked, "--save", file)
    assert code == cli.WRONG_USE and "already" in err
    assert run(capsys, "whatif", "tiny", "u06", "--state", found["link"])[0] == cli.WRONG_USE
    assert run(capsys, "whatif", "tiny", USER, "--value", "i01=x")[0] == cli.WRONG_USE


def test_pins_are_kept_named_and_taken_away(built_study):
    """Four a user, each name once; a reload finds them, and another user has none of them."""
    journal = built_study.journal
    first = pins.pin(journal, State(USER))
    assert first.name == "State 1"
    pins.pin(journal, State(USER, n=5, name="short"))
    with pytest.raises(InputError, match="'short' already"):
        pins.pin(journal, State(USER, name="short"))
    pins.rename(journal, USER, "State 1", " as  stored ")
    with pytest.raises(InputError, match="'short' already"):
        pins.rename(journal, USER, "as stored", "short")
    assert [one.name for one in pins.pinned(journal, USER)] == ["as stored", "short"]
    assert pins.pinned(journal, "u06") == ()
    for _ in range(2):
        pins.pin(journal, State(USER))
    with pytest.raises(InputError, match="take one away"):
        pins.pin(journal, State(USER))
    pins.unpin(journal, USER, "short")
    assert [one.name for one in pins.pinned(journal, USER)] == ["as stored", "State 1", "State 2"]
    assert pins.link_of(replace(first, name="as stored")) == token_of(first.called("as stored"))


def test_states_pinned_at_once_are_all_kept(built_study):
    """Two tabs, or a tab and a terminal: none takes the other's state out of view."""
    journal = built_study.journal
    for user in ("u01", "u02", "u03", "u04"):
        start = threading.Barrier(pins.MOST)

        def pin(name, user=user, start=start):
            start.wait()
            pins.pin(journal, State(user, name=name))

        with ThreadPoolExecutor(pins.MOST) as pool:
            list(pool.map(pin, "abcd"))
        assert sorted(one.name for one in pins.pinned(journal, user)) == list("abcd")


def test_pins_that_cannot_be_read_make_room_for_new_ones(built_study):
    """They are refused by name, and the next pin begins a document beside theirs."""
    journal = built_study.journal
    for text in ("{", "null", '{"states": [5]}', '{"states": [{"user": "u05", "bogus": 1}]}'):
        journal.save_document(Kept.WHAT_IF, USER, text)
        with pytest.raises(InputError, match=r"cannot be read .* pin a state anew"):
            pins.pinned(journal, USER)
        assert pins.readable(journal, USER) == ()
        assert pins.pin(journal, State(USER)).name == "State 1"
        assert pins.readable(journal, USER) == pins.pinned(journal, USER) != ()


def test_titles_of_the_file_reach_no_formula(recommender, states):
    """The list as a file opens in a spreadsheet without running anything."""
    from llmrec_core.ui.what_if_frames import export_frame
    from llmrec_core.whatif import list_of

    recommender.tables.items.frame.loc[:, tables.TITLE] = "=1+1"
    recommender.titles[:] = "=1+1"
    frame = export_frame(recommender, states[1], list_of(recommender, states[1]).items)
    assert set(frame["title"]) == {"'=1+1"}
    assert frame[list(recommender.names)].sum(axis=1).tolist() == pytest.approx(
        frame["score"].tolist()
    )
