"""`llmrec whynot`: the document, the lines for people, and what is refused."""

import pytest
from commands import document, refused, run

from llmrec_core import cli

FIELDS = [
    "user", "item", "title", "n", "weights", "weights_name", "excluded", "rank", "candidates",
    "inside", "points", "tied", "parts", "changes", "rival", "lines", "rest", "tried",
]


def test_the_document_adds_up_and_its_weight_brings_the_item_in(built_study, capsys):
    """Parts and lines sum to the points short; given the weight that is told, the item is in."""
    listed = document(capsys, "recommend", "tiny", "u05", "--n", "11")["items"]
    item, last = listed[6], listed[3]
    found = document(capsys, "whynot", "tiny", "u05", item["item_id"], "--n", "4")
    assert list(found) == FIELDS
    assert (found["rank"], found["inside"], found["excluded"]) == (7, False, None)
    assert found["rival"] == {"item_id": last["item_id"], "title": last["title"], "rank": 4}
    assert found["points"] == pytest.approx(item["score"] - last["score"])
    assert sum(part["difference"] for part in found["parts"]) == pytest.approx(found["points"])
    lines = sum(line["difference"] for line in found["lines"]) + found["rest"]
    assert lines == pytest.approx(found["points"], abs=1e-4)
    change = next(c for c in found["changes"] if c["slider"] is not None)
    moved = {**found["weights"], change["signal"]: change["slider"]}
    given = str(moved).replace("'", '"')
    after = document(capsys, "recommend", "tiny", "u05", "--n", "4", "--weights", given)["items"]
    assert [x["rank"] for x in after if x["item_id"] == item["item_id"]] == [change["slider_rank"]]
    trials = found["tried"]["trials"]
    assert [t["rank"] for t in trials] == sorted(t["rank"] for t in trials)
    assert all(("item_id" in t) == (t["kind"] == "past item removed") for t in trials)


def test_the_lines_for_people(built_study, capsys):
    """Where it stands, what it lacks, which weight, what was tried; a past item is no candidate."""
    listed = document(capsys, "recommend", "tiny", "u05", "--n", "11")["items"]
    code, out, err = run(capsys, "whynot", "tiny", "u05", listed[6]["item_id"], "--n", "4")
    assert (code, err) == (cli.OK, "")
    assert f"{listed[6]['title']}: rank 7 of 11" in out
    assert f"points short of {listed[3]['title']} at place 4" in out
    assert "one weight that brings it in" in out and "changes in" in out
    code, out, _ = run(capsys, "whynot", "tiny", "u05", listed[1]["item_id"], "--n", "4")
    assert f"points ahead of {listed[4]['title']} at place 5" in out and "takes it out" in out
    code, out, _ = run(capsys, "whynot", "tiny", "u05", "i07")
    assert out == "Heart 7 is no candidate: the user has it already\n"
    code, out, _ = run(capsys, "whynot", "tiny", "u05", listed[6]["item_id"], "--n", "11")
    assert "a list of 11 has room for every candidate" in out


def test_what_is_not_tried_is_told(built_study, capsys, monkeypatch):
    """Three past items of several: the document has both counts, and the lines say it."""
    monkeypatch.setattr("llmrec_core.explain.why_not.tried.MOST_PAST", 3)
    asked = ("whynot", "tiny", "u05", "i00", "--n", "1")
    tried = document(capsys, *asked)["tried"]
    assert tried["past_items"] > 3
    done = [trial["kind"] for trial in tried["trials"]]
    assert done.count("past item removed") == 3
    assert done.count("sentence switched off") == tried["sentences"]
    assert done.count("sentence added") == tried["additions"]
    _, out, _ = run(capsys, *asked)
    assert f"past item removed: 3 of {tried['past_items']} are tried" in out


def test_what_is_not_there_is_refused(built_study, capsys):
    """An unknown item or user, and a list of no length."""
    assert "no item 'nonesuch'" in refused(capsys, "whynot", "tiny", "u05", "nonesuch")
    assert "no user 'nobody'" in refused(capsys, "whynot", "tiny", "nobody", "i07")
    code, _, err = run(capsys, "whynot", "tiny", "u05", "i07", "--n", "0")
    assert code == cli.WRONG_USE and "1 or more" in err
