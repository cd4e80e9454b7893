"""`llmrec explain --faithful`: the curves that the page draws, without the page."""

import pytest

from llmrec_core import cli
from tests.commands import document, run

ASKED = ("explain", "tiny", "u05", "i05", "--faithful")


def test_the_curves_begin_and_end_at_the_score(built_study, capsys):
    """With nothing taken away and with all known it is the item's score and rank; the first step
    of a linear signal is its first reason."""
    found = document(capsys, *ASKED, "--weights", '{"collaborative": 1}')
    told = found["faithful"]
    assert told["deletion"][0] == pytest.approx(found["score"], abs=1e-5)
    assert told["insertion"][-1] == pytest.approx(found["score"], abs=1e-5)
    assert told["places"][0] == told["known_places"][-1] == found["rank"]
    assert len(told["reasons"]) == told["count"][-1]
    first = told["reasons"][0]
    assert first["kind"] == "past item" and first["item_id"] != "i05"
    assert told["deletion"][0] - told["deletion"][1] == pytest.approx(
        first["contribution"], rel=1e-3
    )
    assert told["areas"]["deletion"] < told["areas"]["random"] < told["areas"]["insertion"]


def test_the_lines_for_people(built_study, capsys):
    """Three areas, the strongest reasons, a row a step; no reason is told, and so is no place."""
    code, out, _ = run(capsys, *ASKED, "--weights", '{"collaborative": 1, "description": 1}')
    assert code == cli.OK and "faithful: areas" in out and "insertion" in out
    rows = out.splitlines()[out.splitlines().index(
        next(line for line in out.splitlines() if "only with them" in line)
    ) + 1 :]
    assert [int(row.split()[0]) for row in rows] == sorted(int(r.split()[0]) for r in rows)
    assert rows[0].split()[0] == "0" and "(" in rows[0]
    _, out, _ = run(capsys, *ASKED, "--weights", '{"popularity": 1}')
    assert "no sentence and no past item speaks" in out
    own = document(capsys, "explain", "tiny", "u05", "i07", "--faithful",
                   "--weights", '{"description": 1}')  # fmt: skip
    assert own["rank"] is None and own["faithful"]["places"] is None
