"""What is exported tells how far each sentence can be trusted, of users and of items."""

import csv
from dataclasses import replace

from llmrec_core.describe import Check
from llmrec_core.export import TEXT_COLUMNS, export
from llmrec_core.recommender import Recommender


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_a_sentence_goes_out_with_what_the_check_found(built_study, tmp_path):
    """Check, problem, writer, why the template stands in, the last day and the rows read."""
    rec = Recommender(built_study)
    written = rec.written[5]
    wrong = replace(
        written.sentences[0], text="Loves Zorro.", check=Check.UNSUPPORTED.value,
        problem="names «Zorro»", author="small-model",
    )
    told = replace(
        written, sentences=(wrong, *written.sentences[1:]), writer="small-model",
        fallback="the server was gone", language="English",
    )
    built_study.journal.save_description(told, original=written, data=rec.rows_key)
    export(rec, tmp_path / "out")
    found = rows(tmp_path / "out" / "descriptions.csv")
    assert list(found[0]) == ["user_id", *TEXT_COLUMNS]
    first, second = [row for row in found if row["user_id"] == "u05"][:2]
    assert (first["sentence"], first["check"], first["problem"]) == (
        "Loves Zorro.", "unsupported", "names «Zorro»"
    )
    assert (first["author"], first["writer"], first["fallback"], first["language"]) == (
        "small-model", "small-model", "the server was gone", "English"
    )
    assert (second["author"], second["check"]) == ("template", "")
    assert first["latest"] == "1970-01-12" and first["rows_read"] == str(len(written.read))
    assert rows(tmp_path / "out" / "item_texts.csv") == []


def test_written_item_texts_go_out_too(built_study, tmp_path):
    """One row a sentence, the items in the order of their ids."""
    rec = Recommender(built_study)
    one = replace(rec.written[0], owner_id="i07", read=(3, 4), latest=None)
    rec.__dict__["item_texts"] = {"i07": one, "i02": replace(one, owner_id="i02")}
    export(rec, tmp_path / "out")
    found = rows(tmp_path / "out" / "item_texts.csv")
    assert list(found[0]) == ["item_id", *TEXT_COLUMNS]
    assert [row["item_id"] for row in found] == ["i02"] * len(one.sentences) + ["i07"] * len(
        one.sentences
    )
    assert {(row["rows_read"], row["latest"]) for row in found} == {("2", "")}
