"""Whole evaluations under the protocols of other libraries, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import behaviour, protocol, tables
from llmrec_core.errors import InputError
from llmrec_core.evaluate import Reruns, evaluate
from llmrec_core.evaluate.bpr import fit_bpr
from llmrec_core.texts import Texts

NAMES = ("description", "collaborative", "popularity")


def run(name, rows=None, extras=()):
    frame = world.interactions() if rows is None else rows
    users = tables.Users(pd.DataFrame({tables.USER: sorted(set(frame[tables.USER]))}))
    study = tables.Tables(tables.Interactions(frame), world.items(), users)
    texts = Texts(FakeEncoder(), None)
    return evaluate(study, protocol.named(name), texts, extras=extras, names=NAMES)


def held_out(result):
    """{(user id, item number)} that lists were judged by."""
    return {(result.user_ids[user], item) for user, item in result.held_out}


def test_recboles_validation_rows_are_in_no_list_and_in_no_last_fit():
    """Popularity counts training rows alone, and lists hold neither kind of taken item."""
    rows = world.behaviour()
    train, valid, test = behaviour.split_in_three(rows, protocol.named("recbole").split)
    found = run("recbole")
    assert (found.counts == train.counts()).all()
    assert found.document["data"]["validation_rows"] == len(valid) > 0
    taken = {(str(rows.user_ids[u]), int(i)) for part in (train, valid)
             for u, i in zip(part.user, part.item, strict=True)}
    for name, lists in found.lists.items():
        shown = {(user, int(item)) for user, row in zip(found.user_ids, lists, strict=True)
                 for item in row if item >= 0}
        assert not shown & taken, name
    assert held_out(found) == {
        (rows.user_ids[u], i) for u, i in zip(test.user, test.item, strict=True)
    }


def test_cornac_counts_high_ratings_alone_and_may_list_low_ones_again():
    """Users rate two items of the other kind 1: a list reaches some of them, none of the 5s."""
    rows = world.behaviour()
    train, test = behaviour.split(rows, protocol.named("cornac").split)
    found = run("cornac")
    liked = {(rows.user_ids[u], i)
             for u, i, v in zip(test.user, test.item, test.value, strict=True) if v >= 4}
    assert held_out(found) == liked
    level = {(rows.user_ids[u], i): v
             for u, i, v in zip(train.user, train.item, train.value, strict=True)}
    shown = [level.get((user, item), 0)
             for user, row in zip(found.user_ids, found.lists["popularity"], strict=True)
             for item in row if item >= 0]
    assert 1 in shown and 5 not in shown


@pytest.mark.parametrize("name", ["recommenders-jl", "recbole-1m"])
def test_the_other_tables_protocols_run(name):
    """Figures for all rows, and no published table beside other data."""
    found = run(name).document
    assert all(np.isfinite(row["metrics"]["ndcg@10"]) for row in found["rows"])
    assert "published" not in found


@pytest.mark.parametrize("name", ["cornac", "recbole-1m"])
def test_ratings_are_asked_for_where_they_decide(name):
    """A study of clicks: one sentence with the way out."""
    rows = world.interactions()
    rows[tables.VALUE] = np.float32(1)
    message = f"{name} needs ratings, and all {len(rows)} rows have the value 1: choose random"
    with pytest.raises(InputError, match=message):
        run(name, rows)


def test_a_table_of_other_data_is_refused_before_any_work():
    """Named: how many rows the table is of, and how many the study has."""
    rows = len(world.interactions())
    with pytest.raises(InputError, match=rf"is of MovieLens-100K \(100,000 rows\).*has {rows}"):
        run("cornac", extras=[Reruns("cornac")])
    with pytest.raises(InputError, match="No table was published under the protocol temporal"):
        run("temporal", extras=[Reruns("temporal")])


def test_bpr_tells_two_kinds_apart():
    """Even users' factors score even items above odd ones, for every user; the seed decides."""
    taken = world.behaviour().matrix()
    users, items, _ = fit_bpr(taken, dim=8, seed=1, epochs=300)
    score = users @ items.T
    even = np.arange(world.N) % 2 == 0
    for user in range(world.N):
        mine = even == (user % 2 == 0)
        assert score[user, mine].mean() > score[user, ~mine].mean()
    twice = [fit_bpr(taken, dim=8, seed=1, epochs=3)[0] for _ in range(2)]
    assert (twice[0] == twice[1]).all()
