"""What may be listed and what counts: Cornac's and RecBole's rules on examples done by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from llmrec_core import behaviour as b
from llmrec_core import metrics, tables
from llmrec_core.protocol import candidates, named

ITEMS = list("pqrstuv")


def part(*rows):
    """Rows (user, item, rating) of two users and seven items, users numbered a, b."""
    told = [("a", "p", 0.0), ("b", "p", 0.0), *rows]
    frame = pd.DataFrame(
        [(*row, 100 + k, None) for k, row in enumerate(told)], columns=tables.INTERACTION_COLUMNS
    ).astype({tables.VALUE: "float32", tables.TIME: "Int64"})
    whole = b.from_tables(frame, pd.DataFrame({tables.ITEM: ITEMS}))
    return whole.take(whole.value > 0)


def pairs(matrix):
    """{(user, item)} of the non-zero cells."""
    return {("ab"[u], ITEMS[i]) for u, i in zip(*matrix.nonzero(), strict=True)}


TRAIN = part(("a", "p", 5), ("a", "q", 2), ("b", "r", 4), ("b", "s", 3), ("b", "t", 1))
TEST = part(("a", "r", 4), ("a", "s", 3), ("a", "u", 5), ("b", "p", 5), ("b", "q", 4))
EVERY = np.arange(2)


def test_by_default_all_that_is_new_counts_and_all_that_is_taken_is_out():
    """No rule of a library: every held-out pair but those that training has."""
    found = candidates(TRAIN, part(("a", "p", 5), ("a", "r", 1)))
    assert pairs(found.relevant) == {("a", "r")}
    assert pairs(found.left_out(TRAIN.matrix(), EVERY)) == pairs(TRAIN.matrix())


def test_cornac_lists_again_what_was_rated_low_and_nothing_unknown():
    """Out are training items of 4 and more and items without training rows (u and v)."""
    found = candidates(TRAIN, TEST, named("cornac"))
    out = pairs(found.left_out(TRAIN.matrix(), EVERY))
    assert out == {("a", "p"), ("b", "r")} | {(user, item) for user in "ab" for item in "uv"}


def test_what_is_unknown_to_all_is_kept_once_and_not_for_every_user():
    """With 25,000 items and 50,000 users pairs would be gigabytes."""
    found = candidates(TRAIN, TEST, named("cornac"))
    assert found.masked is None and [ITEMS[i] for i in found.never] == ["u", "v"]
    assert candidates(TRAIN, TEST, named("recbole")).never is None


def test_cornac_counts_ratings_of_four_and_more_of_known_items():
    """a: r (4), but not s (3), and not u, which training does not know; b: p and q."""
    found = candidates(TRAIN, TEST, named("cornac"))
    assert pairs(found.relevant) == {("a", "r"), ("b", "p"), ("b", "q")}


def test_cornacs_figures_by_hand():
    """Lists q r s and s t p: NDCG 1/log2(3) over 1, and 1/log2(4) over (1 + 1/log2(3))."""
    found = candidates(TRAIN, TEST, named("cornac"))
    lists = np.array([[ITEMS.index(x) for x in row] for row in ("qrs", "stp")])
    values = metrics.ranking_metrics(lists, found.relevant, n=3)
    expected = [1 / np.log2(3), (1 / np.log2(4)) / (1 + 1 / np.log2(3))]
    assert values["ndcg@3"] == pytest.approx(expected)
    assert values["recall@3"] == pytest.approx([1 / 1, 1 / 2])
    assert values["precision@3"] == pytest.approx([1 / 3, 1 / 3])


def test_validation_rows_are_no_candidates():
    """RecBole: what was held out for validation is neither listed nor counted in the test."""
    valid = part(("a", "r", 4))
    found = candidates(TRAIN, TEST, named("recbole"), valid)
    out = pairs(found.left_out(TRAIN.matrix(), EVERY))
    assert out == pairs(TRAIN.matrix()) | {("a", "r")}
    assert pairs(found.relevant) == pairs(TEST.matrix()) - {("a", "r")}


def test_equal_scores_go_by_id():
    """The place of an item by id as text, whatever its number."""
    found = candidates(TRAIN, TEST)
    assert found.id_rank.tolist() == list(range(len(ITEMS)))
    turned = replace(TRAIN, item_ids=TRAIN.item_ids[::-1])
    assert candidates(turned, TEST).id_rank.tolist() == list(range(len(ITEMS)))[::-1]
