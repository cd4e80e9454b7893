"""Concepts of a study as a plain document: phrases, overlaps, what they account for, who stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.concepts import checked, kept, phrases_of, places, propose, spread_of
from llmrec_core.concepts.kept import ConceptSet
from llmrec_core.concepts.people import SAID, mean_user, readers, vectors_of
from llmrec_core.errors import InputError
from llmrec_core.headless.concept_scores import (
    Asked,
    item_lines,
    item_places,
    list_lines,
    signal_of,
    weighed_for,
)
from llmrec_core.headless.shared import check_length

if TYPE_CHECKING:
    from llmrec_core.concepts import Checked, Concepts, Spread
    from llmrec_core.recommender import Recommender


def concepts(
    recommender: Recommender, user_id: str | None = None, phrases: str | None = None, n: int = 10,
    *, item_id: str | None = None, signal: str | None = None, weights: str | None = None,
    said: bool = False,
) -> dict[str, Any]:
    """{phrases, dropped, overlaps, signals: {name: {share, chance, …}}, user, list, item}.

    `phrases` is the name of a kept set or of a file with one phrase a line; without it they are
    what the catalogue offers; `said` adds words of users' descriptions below. `user` says where a
    user stands, `list` what the weights of a kept set make of the user's list of `n` in `signal`
    (`concept_scores.weighed_for`), `item` where an item stands and what concepts make of its score
    for the user; each None where it is not asked.

    Raises `InputError` for fewer than two concepts, a signal that reads no texts and unknown
    weights, `UnknownIdError` for an unknown user or item, `WrongUseError` for an n below 1.
    """
    check_length(n)
    found = _wanted(recommender, phrases)
    if said:
        found = replace(found, phrases=_and_said(recommender, found.phrases))
    # Refused before anything is encoded.
    if user_id is not None:
        recommender.user_number(user_id)
    if item_id is not None:
        recommender.item_number(item_id)
    chosen = signal_of(recommender, signal, found.signal)
    seen = checked(found.phrases, recommender.texts, recommender.center)
    if len(seen.concepts) < 2:
        whose = "The catalogue offers" if phrases is None else f"{phrases} holds"
        raise InputError(
            f"{whose} {len(seen.concepts)} concepts and two at least are needed: name a file with "
            "one phrase a line by --phrases."
        )
    alpha = found.weights(seen.concepts.phrases)
    asked = Asked(seen.concepts, alpha, chosen, weights, n)
    return _of_all(recommender, seen, alpha, n) | _of_one(recommender, user_id, item_id, asked)


def _of_one(
    recommender: Recommender, user_id: str | None, item_id: str | None, asked: Asked
) -> dict[str, Any]:
    """What is asked of one user and one item."""
    listed = score = user = item = None
    if user_id is not None:
        user = _user(recommender, user_id, asked.concepts)
        listed, score = weighed_for(recommender, user_id, item_id, asked)
    if item_id is not None:
        item = item_places(recommender, item_id, asked.concepts) | {"score": score}
    return {"user": user, "list": listed, "item": item}


def _of_all(
    recommender: Recommender, seen: Checked, alpha: np.ndarray, n: int
) -> dict[str, Any]:
    """The phrases and what they make of the scores of a sample of users."""
    return {
        "phrases": [
            {"phrase": phrase, "kept": float(kept), "weight": round(float(weight), 4)}
            for phrase, kept, weight in zip(
                seen.concepts.phrases, seen.kept, alpha, strict=True)
        ],
        "dropped": [{"phrase": one, "near": other} for one, other in seen.concepts.dropped],
        "silent": list(seen.silent), "sentences": seen.sentences(),
        "overlaps": [
            {"one": p.one, "other": p.other, "cosine": round(p.cosine, 4)} for p in seen.pairs
        ],
        "signals": {
            name: _spread(spread_of(signal, recommender.profiles, seen.concepts, n=n),
                          seen.concepts)
            for name, signal in readers(recommender).items()
        },
    }  # fmt: skip


def _wanted(recommender: Recommender, given: str | None) -> ConceptSet:
    """The set that `--phrases` means, the catalogue's phrases without it."""
    if given is None:
        return ConceptSet(propose(recommender.tables.items))
    journal = recommender.study.journal
    if given in kept.names(journal) or not Path(given).is_file():
        return kept.load(journal, given)
    try:
        return ConceptSet(phrases_of(Path(given).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{given} cannot be read as UTF-8 text: {error}.") from error


def _and_said(recommender: Recommender, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases, and below what descriptions say often that neither they nor the catalogue do."""
    from llmrec_core.concepts.said import said_often

    known = [*phrases, *propose(recommender.tables.items)]
    more = said_often(recommender.written, recommender.profiles, recommender.item_vectors, known)
    return (*phrases, *more)


def _spread(found: Spread, concepts: Concepts) -> dict[str, Any]:
    by = dict(zip(concepts.phrases, map(float, found.by_concept), strict=True))
    return {
        "users": found.users, "share": found.share, "low": found.low, "high": found.high,
        "chance": found.chance, "n": found.n, "kept": found.kept, "by_concept": by,
    }


def _user(recommender: Recommender, user_id: str, concepts: Concepts) -> dict[str, Any]:
    """Where a user stands in the sentences and in each signal, most unusual first."""
    profile = recommender.profile(user_id)
    return {
        "user": user_id,
        "places": {
            name: _standing(recommender, vectors_of(recommender, profile, name), concepts, name)
            for name in (SAID, *readers(recommender))
        },
    }


def _standing(
    recommender: Recommender, vector: np.ndarray, concepts: Concepts, name: str
) -> list[dict[str, Any]]:
    if not vector.any():
        return []
    usual = mean_user(recommender, concepts, name)
    own = places(vector, concepts)[0].astype(np.float64)
    unusual = usual.unusual(own)
    return [
        {"concept": concepts.phrases[k], "user": float(own[k]), "mean": float(usual.mean[k]),
         "unusual": float(unusual[k])}
        for k in np.argsort(-np.abs(unusual), kind="stable")
    ]  # fmt: skip


def concept_lines(document: dict[str, Any], most: int = 12) -> Iterator[str]:
    """The document as lines: a table of signals, what was left out, and the user."""
    yield f"{len(document['phrases'])} concepts"
    yield from document["sentences"]
    for pair in document["overlaps"][:most]:
        yield f"near to each other ({pair['cosine']:.2f}): «{pair['one']}» and «{pair['other']}»"
    for name, found in document["signals"].items():
        if not found["users"]:
            yield f"{name}: no user's scores differ, so that nothing can be said"
            continue
        yield (
            f"{name}: {100 * found['share']:.0f} % of the spread of scores of {found['users']:,} "
            f"users ({100 * found['low']:.0f} to {100 * found['high']:.0f} % for the middle 80 %); "
            f"as many random directions {100 * found['chance']:.0f} %; by concepts alone "
            f"{found['kept']:.1f} of {round(found['n'], 1):g} items of a list stay"
        )
        top = sorted(found["by_concept"].items(), key=lambda entry: -entry[1])[:most]
        yield "  " + ", ".join(f"{phrase} {100 * share:.1f} %" for phrase, share in top)
    if document["user"] is not None:
        yield from _user_lines(document["user"], most)
    if document["list"] is not None:
        yield from list_lines(document["list"])
    if document["item"] is not None:
        yield from item_lines(document["item"], most)


def _user_lines(user: dict[str, Any], most: int) -> Iterator[str]:
    for name, rows in user["places"].items():
        yield f"user {user['user']}, {name}" + ("" if rows else ": nothing is known there")
        if rows:
            yield f"  {'concept':<32}{'user':>8}{'mean':>8}{'sd from it':>12}"
        for row in rows[:most]:
            yield (
                f"  {row['concept'][:31]:<32}{row['user']:8.3f}{row['mean']:8.3f}"
                f"{row['unusual']:+12.1f}"
            )
