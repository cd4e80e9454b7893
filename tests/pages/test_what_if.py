"""What if: a change of the past, the words or the weights moves the list; states are kept."""

from __future__ import annotations

import base64
import json
import zlib

import pytest

from llmrec_core import whatif
from llmrec_core.errors import InputError
from llmrec_core.journal import Kept
from llmrec_core.recommender import Recommender
from llmrec_core.ui import what_if_frames, what_if_state
from llmrec_core.ui.what_if_files import _session
from llmrec_core.ui.what_if_history import flipped_in_vain
from llmrec_core.ui.what_if_list import FITTED
from llmrec_core.whatif import State, editing, from_token, pins, token_of
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/recommend/what_if.py"
USER, BASE = "u05", "what_if:tiny:u05"


def _list(at):
    return next(t for t in tables(at) if "Before" in t.columns)


def _titles(study, state):
    return [line.title for line in whatif.list_of(Recommender(study), state).items]


def test_it_opens_on_the_stored_user_and_follows_every_change(built_study):
    """Cold: nothing is changed. A sentence said, a switch, a weight, then all of it undone."""
    at = open_page(PAGE, user=USER)
    assert _list(at)["Title"].tolist() == _titles(built_study, State(USER))
    assert "The list is the same." in said(at) and "Nothing is changed yet" in said(at)
    at.session_state["what_if_tabs"] = ":material/edit_note: Sentences"
    sound(at.run())
    sound(at.text_input(key=f"{BASE}:new").set_value("Loves a spaceship. Hates letters.").run())
    assert "2 sentences said" in said(at) and at.text_input(key=f"{BASE}:new").value == ""
    at = sound(at.toggle(key=f"{BASE}:on:0").set_value(False).run().run())
    worked = at.session_state[BASE]
    assert worked.typed == (("Loves a spaceship.", 1), ("Hates letters.", -1)) and worked.off
    assert [at.toggle(key=f"{BASE}:on:{place}").value for place in (0, 1)] == [False, True]
    at.session_state["what_if_tabs"] = ":material/tune: Weights"
    sound(at.run())
    at = sound(at.slider(key="what_if_tiny_popularity").set_value(2.5).run().run())
    told = said(at)
    assert "1 sentence off, 2 sentences said, 1 weight other than fitted" in told
    linked = from_token(str(at.query_params["state"]))
    assert _list(at)["Title"].tolist()[:10] == _titles(built_study, linked)
    assert dict(linked.weights)["popularity"] == 2.5
    at = sound(at.switch_page("pages/study/overview.py").run().switch_page(PAGE).run())
    assert "2 sentences said" in said(at) and from_token(str(at.query_params["state"])) == linked
    at = sound(at.button(key="what_if_undo").click().run())
    assert "Nothing is changed yet" in said(at) and "state" not in at.query_params
    assert at.session_state["what_if_tiny_popularity"] != 2.5
    tried = at.session_state[f"{BASE}:tried"]
    steps = tried.steps
    assert [(len(s.state.typed), len(s.state.off)) for s in steps] == [
        (2, 0), (2, 1), (2, 1), (0, 0)
    ]
    assert [s.number for s in steps] == [1, 2, 3, 4] and steps[2].state.weights != (
        steps[1].state.weights
    )
    assert tried.now.typed == () and not tried.now.changed
    document = json.loads(_session(Recommender(built_study), tried))
    names = [entry["state"]["name"] for entry in document["states"]]
    assert names == ["As stored", "Step 1", "Step 2", "Step 3", "Step 4", "Worked on"]
    assert [entry["at"] for entry in document["states"][1:5]] == [s.at for s in steps]
    assert document["states"][3]["items"][0]["title"] == _titles(built_study, linked)[0]


def test_a_link_opens_cold_and_is_worked_on(built_study):
    """Edits, weights and length stand where they stood; the history shows them."""
    recommender = Recommender(built_study)
    items = list(reversed(editing.stored_levels(recommender, USER)))
    state = editing.flipped(recommender, State(USER, (items[0],)), items[1])
    state = whatif.with_weights(recommender, state, recommender.weights({"collaborative": 2.0}))
    at = open_page(PAGE, study="tiny", state=token_of(state))
    assert at.text_input(key="user").value == USER and "1 past item removed" in said(at)
    history = tables(at)[0]
    assert history["Keep"].tolist()[:3] == [False, True, True]
    assert history["Flip"].tolist()[:3] == [False, True, False]
    assert _list(at)["Title"].tolist()[:10] == _titles(built_study, state)
    at.button(key="user_random").click().run()
    sound(at)  # another user begins as stored


