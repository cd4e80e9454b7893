"""Who wrote how many descriptions: what the card of a build says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from llmrec_core.describe.sentences import Description
from llmrec_core.writing.settings import WriterKind, Writing

MOST_REASONS = 5


def tally(writing: Writing, written: Sequence[Description]) -> dict[str, Any]:
    """The settings, descriptions and sentences by writer, and why the template stands in.

    `fallbacks` counts the template's texts that stand in for a model's; `reasons` names the
    commonest.
    """
    reasons = Counter(one.fallback for one in written if one.fallback)
    sentences = Counter(s.author for one in written for s in one.sentences)
    checks = Counter(s.check for one in written for s in one.sentences if s.check)
    return {
        "writer": words(writing), "writing": writing.document(),
        "writers": dict(Counter(one.writer for one in written)), "sentences": dict(sentences),
        "checks": dict(checks), "fallbacks": sum(reasons.values()),
        "reasons": dict(reasons.most_common(MOST_REASONS)),
    }


def words(writing: Writing) -> str:
    """The writer in words: «template», or «smollm2 on this machine (prose, English)»."""
    if writing.writer == WriterKind.TEMPLATE:
        return writing.writer
    where = "on this machine" if writing.writer == WriterKind.LOCAL else f"at {writing.server}"
    words = f"{writing.model or 'smollm2'} {where} ({writing.scheme}, {writing.language})"
    return words + (f", {writing.sample:,} users" if writing.sample else "")
