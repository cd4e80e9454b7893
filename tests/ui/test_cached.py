"""The caches: a build, an edit and a re-import each have entries of their own."""

from __future__ import annotations

import os

import numpy as np
import pytest

from llmrec_core.describe import add
from llmrec_core.made import version
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached, cached_map, map_groups
from llmrec_core.ui.cached_ledger import contributions


def _rebuilt(study):
    """The study as a build that ends now would leave it: the same files, a later card."""
    card = study.folder / "build.json"
    later = card.stat().st_mtime_ns + 1_000_000
    os.utime(card, ns=(later, later))


ASKED = {
    "block": lambda r: cached.block(r, "u05"),
    "described": lambda r: cached.block_as_described(r, "u05", r.written[5]),
    "exposure": lambda r: cached.exposure(r, r.weights(), 5),
    "newcomer": lambda r: cached.new_user_block(r, (), ((2, True),)),
    "examples": cached.example_users,
    "starters": cached.starters,
    "atlas": lambda r: cached.atlas(r.study, r),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_what_an_old_recommender_computes_is_not_the_new_builds(built_study, asked):
    """A fragment that still holds the old build after a new one writes under the old key."""
    old = Recommender(built_study)
    _rebuilt(built_study)
    of_the_old = asked(old)
    assert asked(Recommender(built_study)) is not of_the_old
    assert asked(old) is of_the_old


def test_a_slider_asks_no_signal_anew(built_study, monkeypatch):
    """The same profile, item and build: contributions are those of before; another sentence or
    another item has its own."""
    recommender = Recommender(built_study)
    profile, block = cached.block(recommender, "u05")
    first = contributions(recommender, profile, 2)
    before = recommender.explain(profile, block, recommender.weights(), 2)
    asked = []
    for name, signal in recommender.signals.items():
        real = signal.contributions
        monkeypatch.setattr(
            type(signal), "contributions",
            lambda self, p, i, name=name, real=real: asked.append((name, i)) or real(p, i),
        )
    weights = np.ones(len(recommender.names), np.float32)
    for _ in range(2):
        told = recommender.explain(profile, block, weights, 2, first)
    assert sorted(asked) == sorted((name, 2) for name in recommender.names)
    assert {e.signal: e.contribution for e in told} == pytest.approx(
        {e.signal: e.contribution for e in recommender.explain(profile, block, weights, 2)}
    )
    assert {e.signal for e in before} <= {e.signal for e in told}
    asked.clear()
    contributions(recommender, profile, 3)("taste")
    contributions(recommender, cached.block(recommender, "u06")[0], 2)("taste")
    contributions(recommender, profile.keep_rows(np.arange(len(profile.item)) > 0), 2)("taste")
    contributions(Recommender(built_study), profile, 2)("taste")
    assert asked == [("taste", 3), ("taste", 2), ("taste", 2)]


def test_a_build_that_ends_while_a_study_is_opened_makes_another_version(built_study, monkeypatch):
    """The version is read before the data: what was read late never passes for the new build."""
    before = version(built_study)
    tables = Study.tables

    def slow(study):
        _rebuilt(study)
        return tables(study)

    monkeypatch.setattr(Study, "tables", slow)
    assert Recommender(built_study).version == before != version(built_study)


def test_an_edit_between_two_reads_of_the_journal_is_not_kept_under_the_old_text(
    built_study, monkeypatch
):
    """The block of a description is made from that description, not from a second look."""
    recommender = Recommender(built_study)
    original = recommender.written[5]
    answers = iter([original, add(original, "Loves robots.")])
    monkeypatch.setattr(recommender, "description", lambda user: next(answers))
    profile, _ = cached.block(recommender, "u05")
    assert "Loves robots." not in profile.sentence_text


def test_an_edited_description_makes_another_exposure_report(built_study):
    """The lists of all users follow the edits; undone, the report from before is there again."""
    recommender, journal = Recommender(built_study), built_study.journal
    original = recommender.written[5]
    before = ASKED["exposure"](recommender)
    journal.save_description(add(original, "Loves robots."), original=original)
    assert ASKED["exposure"](recommender) is not before
    journal.undo("u05")
    assert ASKED["exposure"](recommender) is before


def test_of_many_picked_users_the_texts_of_drawn_ones_are_read(built_study, monkeypatch):
    """Not of the first by row; the same each time, and it is said."""
    monkeypatch.setattr(cached_map, "MOST_READ", 6)
    recommender = Recommender(built_study)
    found, everybody = cached_map.phrases(recommender, range(3, 24))
    beside = np.setdiff1d(found.users, everybody)
    assert len(everybody) == 6 < len(found.users) <= 12 and beside.max() > 12
    again, _ = cached_map.phrases(recommender, range(3, 24))
    np.testing.assert_array_equal(found.users, again.users)
    assert map_groups.drawn(6, 24, "users") == "6 of the 24 users, drawn with a fixed seed"
    assert map_groups.drawn(6, 6, "users") == "the 6 users"
