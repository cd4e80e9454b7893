"""Figures in words: what each metric asks, which way is better, and what a protocol means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from llmrec_core.splits import SplitKind

HIGHER, LOWER, NEITHER = 1, -1, 0


@dataclass(frozen=True)
class Measure:
    """A metric as a page calls it; `better` is HIGHER, LOWER or NEITHER."""

    label: str
    meaning: str
    better: int = HIGHER


MEASURES = {
    "ndcg": Measure("NDCG", "hits in the list, worth less the further down, against the best "
                    "possible list"),
    "recall": Measure("Recall", "share of a user's held-out items that the list holds"),
    "precision": Measure("Precision", "share of the list that was held out"),
    "map": Measure("MAP", "the precision at each hit, averaged over the held-out items"),
    "mrr": Measure("MRR", "1 / the place of the first hit"),
    "hit_rate": Measure("Hit rate", "share of users whose list holds at least one hit"),
    "auc": Measure("AUC", "how often a held-out item outscores another candidate"),
    "novelty": Measure("Novelty", "how few people took the shown items: the mean of -log2 of their "
                       "share of users"),
    "diversity": Measure("Diversity", "how unlike each other the texts of a list's items are: 1 - "
                         "their mean cosine"),
    "serendipity": Measure("Serendipity", "hits that are not to be had from popularity alone"),
    "coverage": Measure("Coverage", "share of the catalogue that stands in at least one list"),
    "tail_share": Measure("Tail share", "share of all places that go to the least popular 80 % of "
                          "the catalogue"),
    "gini": Measure("Gini index", "how unevenly places are dealt out over the catalogue: 0 is "
                    "evenly", LOWER),
    "average_popularity": Measure("Average popularity", "training rows of a shown item, on average",
                                  LOWER),
    "average_log_popularity": Measure("Average log popularity", "the same, of log(1 + rows)",
                                      LOWER),
    "average_percentile": Measure("Popularity percentile", "share of the catalogue that is less "
                                  "popular than a shown item, on average", LOWER),
}  # fmt: skip
"""By the part of a metric's name before «@», in the order of display."""

MAIN = ("ndcg", "recall", "precision", "map", "mrr", "novelty", "coverage", "tail_share")
"""The metrics that stand in a table before all are asked for."""


def measure(metric: str) -> Measure:
    """What the metric called `metric` («ndcg@10») is."""
    name = metric.partition("@")[0]
    return MEASURES.get(name, Measure(name.replace("_", " ").capitalize(), "", NEITHER))


def title(metric: str) -> str:
    """«NDCG@10»."""
    _, at, n = metric.partition("@")
    return measure(metric).label + at + n


def in_order(metrics: Iterable[str]) -> list[str]:
    """The metrics in the order of display, unknown ones last as they came."""
    known = list(MEASURES)
    def place(metric: str) -> int:
        name = metric.partition("@")[0]
        return known.index(name) if name in MEASURES else len(known)

    return sorted(metrics, key=place)


def in_one_line(document: Mapping[str, Any]) -> str:
    """The protocol of an evaluation in the words that stand under each of its figures."""
    card, data = document["protocol"], document["data"]
    split = card["split"]
    drawn = "" if SplitKind(split["kind"]).by_time else f", seed {split['seed']}"
    return (
        f"Protocol {card['name']}: {card['about']}{drawn}; lists of {card['n']} for "
        f"{data['test_users']:,} users, {data['held_out_rows']:,} held-out and "
        f"{data['training_rows']:,} training rows, {data['items']:,} items; read by "
        f"{document['encoder']}."
    )


def in_full(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The whole card of the protocol: (what, words), empty entries left out."""
    card = document["protocol"]
    return [
        (name.replace("_", " ").capitalize(), _plainly(value))
        for name, value in card.items()
        if name not in ("stage", "version", "name") and value not in ("", None)
    ]


def _plainly(value: Any) -> str:
    """A value of a card as text: settings as «kind last_share, share 0.2»."""
    if isinstance(value, Mapping):
        told = {k: v for k, v in value.items() if v is not None and k not in ("stage", "version")}
        return ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in told.items())
    return str(value)
