"""What a build will ask a model, and what that will take, before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.llm.base import Request
from llmrec_core.llm.budget import Estimate, estimate
from llmrec_core.writing.chat import requests_for
from llmrec_core.writing.desk import Desk
from llmrec_core.writing.requests import REWRITTEN_TOKENS
from llmrec_core.writing.settings import Unsupported, WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.enrich.settings import Enriching
    from llmrec_core.evidence import Evidence
    from llmrec_core.study import Study
    from llmrec_core.tables import Items
    from llmrec_core.writing.catalogue import Catalogue


@dataclass(frozen=True)
class Asked:
    """All that a build asks first: about users, and about items that get a text."""

    users: tuple[Request, ...]
    items: tuple[Request, ...] = ()

    @property
    def all(self) -> tuple[Request, ...]:
        """Both, the users' first."""
        return self.users + self.items


def plan(
    study: Study, writing: Writing, desk: Desk, enriching: Enriching | None = None
) -> Estimate:
    """The estimate for all users, and items, that the model would write for; nothing is asked.

    Sentences that would be rewritten are not counted: how many is not known before (`on_top`).
    """
    from llmrec_core.evidence import user_evidence

    tables = study.tables()
    rows = study.behaviour(tables)
    evidences = user_evidence(rows, tables.items)
    all_asked = asked(study, rows, tables.items, evidences, writing, desk, enriching)
    return estimate(desk.model, all_asked.all, desk.answers, desk.limits.prices)


def asked(
    study: Study, rows: Behaviour, items: Items, evidences: Sequence[Evidence], writing: Writing,
    desk: Desk, enriching: Enriching | None = None, catalogue: Catalogue | None = None,
) -> Asked:
    """What a build of `study` with these rows and evidences would ask; one way for all estimates.
    """
    users = requests_for(evidences, catalogue or items, writing, desk)
    if enriching is None or not enriching.on:
        return Asked(tuple(users))
    from llmrec_core.enrich.write import requests_for as items_requests

    of_items = items_requests(rows, items, study.reviews(), enriching, desk)
    return Asked(tuple(users), tuple(of_items))


def on_top(writing: Writing) -> str:
    """What no estimate holds, in one sentence; "" where it holds everything."""
    rewrites = writing.unsupported == Unsupported.REWRITE
    if writing.writer == WriterKind.TEMPLATE or not rewrites:
        return ""
    return (
        "Sentences that are asked for once more come on top: each reads what its user's text read "
        f"and writes at most {REWRITTEN_TOKENS} tokens. A cap counts them too."
    )
