"""Faithful explanations: reasons are really taken away, in the ledger's order and in others."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from llmrec_core import blend
from llmrec_core.evaluate.faithful import Faithful, _row, faithful_lines
from llmrec_core.explain.faithful import Curves, Reason, curves, orders_within, reasons_of
from llmrec_core.protocol.candidates import Candidates
from llmrec_core.recommender import Recommender
from llmrec_core.signals.base import Kind


@pytest.fixture
def recommender(built_study):
    """The tiny world, built."""
    return Recommender(built_study)


def _curves(recommender, user="u05", steps=20, **weights):
    profile = recommender.profile(user)
    block = recommender.block(profile)
    vector = recommender.weights(weights)
    item = recommender.ranked(block, vector, 1).items[0].item
    entries = recommender.explain(profile, block, vector, item)
    found = curves(
        profile, item, entries, block, vector, recommender.signals, steps=steps, orders=4
    )
    return profile, block, vector, item, found


def test_every_point_of_the_curve_is_the_score_of_the_changed_profile(recommender):
    """Without its first reasons the profile is scored as anybody's would be."""
    profile, block, vector, item, found = _curves(recommender, collaborative=1.0, description=0.5)
    for k, count in enumerate(found.count):
        gone = found.reasons[:count]
        changed = profile.without(
            [r.number for r in gone if r.kind is Kind.PAST_ITEM],
            [r.number for r in gone if r.kind is Kind.SENTENCE],
        )
        now = recommender.block(changed, exclude=block.excluded)
        raw = now.values[:, item] * now.sd + now.mean
        points = float((vector / block.sd * (raw - block.mean)).sum())
        assert found.deletion[k] == pytest.approx(points, rel=1e-4, abs=1e-4)
        assert found.places[k] == blend.rank_of(now, vector, item)


def test_for_a_sum_over_past_items_the_ledger_is_the_best_order(recommender):
    """Collaborative is linear in history: no random order falls faster, and all end alike."""
    *_, found = _curves(recommender, collaborative=1.0)
    assert (found.deletion <= found.random + 1e-4).all()
    assert np.allclose(found.random[:, -1], found.deletion[-1], atol=1e-5)
    assert np.allclose(found.deletion[0], found.insertion[-1], atol=1e-5)
    assert found.deletion_area < found.random_area < found.insertion_area


def test_one_reason_falls_by_exactly_its_line(recommender):
    """The step of a linear signal is the line of its ledger."""
    *_, found = _curves(recommender, steps=100, collaborative=1.0)
    steps = found.deletion[:-1] - found.deletion[1:]
    assert steps == pytest.approx([r.points for r in found.reasons], rel=1e-3, abs=1e-4)


def test_what_cannot_be_taken_away_is_no_reason(recommender):
    """Popularity has none; a past item counts with all signals that name it."""
    assert _curves(recommender, popularity=1.0)[-1] is None
    profile, block, vector, item, found = _curves(recommender, collaborative=1.0, knowledge=1.0)
    entries = recommender.explain(profile, block, vector, item)
    past = [r for r in reasons_of(entries) if r.kind is Kind.PAST_ITEM]
    assert len({r.number for r in past}) == len(past) == len(found.reasons)
    apart = [
        recommender.signals[name].contributions(profile, item)["contribution"].sum()
        / block.sd[block.names.index(name)] for name in ("collaborative", "knowledge")
    ]
    assert sum(r.points for r in past) == pytest.approx(sum(apart), rel=1e-6)


def test_areas_by_hand():
    """Two equal reasons: half the way at half the reasons."""
    reasons = (Reason(Kind.PAST_ITEM, 1, 2.0), Reason(Kind.PAST_ITEM, 2, 1.0))
    found = Curves(
        reasons, np.array([0, 1, 2]), np.array([3.0, 1.0, 0.0]), np.array([0.0, 2.0, 3.0]),
        np.array([[3.0, 1.0, 0.0], [3.0, 2.0, 0.0]]), np.array([1, 2, 3]), np.ones((2, 3)),
        np.array([3, 2, 1]),
    )
    assert found.deletion_area == pytest.approx((1 + 1 / 3) / 4 + (1 / 3) / 4)
    assert found.insertion_area == pytest.approx((2 / 3) / 4 + (2 / 3 + 1) / 4)
    assert found.random_area == pytest.approx(0.5)


