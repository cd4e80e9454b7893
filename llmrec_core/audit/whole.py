"""A built study, audited: its descriptions in force against all its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmrec_core.audit.report import AuditReport, audit
from llmrec_core.audit.stability import (
    Stability,
    asked_ways,
    paraphrases,
    paraphrases_by_model,
    stability,
)
from llmrec_core.behaviour import Split, split
from llmrec_core.errors import StudioError
from llmrec_core.evidence import user_evidence
from llmrec_core.faith import Lexicon
from llmrec_core.leak import LeakReport, leak_report

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.evidence import Evidence
    from llmrec_core.llm.budget import Estimate
    from llmrec_core.llm.limits import Limits
    from llmrec_core.recommender import Recommender

READS_ALL = (
    " A build reads all rows, so it is no fault; `llmrec evaluate` writes texts of its own that "
    "see none of them."
)
"""What a reader of the leak's figures must know."""
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


def wordings(
    recommender: Recommender, user_id: str, limits: Limits | None = None,
    agree: Callable[[Estimate], object] | None = None,
) -> Stability:
    """One user's text in several wordings by the writer of the build, and their spread.

    `limits` bound what a model may take (default: the environment's); `agree` is told what it
    will take before it is asked, and may raise. Raises `ModelError` where it cannot be asked.
    """
    from llmrec_core.llm.budget import estimate
    from llmrec_core.writing import WriterKind
    from llmrec_core.writing.desk import open_desk

    number = recommender.user_number(user_id)
    items, rows = recommender.tables.items, recommender.behaviour
    evidence = user_evidence(rows, items)[number]
    writing = recommender.recipe.writing
    if writing.writer == WriterKind.TEMPLATE:
        return stability(recommender, user_id, paraphrases(evidence, items))
    desk = open_desk(writing, recommender.study, limits)
    if agree is not None:
        wanted = asked_ways(evidence, items, writing, desk)
        agree(estimate(desk.model, wanted, desk.answers, desk.limits.prices))
    ways = paraphrases_by_model(evidence, items, writing, desk)
    return stability(recommender, user_id, ways)


def _leak(recommender: Recommender, descriptions: list[Description]) -> LeakReport | None:
    """The texts against the last rows of each user; None where nothing can be held out."""
    try:
        _, test = split(recommender.behaviour, Split(share=HELD_OUT))
    except StudioError:
        return None
    return leak_report(descriptions, test) if len(test) else None
