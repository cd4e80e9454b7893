"""Which signals are tried on some data, and why one is not: by size, memory, times, attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.behaviour import NO_TIME
from llmrec_core.errors import InputError
from llmrec_core.signals.entities import has_entities
from llmrec_core.signals.item_item import ease_bytes, ease_fits, ease_refused
from llmrec_core.signals.registry import SIGNALS
from llmrec_core.signals.wanted import Asked, asked

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Tables

MOST_ITEMS = 20_000
"""Items above which a build that was told nothing takes iALS instead of EASE: the time of EASE
grows with the cube of the items, its memory with the square."""

@dataclass(frozen=True)
class Data:
    """What there is to fit on: `items` counts those that somebody took; `timed` is whether rows
    have times, `entities` whether items have attributes or triples."""

    users: int
    items: int
    rows: int
    entities: bool = True
    timed: bool = True


@dataclass(frozen=True)
class Offer:
    """`names` are tried, in the order of display; of these `kept` stay whatever they add."""

    names: tuple[str, ...]
    kept: frozenset[str] = frozenset()
    reasons: dict[str, str] = field(default_factory=dict)
    """Name -> why it is not tried, or why it stands in for another: one sentence each."""


def data_of(rows: Behaviour, tables: Tables) -> Data:
    """What `rows` and the catalogue of `tables` are to the signals."""
    known = has_entities(tables.items, tables.triples)
    taken = len(np.unique(rows.item))
    timed = bool((rows.time != NO_TIME).any())
    return Data(rows.n_users, taken, len(rows), known, timed)


def offered(text: str, rows: Behaviour, tables: Tables) -> Offer:
    """Which of the signals that `text` asks for are tried on `rows`; refuses as `offers` does."""
    return offers(asked(text), data_of(rows, tables))


def offers(wanted: Asked, data: Data) -> Offer:
    """Which of the signals `wanted` are tried on `data`.

    Raises `InputError`, with the way out, for a signal that was asked for by name and cannot be
    had.
    """
    reasons: dict[str, str] = {}
    for name in wanted.names:
        told = _refused(name, data)
        if told and name in wanted.by_name:
            raise InputError(f"{SIGNALS[name].label} cannot be fitted here: {told}")
        if not told and name not in wanted.kept:
            told = _spared(name, data)
        if told:
            reasons[name] = f"Not tried: {told}"
    left = [name for name in wanted.names if name not in reasons]
    if "collaborative" in reasons and "ials" in left:
        reasons["ials"] = (
            f"Stands in for Collaborative: with {data.items:,} items its few factors cost less."
        )
    if not left:
        raise InputError(
            "None of these signals can be fitted here: " + " ".join(
                f"{SIGNALS[name].label}: {told}" for name, told in reasons.items()
            )
        )
    return Offer(tuple(left), wanted.kept & set(left), reasons)


def ease_spared(rows: Behaviour) -> str:
    """Why EASE is not fitted on `rows` where nobody asks for it by name; "" where it is."""
    data = Data(rows.n_users, len(np.unique(rows.item)), len(rows))
    return _refused("collaborative", data) or _spared("collaborative", data)


def _refused(name: str, data: Data) -> str:
    """Why a signal cannot be had at all; "" where it can."""
    if name == "collaborative" and not ease_fits(data.items):
        return ease_refused(data.items)
    if name == "knowledge" and not data.entities:
        return "the items have neither attributes nor triples. Import a file that says more."
    return ""


def _spared(name: str, data: Data) -> str:
    """Why a signal is not worth its time where nobody asked for it by name; "" where it is."""
    if name == "collaborative" and data.items > MOST_ITEMS:
        return (
            f"EASE over {data.items:,} items takes {ease_bytes(data.items) / 1e9:,.1f} GB and "
            "minutes a fit. Ask for it by name to have it."
        )
    if name == "sequence" and not data.timed:
        return (
            "the rows have no times, so nothing says what came next. Ask for it by name where "
            "the rows of the file are in order."
        )
    if name == "ials" and data.items <= MOST_ITEMS and ease_fits(data.items):
        return (
            "Collaborative and PureSVD know the same rows and are faster to fit. Above "
            f"{MOST_ITEMS:,} items it stands in for Collaborative. Ask for it by name to have it "
            "now."
        )
    return ""
