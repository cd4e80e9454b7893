"""Writers compared: the same users, training rows alone, against the template."""

import pytest
import world
from commands import document, run

from llmrec_core import protocol
from llmrec_core.describe import Description, Sentence, write_all
from llmrec_core.errors import WrongUseError
from llmrec_core.evaluate import Writers, evaluate, writers_from
from llmrec_core.texts import Texts
from llmrec_core.writing.settings import Writing
from tests.test_evaluate import FakeEncoder, parts_of, tables_of


def measured(writers, sample=0):
    return evaluate(
        tables_of(world.interactions()), protocol.named("temporal"), Texts(FakeEncoder(), None),
        extras=[Writers(writers, sample)],
    ).document


def by_template(evidences, items, progress):
    return write_all(evidences, items)


@pytest.fixture(scope="module")
def twice():
    """(the template measured beside a writer that copies it, the rows that the copy was shown)."""
    seen = []

    def spy(evidences, items, progress):
        seen.extend(row for e in evidences for row in e.rows)
        return write_all(evidences, items)

    return measured({"template": by_template, "again": spy}), seen


def test_a_writer_that_writes_what_the_template_does_differs_by_nothing(twice):
    """Points, interval and per cent are 0; the text's looks are told."""
    found, _ = twice
    for label in ("template", "again"):
        entry = found["writers"][label]
        assert entry["description"]["points"] == pytest.approx(0, abs=1e-9)
        assert entry["words"] > 5 and entry["fallbacks"] == 0
    assert found["sample"] == world.N


def test_a_writer_that_lies_is_worse_than_the_template():
    """Everybody is said to like what they do not."""
    def liar(evidences, items, progress):
        kinds = ("romance", "space")
        return [
            Description(e.user_id, (Sentence(f"Likes {kinds[int(e.user_id[1:]) % 2]}.", ""),))
            for e in evidences
        ]

    found = measured({"template": by_template, "liar": liar}, 8)
    assert found["writers"]["liar"]["users"] == 8
    assert found["writers"]["liar"]["description"]["points"] < 0
    rows = {row["recipe"] for row in found["rows"]}
    assert {"blend (liar)", "description (liar)", "blend, steerable (liar)"} <= rows
    worth = {row["recipe"]: row["metrics"]["ndcg@10"] for row in found["rows"]}
    bare = worth["blend without description (these users)"]
    for name, gain in found["writers"]["liar"]["worth"].items():
        assert gain["points"] == pytest.approx(worth[f"{name} (liar)"] - bare, abs=1e-9)


def test_no_writer_is_shown_a_held_out_row(twice):
    """The evidence that it gets rests on training rows."""
    _, seen = twice
    _, train, test = parts_of(protocol.named("temporal"))
    assert seen and set(seen) <= set(train.row) and not set(seen) & set(test.row)


def test_writers_are_named_with_their_scheme():
    """local:persona is the local model's portrait; nonsense is refused with what there is."""
    named = writers_from("template, local:persona", Writing(model="m"))
    assert [(w.writer, w.scheme, w.model) for w in named.values()] == [
        ("template", "prose", "m"), ("local", "persona", "m"),
    ]
    for wrong in ("gpt", "local:haiku", ""):
        with pytest.raises(WrongUseError):
            writers_from(wrong, Writing())


def test_the_command_compares_writers(built_study, capsys):
    """For machines and for people."""
    found = document(capsys, "evaluate", "tiny", "--writers", "template", "--sample", "6")
    assert found["writers"]["template"]["users"] == 6
    code, out, _ = run(capsys, "evaluate", "tiny", "--writers", "template", "--sample", "6")
    assert code == 0 and "against the template" in out
