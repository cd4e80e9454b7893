"""Row ids of an earlier import: no description in force, and no leak check, goes by them."""

from dataclasses import replace

import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import behaviour, describe
from llmrec_core.behaviour import Split
from llmrec_core.build import build
from llmrec_core.evidence import user_evidence
from llmrec_core.leak import leak_report, rows_read
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study


@pytest.fixture
def imported_again(built_study, tmp_path):
    """The study after a second import of the rows upside down; u05's text saw training rows only.

    The text was saved before, so that its row ids are those of the first import.
    """
    first = Recommender(built_study)
    train, _ = behaviour.split(first.behaviour, Split())
    clean = describe.write_all(user_evidence(train, world.items()), world.items())[5]
    built_study.journal.save_description(clean, original=first.written[5], data=first.rows_key)
    paths = world.write_files(tmp_path / "again")
    rows = pd.read_csv(paths[0])
    rows.iloc[::-1].to_csv(paths[0], index=False)
    study = Study.create(built_study.name, paths, replace=True)
    build(study, encoder=FakeEncoder())
    return clean, Recommender(study)


def test_ids_of_the_first_import_are_left_out_after_the_second(imported_again):
    """The words stay in force, one by one and all together; the ids would mean other rows."""
    clean, today = imported_again
    assert len(rows_read(clean))
    mine, other = today.user_number("u05"), today.user_number("u04")
    for told in (today.description("u05"), today.descriptions()[mine]):
        assert told.text() == clean.text() and not len(rows_read(told))
    assert today.description("u04") == today.written[other]


def test_what_an_old_text_saw_is_unknown_or_told_by_its_time(imported_again):
    """Held by its ids against the rows of today it would count as having read other rows."""
    _, today = imported_again
    _, test = behaviour.split(today.behaviour, Split())
    report = leak_report(today.descriptions(), test)
    at = report.users.tolist().index(today.user_number("u05"))
    assert report.seen[at] == 0 and not report.saw[at]


def test_todays_ids_stay(built_study):
    """Also where it was not noted what they belong to and the machine says the same of them."""
    rec = Recommender(built_study)
    for user, data in (("u02", rec.rows_key), ("u03", "")):
        written = rec.description(user)
        edited = describe.add(written, "Likes trains.")
        built_study.journal.save_description(edited, original=written, data=data)
        assert rec.description(user) == edited
    strange = replace(rec.written[4], read=(0, 1, 2))
    built_study.journal.save_description(strange, original=rec.written[4])
    assert rec.description("u04").read == ()