TWICE = json.dumps({"user": USER, "typed": [["Loves robots.", 1], ["Loves robots.", -1]]})
"""One sentence with two meanings, which no page writes."""


@pytest.mark.parametrize(
    "token",
    [
        "1abc", token_of(State("nobody", ("i01",))),
        "1" + base64.urlsafe_b64encode(zlib.compress(TWICE.encode())).decode().rstrip("="),
    ],
)  # fmt: skip
def test_a_broken_link_is_told_and_the_page_is_there(built_study, token):
    """One sentence, and the user as stored below it."""
    from streamlit.testing.v1 import AppTest

    from tests.pages.recommending import APP

    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["state"] = token
    at.run().switch_page(PAGE).run()
    assert not at.exception and "The link's state is not taken up." in at.error[0].value
    assert len(_list(at)) == 10
    at.session_state["what_if_tabs"] = ":material/edit_note: Sentences"
    at.run()
    assert not at.exception and not [box.key for box in at.selectbox if ":typed:" in box.key]


def test_states_are_pinned_side_by_side_and_survive_a_reload(built_study):
    """Pinned, compared, taken up, renamed and taken away; a fresh session finds them."""
    recommender = Recommender(built_study)
    past = tuple(editing.stored_levels(recommender, USER))
    pins.pin(built_study.journal, State(USER, name="as stored"))
    at = open_page(PAGE, user=USER, state=token_of(State(USER, past[:6], n=5)))
    at.text_input(key="what_if_pin_name").set_value("<b>forgetful</b>").run()
    at = sound(at.button(key="what_if_pin").click().run())
    kept = pins.pinned(built_study.journal, USER)
    assert [one.name for one in kept] == ["as stored", "<b>forgetful</b>"]
    assert kept[1].removed == past[:6] or set(kept[1].removed) == set(past[:6])

    at = open_page(PAGE, user=USER)
    assert "Nothing is changed yet" in said(at) and "<b>" not in said(at)
    frames = [t for t in tables(at) if "Place" in t.columns or "Moved" in t.columns]
    assert [len(t) for t in frames[1:]] == [10, 5] and "Moved" in frames[2].columns
    changes = next(t for t in tables(at) if "2 · <b>forgetful</b>" in t.columns)
    assert changes["2 · <b>forgetful</b>"].tolist() == ["✓"] * 6
    at = sound(at.button(key="what_if_take:1").click().run())
    assert "6 past items removed" in said(at)
    at = sound(at.selectbox(key="what_if_against").select("Pinned: <b>forgetful</b>").run())
    assert "The list is the same." in said(at)
    at = sound(at.button(key="what_if_unpin:0").click().run())
    assert [one.name for one in pins.pinned(built_study.journal, USER)] == ["<b>forgetful</b>"]


def test_pins_that_cannot_be_read_leave_the_page_and_make_room(built_study):
    """Written by a later version, say: the list is there, why is told, and a state is pinned."""
    journal = built_study.journal
    unread = json.dumps({"states": [{"user": USER, "bogus": 1}]})
    journal.save_document(Kept.WHAT_IF, USER, unread)
    at = open_page(PAGE, user=USER)
    assert len(_list(at)) == 10 and "bogus" in said(at)
    assert at.get("expander")  # the files, at the end of the page
    at = sound(at.text_input(key="what_if_pin_name").set_value(FITTED).run())
    at = sound(at.button(key="what_if_pin").click().run())
    assert [one.name for one in pins.pinned(journal, USER)] == [FITTED]
    assert "bogus" not in said(at)
    against = at.selectbox(key="what_if_against")
    assert against.options[0] == FITTED and against.value == FITTED
    assert f"Pinned: {FITTED}" in against.options  # a pin called as the fixed choice is


def test_pinned_states_stand_in_columns_of_their_own(built_study):
    """Also one called as the column of changes is, or as another table's column."""
    past = list(editing.stored_levels(Recommender(built_study), USER))
    states = [State(USER, (past[0],), name="Change"), State(USER, (past[1],), name="Moved")]
    frame = what_if_frames.states_frame(Recommender(built_study), states)
    assert frame.columns.tolist() == ["Change", "1 · Change", "2 · Moved"]
    assert frame["Change"].str.startswith("Removed: ").all()
    assert frame["1 · Change"].tolist() == ["✓", ""]


