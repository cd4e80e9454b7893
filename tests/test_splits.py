"""Splits that reproduce a published draw: row for row, or counted by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import world

from llmrec_core import behaviour as b
from llmrec_core import tables
from llmrec_core.behaviour import Split, SplitKind
from llmrec_core.splits import _torch_shuffle


@pytest.fixture
def rows():
    return world.behaviour()


def test_cornacs_rows_are_the_last_of_its_permutation(rows):
    """The last ceil(share x rows) of RandomState(123).permutation, counted in the file's order."""
    drawn = np.random.RandomState(123).permutation(len(rows))
    size = int(np.ceil(0.2 * len(rows)))
    train, test = b.split(rows, Split(kind=SplitKind.RANDOM_ROWS, share=0.2, seed=123))
    assert set(test.row) == set(drawn[-size:])
    assert set(train.row) == set(drawn[:-size])


def test_the_order_of_time_does_not_move_cornacs_rows(rows):
    """Times decide how a behaviour is sorted, and nothing of what is drawn."""
    frame = world.interactions()
    frame[tables.TIME] = frame[tables.TIME].to_numpy()[::-1]
    turned = b.from_tables(frame, world.items().frame)
    recipe = Split(kind=SplitKind.RANDOM_ROWS, share=0.2, seed=123)
    assert set(b.split(turned, recipe)[1].row) == set(b.split(rows, recipe)[1].row)


def test_the_shuffle_is_torchs():
    """What torch.randperm draws after the same seed, at two sizes."""
    torch = pytest.importorskip("torch")
    for n, seed in ((7, 2020), (1000, 5)):
        drawn = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).numpy()
        assert (_torch_shuffle(n, seed) == drawn).all()


def test_recbole_cuts_each_users_rows_as_the_shuffle_orders_them(rows):
    """In that order: the rest, floor(.2 x rows) for validation, as many for the test."""
    order = _torch_shuffle(len(rows), 2020)
    recipe = Split(kind=SplitKind.SHUFFLED, share=0.2, seed=2020)
    train, valid, test = b.split_in_three(rows, recipe)
    for user in range(world.N):
        mine = set(rows.row[rows.user == user])
        shuffled = [row for row in order if row in mine]
        size = int(0.2 * len(shuffled))
        rest = len(shuffled) - 2 * size
        assert set(train.row[train.user == user]) == set(shuffled[:rest])
        assert set(valid.row[valid.user == user]) == set(shuffled[rest : rest + size])
        assert set(test.row[test.user == user]) == set(shuffled[rest + size :])


def test_two_parts_and_three_hold_out_the_same(rows):
    """The validation rows come out of the training rows, whatever the kind."""
    for kind in (SplitKind.SHUFFLED, SplitKind.RANDOM):
        recipe = Split(kind=kind, share=0.2)
        rest, test = b.split(rows, recipe)
        train, valid, again = b.split_in_three(rows, recipe)
        assert set(again.row) == set(test.row)
        assert set(train.row) | set(valid.row) == set(rest.row)
        assert not set(train.row) & set(valid.row)
        assert len(valid) == len(test)


def test_movielens_is_divided_as_recbole_and_microsoft_count_it():
    """80,808 / 9,596 / 9,596 rows, and 75,066 / 24,934."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "movielens-100k"
    if not folder.exists():
        pytest.skip("MovieLens-100K is not beside the checkout")
    frame = pd.read_csv(folder / "ml-100k.inter", sep="\t", dtype=str)
    frame.columns = [tables.USER, tables.ITEM, tables.VALUE, tables.TIME]
    frame[tables.VALUE] = frame[tables.VALUE].astype("float32")
    frame[tables.TIME] = frame[tables.TIME].astype("Int64")
    items = pd.DataFrame({tables.ITEM: frame[tables.ITEM].unique()})
    rows = b.from_tables(frame, items)
    parts = b.split_in_three(rows, Split(kind=SplitKind.SHUFFLED, share=0.1, seed=2020))
    assert [len(part) for part in parts] == [80_808, 9_596, 9_596]
    parts = b.split(rows, Split(kind=SplitKind.RANDOM_BY_ITEM, share=0.25, seed=42))
    assert [len(part) for part in parts] == [75_066, 24_934]
