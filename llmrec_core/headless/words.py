"""A ledger down to its words, as a document and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.explain.words import Word, WordKind
from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.explain.word_tree import ByWord, Opened

MOST_PAST = 40
"""Past items of a signal that a document opens: each one has texts that the model has to read."""
FEW_PAST = 3
"""Those that the terminal shows."""

EXACT = "sums of word vectors, exact for this encoder; what all texts share is taken off each"
TRIED = "found by leaving words out, not exact: this encoder does not pool by the mean"
NOTHING = "no line of this item has words to open"
STRAY = (
    "not exact: the encoder reads these words otherwise than at the build, and what they leave "
    "stands apart; build the study again"
)


def word_document(told: ByWord, closed: Sequence[str]) -> dict[str, Any]:
    """{exact, how, lines: [{signal, kind, evidence, …}], past_items_left, not_opened}.

    A line has `user_words` and `item_words` [{word, text, contribution}], each summing to the
    line's contribution, and the largest `pairs`. `closed` are signals whose lines have no words;
    not_opened says why: {signal: words}. `exact` is None where nothing was opened.
    """
    exact = all(opened.exact for opened in told.opened) if told.opened else None
    return {
        "exact": exact, "how": _how(told, exact),
        "lines": [_line(opened) for opened in told.opened],
        "past_items_left": told.left,
        "not_opened": {name: signals.known(name).unopened for name in closed},
    }


def _how(told: ByWord, exact: bool | None) -> str:
    if exact is None:
        return NOTHING
    if any(opened.stray for opened in told.opened):
        return STRAY
    return EXACT if exact else TRIED


def _line(opened: Opened) -> dict[str, Any]:
    line = opened.line
    return {
        "signal": line.signal, "kind": line.kind, "evidence": line.evidence,
        "contribution": line.contribution,
        "user_words": _words(opened.rows, opened.of_rows),
        "item_words": _words(opened.columns, opened.of_columns),
        "pairs": [
            {"user_word": user.label, "item_word": item.label, "contribution": points}
            for user, item, points in opened.pairs
        ],
    }


def _words(words: tuple[Word, ...], points: np.ndarray) -> list[dict[str, Any]]:
    return [
        {"word": word.label, "kind": str(word.kind), "text": word.field, "contribution": value}
        for word, value in zip(words, points.tolist(), strict=True)
    ]


def word_lines(document: dict[str, Any], most: int = 8, pairs: int = 3) -> Iterator[str]:
    """What `word_document` says, the largest words first, the rest of a text in one figure."""
    yield f"by word ({document['how']}):"
    for line in document["lines"]:
        past = "past item " if line["kind"] == Kind.PAST_ITEM else ""
        yield f"{line['contribution']:+9.4f}  {line['signal']}, {past}{line['evidence']}"
        yield f"           user's words: {_top(line['user_words'], most)}"
        yield f"           item's words: {_top(line['item_words'], most)}"
        met = [
            f"{p['user_word']} × {p['item_word']} {p['contribution']:+.4f}" for p in line["pairs"]
        ]
        yield f"           together: {', '.join(met[:pairs])}"
    if document["past_items_left"]:
        yield f"{document['past_items_left']:,} past items that say less are not opened"
    for signal, why in document["not_opened"].items():
        yield f"{signal} {why}"


def _top(words: list[dict[str, Any]], most: int) -> str:
    order = sorted(words, key=lambda word: -abs(word["contribution"]))
    shown = [f"{word['word']} {word['contribution']:+.4f}" for word in order[:most]]
    plain = [word for word in order[most:] if word["kind"] == WordKind.WORD]
    if plain:
        total = sum(word["contribution"] for word in plain)
        many = "word" if len(plain) == 1 else "words"
        shown.append(f"{len(plain)} other {many} {total:+.4f}")
    apart: dict[str, float] = {}  # what is no word, the marks of several texts in one figure
    for word in order[most:]:
        if word["kind"] != WordKind.WORD:
            apart[word["word"]] = apart.get(word["word"], 0.0) + word["contribution"]
    return ", ".join([*shown, *(f"{name} {total:+.4f}" for name, total in apart.items())])
