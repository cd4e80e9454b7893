"""What a batch of descriptions will take, before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.llm.budget import Estimate, estimate
from llmrec_core.writing.chat import requests_for
from llmrec_core.writing.desk import Desk
from llmrec_core.writing.settings import Writing

if TYPE_CHECKING:
    from llmrec_core.enrich.settings import Enriching
    from llmrec_core.study import Study


def plan(
    study: Study, writing: Writing, desk: Desk, enriching: Enriching | None = None
) -> Estimate:
    """The estimate for all users, and items, that the model would write for; nothing is asked.

    Sentences that would be rewritten are not counted: how many is not known before.
    """
    from llmrec_core.evidence import user_evidence

    tables = study.tables()
    rows = study.behaviour(tables)
    evidences = user_evidence(rows, tables.items)
    requests = requests_for(evidences, tables.items, writing, desk)
    if enriching is not None and enriching.on:
        from llmrec_core.enrich.write import requests_for as items_requests

        requests += items_requests(rows, tables.items, study.reviews(), enriching, desk)
    return estimate(desk.model, requests, desk.answers, desk.limits.prices)
