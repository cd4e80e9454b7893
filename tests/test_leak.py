"""Leaks: judged by the rows read, told in a sentence, refused or flagged, and shown on purpose."""

from dataclasses import replace

import numpy as np
import pytest
import world
from commands import document, refused

from llmrec_core import behaviour, describe
from llmrec_core.behaviour import Split, joined
from llmrec_core.describe import PERSON, Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.evidence import user_evidence
from llmrec_core.leak import leak_report, rows_read
from llmrec_core.recommender import Recommender


@pytest.fixture(scope="module")
def parts():
    """(all rows, training rows, held-out rows) of the world."""
    rows = world.behaviour()
    return rows, *behaviour.split(rows, Split())


def written(rows):
    return describe.write_all(user_evidence(rows, world.items()), world.items())


def test_texts_from_training_rows_saw_nothing(parts):
    """All users are clean, none is unknown."""
    _, train, test = parts
    report = leak_report(written(train), test)
    assert report.to_json() == {
        "users": world.N, "saw": 0, "unknown": 0, "clean": world.N, "held_out_rows_read": 0,
    }
    report.refuse()


def test_texts_from_all_rows_saw_every_held_out_row(parts):
    """Every user leaks, and every held-out row was read."""
    rows, _, test = parts
    report = leak_report(written(rows), test)
    assert report.saw.all() and report.seen.sum() == len(test)
    message = rf"descriptions of {world.N} of {world.N} users .* --leaked flag"
    with pytest.raises(InputError, match=message):
        report.refuse()


def test_one_row_is_enough(parts):
    """Also where only a sentence cites it and the list of rows read is missing."""
    _, train, test = parts
    texts = written(train)
    row = int(test.row[test.user == 3][0])
    cited = (Sentence("Likes it.", "", rows=(row,)),)
    texts[3] = replace(texts[3], read=(), sentences=cited)
    report = leak_report(texts, test)
    assert report.users[report.saw].tolist() == [3]
    assert rows_read(texts[3]).tolist() == [row]


def test_ids_beyond_the_rows_are_no_held_out_ones(parts):
    """Negative ids and ids after the last row count for nothing."""
    _, train, test = parts
    texts = written(train)
    texts[3] = replace(texts[3], read=(-1, 10**9), sentences=())
    assert not leak_report(texts, test).saw.any()


def test_a_time_tells_where_no_row_does(parts):
    """Text without rows, written after the first held-out row of its user."""
    _, train, test = parts
    texts = written(train)
    first = int(test.time[test.user == 5].min())
    texts[5] = Description("u05", (Sentence("Likes it.", ""),), "some model", latest=first)
    texts[6] = Description("u06", (Sentence("Likes it.", ""),), "some model", latest=1)
    report = leak_report(texts, test)
    assert report.users[report.saw].tolist() == [5]


def test_what_a_person_typed_cannot_be_known(parts):
    """Whoever typed it may have seen everything: neither clean nor refused."""
    _, train, test = parts
    texts = written(train)
    texts[0] = describe.add(texts[0], "Likes trains.")
    texts[1] = Description("u01", (Sentence("Likes trains.", "typed", author=PERSON),), PERSON)
    texts[2] = Description("u02", (Sentence("Likes trains.", ""),), "nobody knows")
    report = leak_report(texts, test)
    assert report.users[report.unknown].tolist() == [0, 1, 2]
    assert not set(report.clean) & {0, 1, 2}
    report.refuse()
    assert "of 3 it cannot be known" in report.sentence()


def test_both_parts_joined_are_the_whole(parts):
    """Row for row, in the order of the whole: the control reads what a leaking writer would."""
    rows, train, test = parts
    again = joined(train, test)
    for name in ("user", "item", "value", "time", "row"):
        assert np.array_equal(getattr(again, name), getattr(rows, name))


def test_the_studys_own_texts_are_refused_in_a_sentence(built_study, capsys):
    """They were written from all rows; the remedy is named."""
    said = refused(capsys, "evaluate", "tiny", "--descriptions", "study")
    assert f"{world.N} of {world.N} users" in said and "--leaked flag" in said


def test_flagged_texts_and_the_control_show_what_leaking_feigns(built_study, capsys):
    """Rows for the study's texts and the control, the same figures twice, and the gain."""
    found = document(
        capsys, "evaluate", "tiny", "--descriptions", "study", "--leaked", "flag", "--control"
    )
    assert found["leak"]["saw"] == world.N and found["leak"]["clean"] == 0
    rows = {row["recipe"]: row["metrics"]["ndcg@10"] for row in found["rows"]}
    leaked = rows["description (leaked control)"]
    assert leaked == pytest.approx(rows["description (the study's texts)"])
    gain = found["control"]["description"]
    assert gain["leaked"] == pytest.approx(leaked)
    assert gain["points"] == pytest.approx(gain["leaked"] - gain["honest"])
    assert gain["percent"] == pytest.approx(100 * gain["points"] / gain["honest"])


def test_clean_users_have_rows_of_their_own(built_study, capsys):
    """One user's text is replaced by one from training rows: a figure for that user alone."""
    recommender = Recommender(built_study)
    _, (train, _) = recommender, behaviour.split(recommender.behaviour, Split())
    clean = written(train)[4]
    built_study.journal.save_description(clean, original=recommender.written[4])
    found = document(capsys, "evaluate", "tiny", "--descriptions", "study", "--leaked", "flag")
    assert found["leak"]["clean"] == 1
    assert "description (the study's texts), clean users" in {r["recipe"] for r in found["rows"]}
