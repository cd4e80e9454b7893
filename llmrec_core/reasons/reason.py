"""A reason in words: one or two sentences from the top parts of one item's ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmrec_core.describe.sentences import TEMPLATE, Check
from llmrec_core.reasons import template
from llmrec_core.reasons.parts import Feeling, Part, Weighed, weigh

if TYPE_CHECKING:
    from llmrec_core.explain import Entry


@dataclass(frozen=True)
class Reason:
    """Why an item, in words, and the parts that the words are about.

    `parts` are those named, the reasons for it first; `share` is what those for it carry of all
    that speaks for it, nan where nothing does. `writer` is the template or a model's name; `check`
    and `problem` what the comparison of the words with the parts found; `fallback` why the
    template stands in for a model that was asked.
    """

    text: str
    parts: tuple[Part, ...]
    share: float
    writer: str = TEMPLATE
    check: str = Check.SUPPORTED.value
    problem: str = ""
    fallback: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; the command line's contract."""
        return {
            "text": self.text, "writer": self.writer, "check": self.check, "share": self.share,
            "parts": [part.to_json() for part in self.parts],
            "problem": self.problem, "fallback": self.fallback,
        }


def reason(
    entries: Sequence[Entry], item_title: str, *, past: Mapping[int, Feeling] | None = None
) -> Reason:
    """The template's reason for one item.

    Parameters
    ----------
    entries : the item's ledger.
    item_title : the title of the item that they explain.
    past : what each past item (by number) was to the user, see `feelings`; without it they were
        just chosen.
    """
    return by_template(weigh(entries, past), item_title)


def by_template(weighed: Weighed, item_title: str) -> Reason:
    """The same from parts that were weighed before."""
    named, worst = weighed.named(), weighed.against()
    share = math.fsum(part.share for part in named) if named else math.nan
    return Reason(
        template.write(weighed, item_title), (*named, *([worst] if worst else [])), share
    )
