"""What evaluation refuses, and what it says about the rows it used."""

from dataclasses import replace

import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import behaviour, protocol, tables, tune
from llmrec_core.errors import InputError
from llmrec_core.evaluate import evaluate
from llmrec_core.tables import Items
from llmrec_core.texts import Texts


def run(rows, name="temporal", items=None):
    users = tables.Users(pd.DataFrame({tables.USER: sorted(set(rows[tables.USER]))}))
    study = tables.Tables(tables.Interactions(rows), items or world.items(), users)
    return evaluate(study, protocol.named(name), Texts(FakeEncoder(), None)).document


def timeless(share=1.0):
    """The world with no time in the first `share` of its rows."""
    rows = world.interactions()
    rows.loc[: int(len(rows) * share) - 1, tables.TIME] = pd.NA
    return rows


def test_one_moment_for_all_rows_leaves_none_to_train_on():
    """All rows are «after» the moment: a sentence, and no IndexError."""
    tied = world.interactions()
    tied[tables.TIME] = pd.array([7] * len(tied), dtype="Int64")
    with pytest.raises(InputError, match=rf"holds out all {len(tied)} rows.*choose random"):
        run(tied, "global-time")


def test_an_inner_part_without_rows_is_no_fold():
    """Training rows of one moment cannot be divided by a moment."""
    rows = world.behaviour()
    tied = replace(rows, time=rows.time * 0)
    recipe = protocol.named("global-time").validation
    assert tune.make_folds(tied, recipe, lambda inner: pytest.fail("nothing to describe")) == []


@pytest.mark.parametrize("name", ["temporal", "leave-last-out", "global-time"])
def test_what_goes_by_time_is_refused_where_there_is_none(name):
    """The order of the file is no time."""
    rows = timeless()
    message = rf"{name} needs times, and {len(rows)} of {len(rows)} rows have none: choose random"
    with pytest.raises(InputError, match=message):
        run(rows, name)


def test_a_random_split_needs_no_time():
    """The same rows under `random`: figures, and the card says that no row has a time."""
    rows = timeless()
    found = run(rows, "random")
    assert found["data"]["time_ties"]["without_time"] == len(rows)


def test_ties_and_missing_times_are_told():
    """The ties of all rows that were used, training and held out."""
    rows = timeless(0.25)
    found = run(rows)
    whole = behaviour.from_tables(rows, world.items().frame)
    assert found["data"]["time_ties"] == behaviour.time_ties(whole)
    assert found["data"]["time_ties"]["without_time"] == len(rows) // 4


def test_a_catalogue_smaller_than_the_list_is_measured():
    """Six items and lists of ten: precision still counts the places that stay empty."""
    few = world.items().frame.iloc[:6]
    rows = world.interactions()
    rows = rows[rows[tables.ITEM].isin(few[tables.ITEM])].reset_index(drop=True)
    small = Items(few, world.items().text_fields, world.items().attributes)
    users = rows[tables.USER].map(lambda name: f"u{int(name[1:]) % 4}")
    rows = rows.assign(**{tables.USER: users}).drop_duplicates([tables.USER, tables.ITEM])
    found = run(rows.reset_index(drop=True), "random", small)
    for row in found["rows"]:
        assert row["metrics"]["precision@10"] <= 6 / 10
        assert "coverage@10" in row["metrics"]
