"""A built study, audited: its descriptions in force against all its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.audit.report import AuditReport, audit
from llmrec_core.behaviour import Split, split
from llmrec_core.errors import StudioError
from llmrec_core.evidence import user_evidence
from llmrec_core.faith import Lexicon
from llmrec_core.leak import LeakReport, leak_report

if TYPE_CHECKING:
    from llmrec_core.evidence import Evidence
    from llmrec_core.recommender import Recommender

HELD_OUT = 0.2
"""The share of each user's latest rows that an evaluation by time holds out."""


def audit_study(
    recommender: Recommender, evidences: list[Evidence] | None = None,
    lexicon: Lexicon | None = None,
) -> AuditReport:
    """The audit of the descriptions in force, with the edits that people made.

    `evidences` and `lexicon` are counted anew where they are not given.
    """
    items = recommender.tables.items
    if evidences is None:
        evidences = user_evidence(recommender.behaviour, items)
    descriptions = recommender.descriptions()
    vectors = recommender.profiles_in_force().text_vectors()
    return audit(
        descriptions, evidences, lexicon or Lexicon.of(items), vectors=vectors,
        leak=_leak(recommender, descriptions),
    )


def _leak(recommender: Recommender, descriptions: list) -> LeakReport | None:
    """The texts against the last rows of each user; None where nothing can be held out."""
    try:
        _, test = split(recommender.behaviour, Split(share=HELD_OUT))
    except StudioError:
        return None
    return leak_report(descriptions, test) if len(test) else None
