"""Lists, ledgers and exposure as plain documents; the shapes are part of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core.blend import parts, rank_of
from llmrec_core.headless.faithful import faithful_document
from llmrec_core.headless.shared import check_length, named, weights_for
from llmrec_core.headless.words import MOST_PAST, word_document
from llmrec_core.known import known_of
from llmrec_core.signals.base import Kind

MOST_THROUGH = 3
"""Past items named behind what an item shares with them."""

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.reasons import Reason
    from llmrec_core.recommender import Recommender
    from llmrec_core.writing.settings import Writing


def recommend(
    recommender: Recommender, user_id: str, n: int = 10, weights: str | None = None,
    text: str | None = None,
) -> dict[str, Any]:
    """{user, n, weights, weights_name, items: [{item_id, title, score, rank, signals}], …}.

    Beside these milliseconds, and known: how much is known of the user.
    Raises `WrongUseError` for an n below 1 and `UnknownIdError` for an unknown user.
    """
    check_length(n)
    profile = recommender.profile(user_id)
    if text is not None:
        from llmrec_core.describe import typed_description

        profile = recommender.described(profile, typed_description(user_id, text))
    name, vector = weights_for(recommender, weights, len(profile.item))
    block = recommender.block(profile)
    answer = recommender.ranked(block, vector, n)
    return {
        "user": user_id, "n": n, "weights": named(recommender, vector), "weights_name": name,
        "items": [line.to_json() for line in answer.items],
        "milliseconds": round(answer.milliseconds, 3),
        "known": known_of(
            profile, block, vector, recommender.profiles.lengths, recommender.nobody
        ).document(),
    }


def explain(
    recommender: Recommender, user_id: str, item_id: str, weights: str | None = None, *,
    words: Writing | None = None, by_word: bool = False, past_items: int = MOST_PAST,
    faithful: bool = False,
) -> dict[str, Any]:
    """{user, item, score, rank, ledger: [{signal, weight, kind, evidence, …, children}]}.

    `rank` is None for an item that the user already has; its score is still explained. With
    `words`, which say who writes, there is also reason: {text, writer, check, share, parts,
    problem, fallback}. Raises `ModelUnavailableError` where the model that they name is not there.
    With `by_word` the ledger's sentences, and of each signal as many past items, have words as
    their leaves, and by_word says what the item's words add (see `word_document`).
    With `faithful` its reasons are really taken away (see `faithful_document`).
    """
    profile = recommender.profile(user_id)
    item = recommender.item_number(item_id)
    block = recommender.block(profile)
    name, vector = weights_for(recommender, weights, len(profile.item))
    entries = recommender.explain(profile, block, vector, item)
    told = named(recommender, vector)
    more: dict[str, Any] = {}
    if faithful:
        more["faithful"] = faithful_document(recommender, profile, block, vector, item, entries)
    if by_word:
        entries, more["by_word"] = _by_word(
            recommender, profile, block, item, entries, past_items
        )
    if words is not None:
        more["reason"] = _reason(recommender, profile, entries, item, words).to_json()
    return {
        "user": user_id, "item": item_id, "title": recommender.title(item),
        "score": float(parts(block, vector, [item]).sum()),
        "rank": rank_of(block, vector, item), "weights": told,
        "weights_name": name,
        "ledger": [_with_weight(entry.to_json(), told) for entry in entries],
    } | more


def _by_word(
    recommender: Recommender, profile: Profiles, block: Block, item: int,
    entries: tuple[Entry, ...], past_items: int,
) -> tuple[tuple[Entry, ...], dict[str, Any]]:
    """The ledger with words as leaves, and what is said of them."""
    from llmrec_core.explain import WordReader, by_word

    reader = WordReader(recommender)
    told = by_word(reader, profile, block, item, entries, past_items)
    closed = [entry.signal for entry in entries if not reader.reads(entry.signal)]
    return told.entries, word_document(told, closed)


def _reason(
    recommender: Recommender, profile: Profiles, entries: Sequence[Entry], item: int,
    writing: Writing,
) -> Reason:
    """The ledger in words; only a model needs a desk, and the names that its words may not use."""
    from llmrec_core.reasons import reason
    from llmrec_core.writing.desk import open_desk
    from llmrec_core.writing.settings import WriterKind

    past, title = recommender.feelings(profile), recommender.title(item)
    if writing.writer == WriterKind.TEMPLATE:
        return reason(entries, title, past=past)
    from llmrec_core.faith import Lexicon

    return reason(
        entries, title, past=past, writing=writing, desk=open_desk(writing, recommender.study),
        lexicon=Lexicon.of(recommender.tables.items),
    )


def _with_weight(entry: dict[str, Any], weights: dict[str, float]) -> dict[str, Any]:
    """The entry with the weight as it was given, not as float32 rounds it."""
    children = [_with_weight(child, weights) for child in entry["children"]]
    return {**entry, "weight": weights[entry["signal"]], "children": children}


def ledger_lines(ledger: list[dict[str, Any]], depth: int = 0, most: int = 6) -> Iterator[str]:
    """The ledger as indented lines, the largest parts first, the rest of a level in one line."""
    for entry in ledger[:most]:
        yield f"{'  ' * depth}{entry['contribution']:+9.4f}  {entry['kind']}: {entry['evidence']}"
        if depth < 1:
            yield from ledger_lines(entry["children"], depth + 1, most)
        elif entry["kind"] == Kind.ENTITY:  # by which past items the user has it
            yield from ledger_lines(entry["children"], depth + 1, MOST_THROUGH)
    rest = ledger[most:]
    if rest:
        total = sum(entry["contribution"] for entry in rest)
        yield f"{'  ' * depth}{total:+9.4f}  {len(rest)} more"


def exposure(recommender: Recommender, n: int = 10, weights: str | None = None) -> dict[str, Any]:
    """{setting, metrics: {gini, coverage@n, tail_share@n, …}, deciles}.

    n in the answer is at most the number of items.
    """
    check_length(n)
    name, vector = weights_for(recommender, weights)
    report = recommender.exposure(vector, n).to_json()
    setting = {"weights": name, **named(recommender, vector), "n": report["setting"]["n"]}
    return {**report, "setting": setting}