def test_a_score_that_nothing_changes_has_no_area():
    """Nothing known and all known are the same: no order can be better."""
    flat = np.full(2, 1.5)
    found = Curves(
        (Reason(Kind.PAST_ITEM, 1, 0.1),), np.array([0, 1]), flat, flat, flat[None], flat,
        flat[None], flat,
    )
    assert np.isnan([found.deletion_area, found.random_area, found.insertion_area]).all()


def of(deletion, random):
    """Curves with so many reasons as there are steps."""
    n = len(deletion) - 1
    count, places = np.arange(n + 1), np.ones(n + 1)
    return Curves(
        tuple(Reason(Kind.PAST_ITEM, k, 1.0) for k in range(n)), count, np.array(deletion),
        np.array(deletion[::-1]), np.array([random]), places, places[None], places,
    )


def test_users_of_whom_no_order_can_be_told_count_neither_way():
    """One reason, or reasons that all do the same: no gain of 0, and not «not better»."""
    one, same = of([2.0, 0.0], [2.0, 0.0]), of([2.0, 1.0, 0.0], [2.0, 1.0, 0.0])
    good = of([2.0, 0.5, 0.0], [2.0, 1.5, 0.0])
    assert np.isnan([one.deletion_area, one.random_area, one.insertion_area]).all()
    row = _row("blend", [one, same, good])
    assert row["better"] == 1.0 and row["users"] == 3
    assert row["deletion"] == pytest.approx((same.deletion_area + good.deletion_area) / 2)
    assert _row("blend", [good, of([2.0, 1.5, 0.0], [2.0, 0.5, 0.0])])["better"] == 0.5
    told = "".join(faithful_lines({"users": 3, "orders": 1, "few": 3, "rows": [row]}))
    assert "nan" not in told and "100 %" in told
    assert _row("blend", [one, same]) is _row("blend", []) is None


def test_a_large_catalogue_has_fewer_random_orders_and_a_huge_one_none_on_a_page():
    """20 of them at 1,682 items and 10 at 100,000 (six signals); at a million it is refused."""
    assert [orders_within(n, 6) for n in (1, 1_682, 60_000, 100_000, 1_000_000)] == [
        20, 20, 13, 10, 0
    ]


def test_an_evaluation_counts_places_among_the_candidates_of_its_lists(recommender):
    """Where a protocol keeps items out of a list, its first item is at place 1 with all known,
    also when what is kept out (validation rows, what nobody took) would stand above it."""
    user, weights = np.array([recommender.user_number("u05")]), {"collaborative": 1.0}
    profile = recommender.profiles.select(user)
    block = recommender.block(recommender.profile("u05"))
    best = blend.rank(block, recommender.weights(weights), 3)[0]
    masked = csr_matrix(
        ([1.0], ([int(user[0])], [int(best[0])])), (len(recommender.profiles), profile.n_items)
    )
    wanted = Candidates(masked, recommender.id_rank, masked=masked, never=best[1:2])
    shown = blend.lists_for(
        profile, recommender.signals, {"collaborative": weights}, 1, recommender.id_rank,
        None, *wanted.of(user), never=wanted.never,
    )
    assert shown["collaborative"][0, 0] == best[2]
    bench = SimpleNamespace(
        users=user, profiles=recommender.profiles, fitted=recommender.signals, shown=shown,
        data=SimpleNamespace(wanted=wanted), id_rank=recommender.id_rank,
        choice=SimpleNamespace(accurate={}, recipes={"collaborative": None}),
        tell=lambda *_: None,
    )
    (found,) = Faithful()._curves(bench, "collaborative", weights, np.array([0]))
    assert found.places[0] == 1 and found.random_places[:, 0].tolist() == [1] * 5
