"""Every protocol has a card that says what its figures mean, and says the truth."""

import pytest

from llmrec_core.behaviour import SplitKind
from llmrec_core.protocol import PROTOCOLS, named

SAID = (
    "filters", "split", "candidates", "gain", "users", "denominators", "average_precision", "ties",
    "weights", "settings", "n",
)


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_a_card_names_all_that_a_figure_depends_on(name):
    """Filter, split with its seed, candidates, relevance, denominators, ties, n."""
    card = named(name).card()
    assert all(card[key] for key in SAID)
    assert {"kind", "share", "seed"} <= set(card["split"])


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_a_random_split_says_whose_draw_it_is(name):
    """And a split by time draws nothing."""
    chosen = named(name)
    assert bool(chosen.draw) != SplitKind(chosen.split.kind).by_time


def test_cornacs_card_says_what_stays_a_candidate():
    """Low ratings may be listed again; only high ones are out, and only high ones count."""
    card = named("cornac").card()
    assert card["candidates"] == (
        "all items with training rows but the user's training items with a value of at least 4 "
        "(the others may be listed again)"
    )
    assert "held-out items with a value of at least 4 count" in card["gain"]


def test_recboles_card_says_that_nothing_is_fitted_again():
    """Fits see eight tenths; validation items are no candidates."""
    card = named("recbole").card()
    assert "training and validation items" in card["candidates"]
    assert card["settings"].endswith("the last fit has the training rows alone")
    assert named("temporal").card()["settings"].endswith("refitted on them all")


def test_published_protocols_keep_their_own_filters():
    """RecBole's MovieLens-1M: ratings of 3 and more, ten rows a user and an item."""
    filters = named("recbole-1m").filters
    assert (filters.min_value, filters.min_per_user, filters.min_per_item) == (3.0, 10, 10)
    assert named("recbole").filters.min_value is None