def test_the_session_is_downloaded_and_replayed(built_study, monkeypatch):
    """The page's file holds the stored user, what is worked on and the pins; it replays once."""
    from llmrec_core.whatif import audit

    replayed, real = [], audit.replay
    monkeypatch.setattr(audit, "replay", lambda *a: replayed.append(1) or real(*a))

    at = open_page(PAGE, user=USER)
    at.session_state["what_if_files"] = True
    sound(at.run())
    assert at.get("download_button") and at.get("file_uploader")
    pins.pin(built_study.journal, State(USER, n=5, name="short"))
    document = json.loads(_session(Recommender(built_study), at.session_state[f"{BASE}:tried"]))
    names = [entry["state"]["name"] for entry in document["states"]]
    assert names == ["As stored", "Worked on", "short"]
    uploader = at.file_uploader(key="what_if_upload")
    uploader.set_value(("s.json", json.dumps(document).encode(), "application/json"))
    at = sound(at.run())
    assert ": 3 of 3 lists." in at.success[-1].value
    at = sound(at.run())  # the file stays in its box
    assert ": 3 of 3 lists." in at.success[-1].value and len(replayed) == 1
    document["states"][0]["items"].reverse()
    assert not audit.replay(
        Recommender(built_study), audit.read(json.dumps(document))
    ).same
    uploader = at.file_uploader(key="what_if_upload")
    uploader.set_value(("s.json", json.dumps(document).encode(), "application/json"))
    at = sound(at.run())
    assert ": 2 of 3 lists." in at.warning[-1].value
    document["states"] = json.loads(json.dumps(document["states"] * 2))
    for number, entry in enumerate(document["states"]):
        entry["state"]["typed"] = [[f"{number} {k} " + "x" * 700, 1] for k in range(5)]
    replayed.clear()
    uploader = at.file_uploader(key="what_if_upload")
    uploader.set_value(("s.json", json.dumps(document).encode(), "application/json"))
    at.run()
    assert "in a terminal" in at.error[-1].value and not at.exception and not replayed


def test_edited_rows_are_counted_from_where_the_table_began(built_study):
    """Unticked, flipped, typed, ticked again: the state is what the table shows, and no more."""
    from llmrec_core.ui.what_if_history import Shown, after_edits

    recommender = Recommender(built_study)
    items = list(editing.stored_levels(recommender, USER))
    levels = editing.stored_levels(recommender, USER)
    before = editing.flipped(recommender, State(USER, (items[0], items[9])), items[1])
    shown = Shown("t:0", (), before, tuple(items[:4]))
    now = after_edits(recommender, before, shown, {
        items[0]: {"Keep": True}, items[1]: {"Flip": False}, items[2]: {"Flip": True},
        items[3]: {"Keep": False, "Value": 3.0},
    })
    assert set(now.removed) == {items[3], items[9]}
    assert dict(now.levels) == {items[2]: 1 - levels[items[2]], items[3]: 0.5}
    assert after_edits(recommender, now, shown, {}) == before
    flipped = after_edits(recommender, before, shown, {items[1]: {"Value": 5.0}})
    assert dict(flipped.levels).get(items[1], levels[items[1]]) == 0.0
    cleared = after_edits(recommender, before, shown, {items[2]: {"Value": None}})
    assert cleared == before


def test_a_value_in_the_middle_has_no_opposite(built_study, monkeypatch):
    """Stored or typed: the tick is refused by name, in the table and in a terminal."""
    recommender = Recommender(built_study)
    levels = editing.stored_levels(recommender, USER)
    first, other, third = list(levels)[:3]
    assert editing.is_middle(0.5) and not any(map(editing.is_middle, (0.0, 0.25, 1.0)))
    before = State(USER, levels=((first, 0.5), (third, 1 - levels[third])))
    edits = {
        first: {"Flip": True}, other: {"Value": 3.0, "Flip": True}, third: {"Flip": False},
    }
    assert flipped_in_vain(recommender, before, edits) == [first, other]
    assert flipped_in_vain(recommender, State(USER), {first: {"Flip": True}}) == []
    edits[first]["Value"] = 5.0
    assert flipped_in_vain(recommender, before, edits) == [other]
    monkeypatch.setattr(editing, "stored_levels", lambda *_: {**levels, first: 0.5})
    assert flipped_in_vain(recommender, State(USER), {first: {"Flip": True}}) == [first]
    with pytest.raises(InputError, match=r"middle of the scale, which has no opposite"):
        editing.flipped(recommender, State(USER), first)


def test_what_the_sliders_cannot_show_is_told(built_study):
    """A link may weigh more than a slider does: the list is another one, and that is said."""
    state = State(USER, weights=(("taste", 50.0),), n=500)
    from streamlit.testing.v1 import AppTest

    from tests.pages.recommending import APP

    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["state"] = token_of(state)
    at.run().switch_page(PAGE).run()
    assert "taste 50, length 500" in at.error[0].value
    assert what_if_state.LONGEST == 100 and not at.exception
