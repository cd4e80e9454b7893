"""`llmrec concepts`: a table, one JSON document, and refusals in one line."""

from __future__ import annotations

import json

from llmrec_core.cli import main
from llmrec_core.concepts.kept import ConceptSet, keep


def _json(capsys, *arguments):
    assert main(["concepts", "tiny", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_catalogues_concepts_and_one_user(built_study, capsys):
    """What the two kinds account for, and where a lover of space stands."""
    found = _json(capsys, "u04")
    assert {p["phrase"] for p in found["phrases"]} >= {"space titles", "romance titles"}
    told = found["signals"]["taste"]
    assert told["users"] == 24 and told["chance"] < told["share"] < 1
    assert abs(sum(told["by_concept"].values()) - told["share"]) < 1e-5
    rows = {row["concept"]: row for row in found["user"]["places"]["what is said"]}
    romance = rows["romance titles"]
    assert romance["unusual"] < 0 and romance["user"] < romance["mean"]
    assert main(["concepts", "tiny", "u04"]) == 0
    shown = capsys.readouterr().out
    assert "user u04, what is said" in shown and "of the spread of scores of 24 users" in shown


def test_phrases_from_a_kept_set_or_a_file(built_study, tmp_path, capsys):
    """A name goes before a file; a near-duplicate is said to be one."""
    keep(built_study.journal, "mine", ConceptSet(("robots", "weddings"), {"robots": 0.5}))
    (robots, _) = _json(capsys, "--phrases", "mine")["phrases"]
    assert robots["phrase"] == "robots" and robots["weight"] == 0.5
    file = tmp_path / "phrases.txt"
    file.write_text("a robot far from home\nweddings\na robot far from home again\n")
    found = _json(capsys, "--phrases", str(file))
    assert [p["phrase"] for p in found["phrases"]] == ["a robot far from home", "weddings"]
    assert found["dropped"] == [
        {"phrase": "a robot far from home again", "near": "a robot far from home"}
    ]
    assert found["user"] is None


def test_what_cannot_be_is_refused_in_one_line(built_study, tmp_path, capsys):
    """An unknown set, an unknown user, one phrase alone."""
    (tmp_path / "one.txt").write_text("robots\n")
    for arguments, words in (
        (["--phrases", "yours"], "kept: none yet"), (["u99"], "u99"),
        (["--phrases", str(tmp_path / "one.txt")], "two at least"),
    ):
        assert main(["concepts", "tiny", *arguments]) == 1
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == 1
