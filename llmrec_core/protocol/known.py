"""The protocols by name: those of one's own questions, and those of published tables."""

from __future__ import annotations

from typing import Any

from llmrec_core.behaviour import Filters, Split, SplitKind
from llmrec_core.errors import WrongUseError
from llmrec_core.protocol.base import Protocol

OURS = "numpy's, ours"
"""Who drew a random split that no library fixes."""


def _protocol(
    name: str, about: str, kind: SplitKind, share: float = 0.2, *, seed: int = 42, **settings: Any
) -> Protocol:
    """A protocol whose test and validation splits are of one kind, from different seeds."""
    return Protocol(
        name=name, about=about, split=Split(kind=kind, share=share, seed=seed),
        **{"validation": Split(kind=kind, share=share, seed=43), **settings},
    )


def _recbole(name: str, about: str, published: str, filters: Filters | None = None) -> Protocol:
    """RecBole's general evaluation: each user's rows 8:1:1 at random, the last tenth the test.

    Its `Dataset.build` shuffles all rows of the file once (`torch.randperm`, seed 2020) and cuts
    each user's rows in that order, the last two parts floor(0.1 x rows); its full-sort evaluation
    ranks all items but those of the user's training and validation rows.
    """
    return _protocol(
        name, about, SplitKind.SHUFFLED, 0.1, seed=2020, refit=False, published=published,
        # Two more draws like the validation tenth: a ninth of what is left without the test tenth.
        validation=Split(kind=SplitKind.RANDOM, share=1 / 9, seed=43),
        filters=filters or Filters(), draw="RecBole's own: torch.randperm of the file's rows",
    )


_ALL = (
    _protocol("temporal", "each user's last 20 % of interactions by time", SplitKind.LAST_SHARE),
    _protocol(
        "microsoft-100k",
        "a random quarter of each item's interactions (Microsoft recommenders, benchmarks on "
        "MovieLens-100K)",
        # Small parts leave inner rows almost as dense as all training rows: quarters of the three
        # quarters choose settings for a sparser world.
        SplitKind.RANDOM_BY_ITEM, 0.25, draws=5,
        validation=Split(kind=SplitKind.RANDOM_BY_ITEM, share=0.1, seed=43),
        draw="the notebook's own: numpy's rand in file order",
        published="nDCG@10 .475077 by BiVAE, in the repository's benchmark notebook",
    ),
    _protocol(
        "random", "a random 20 % of each user's interactions", SplitKind.RANDOM, draw=OURS
    ),
    _protocol("leave-last-out", "each user's last interaction", SplitKind.LAST_ONE),
    _protocol(
        "global-time", "all interactions after the moment that 80 % came before",
        SplitKind.GLOBAL_TIME,
    ),
    _recbole(
        "recbole", "a random tenth of each user's interactions, trained on eight tenths (RecBole "
        "quick start, MovieLens-100K)",
        "NDCG@10 .2768 by BPR, in the quick start of the documentation",
    ),
    _recbole(
        "recbole-1m", "ratings of 3 and more of users and items with ten of them; a random tenth "
        "of each user's, trained on eight tenths (RecBole benchmark, MovieLens-1M)",
        "NDCG@10 .2865 by EASE, in the benchmark of general recommenders",
        Filters(min_value=3.0, min_per_user=10, min_per_item=10),
    ),
    _protocol(
        "cornac", "a random fifth of all ratings, of which those of 4 and more count (Cornac, "
        "first example, MovieLens-100K)",
        SplitKind.RANDOM_ROWS, seed=123, relevant_from=4.0, seen_from=4.0, known_only=True,
        draw="Cornac's own: RatioSplit's permutation of the file's rows",
        published="NDCG@10 .1500 by BPR, in the repository's README",
    ),
    _protocol(
        "recommenders-jl", "a random fifth of all interactions (Recommenders.jl, MovieLens-100K)",
        SplitKind.RANDOM_ROWS, draw=f"{OURS}: the published one is Julia's",
        published="NDCG@10 .4402 by matrix factorisation, in the repository's README",
    ),
)

PROTOCOLS = {protocol.name: protocol for protocol in _ALL}


def named(name: str) -> Protocol:
    """The protocol called `name`; raises `WrongUseError` listing those there are."""
    if name not in PROTOCOLS:
        raise WrongUseError(
            f"There is no protocol {name!r}: choose one of {', '.join(PROTOCOLS)}."
        )
    return PROTOCOLS[name]
