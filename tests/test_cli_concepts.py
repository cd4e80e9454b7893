"""`llmrec concepts`: a table, one JSON document, and refusals in one line."""

from __future__ import annotations

import json

import pytest

from llmrec_core.cli import main
from llmrec_core.concepts import said as words_said
from llmrec_core.concepts.kept import ConceptSet, keep
from llmrec_core.describe import Description, Sentence
from llmrec_core.recommender import Recommender


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


def test_words_of_descriptions_are_added_on_request(built_study, capsys, monkeypatch):
    """As the page's button adds them: below the catalogue's, with what they say of scores."""
    texts = ("Loves tales of orbit.", "Loves stories.")
    written = [
        Description(f"u{u:02d}", (Sentence(texts[u % 2], "likes"),)) for u in range(24)
    ]  # fmt: skip
    monkeypatch.setattr(Recommender, "written", written)
    monkeypatch.setattr(words_said, "MOST_SHARE", 0.6)  # of 24 users twelve are of one kind
    plain, more = (
        [row["phrase"] for row in _json(capsys, *extra)["phrases"]] for extra in ((), ("--said",))
    )
    assert more[: len(plain)] == plain and set(more[len(plain) :]) == {"tales", "orbit", "stories"}


def test_weights_of_a_kept_set_make_a_list(built_study, capsys):
    """Kept weights re-rank beside the plain list as on the page; a set without any moves nothing.
    Of an item: its cosines, and parts in points that sum to what the signal adds."""
    alpha = {"space titles": 0.0, "romance titles": 3.0}
    keep(built_study.journal, "turned", ConceptSet(tuple(alpha), alpha, "taste"))
    alone = ("--weights", '{"taste": 1}')
    found = _json(capsys, "u04", "--phrases", "turned", "--item", "i09", "--n", "5", *alone)
    assert found["list"]["signal"] == "taste" and found["list"]["alpha"] == alpha
    recommender = Recommender(built_study)
    profile = recommender.profile("u04")
    plain = recommender.ranked(recommender.block(profile), recommender.weights({"taste": 1}), 24)
    before = {line.item_id: line.rank for line in plain.items}
    rows = found["list"]["items"]
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["before"] == before[row["item_id"]] for row in rows)
    assert [row["before"] for row in rows] != [1, 2, 3, 4, 5]
    item, score = found["item"], found["item"]["score"]
    assert item["places"]["taste"]["romance titles"] > item["places"]["taste"]["space titles"]
    assert sum(score["concepts"].values()) + score["rest"] == pytest.approx(score["points"])
    assert score["concepts"]["space titles"] == 0 and score["before"] == before["i09"]
    same = _json(capsys, "u04", "--n", "5", "--signal", "description")["list"]
    assert same["alpha"] == {} and same["new"] == 0
    assert all(row["rank"] == row["before"] for row in same["items"])
    assert main(["concepts", "tiny", "u04", "--phrases", "turned", "--item", "i09"]) == 0
    shown = capsys.readouterr().out
    assert "weighed in taste: space titles 0, romance titles 3" in shown
    assert "item i09 «Heart 9»" in shown and "beside all concepts" in shown


def test_what_cannot_be_is_refused_in_one_line(built_study, tmp_path, capsys):
    """An unknown set, an unknown user, one phrase alone."""
    (tmp_path / "one.txt").write_text("robots\n")
    for arguments, words in (
        (["--phrases", "yours"], "kept: none yet"), (["u99"], "u99"),
        (["--phrases", str(tmp_path / "one.txt")], "two at least"),
        (["--item", "i99"], "i99"), (["u04", "--signal", "popularity"], "description, taste"),
    ):
        assert main(["concepts", "tiny", *arguments]) == 1
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == 1
