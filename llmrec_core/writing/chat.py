"""Descriptions of many users by a chat model; the template stands in where there is no answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import describe
from llmrec_core.describe.sentences import Description
from llmrec_core.describe.template import FEW_ROWS
from llmrec_core.evidence.facts import Evidence, FactKind
from llmrec_core.llm.asking import ask, ask_streaming
from llmrec_core.llm.base import Answer, ModelError, Request
from llmrec_core.writing.asked import asked_all
from llmrec_core.writing.catalogue import Catalogue
from llmrec_core.writing.desk import Desk, open_desk
from llmrec_core.writing.repair import repaired
from llmrec_core.writing.requests import (
    checked,
    description_of,
    request_for,
    rewrite_request,
    rewritten_text,
)
from llmrec_core.writing.settings import WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Items

__all__ = [
    "description_of", "drawn", "request_for", "requests_for", "rewrite_sentence",
    "sampled", "stream_description", "write_all",
]

Progress = Callable[[int, int], object]
"""Called as `progress(done, total)`, in users that the model writes for."""


def write_all(
    evidences: Sequence[Evidence], items: Items | Catalogue, writing: Writing,
    desk: Desk | None = None, progress: Progress | None = None, *,
    chosen: Collection[str] | None = None,
) -> list[Description]:
    """One description per evidence, in their order, each checked against its evidence.

    The template writes for everybody where it is the writer, for users outside the sample and
    for those with fewer than FEW_ROWS rows. `chosen` are the ids in the sample where `evidences`
    are not everybody's (see `sampled`). Where the model's answer is no description, or the model
    has none for good, the template's text stands in, and `fallback` says why. Raises
    `StudioError` where the model is gone, a cap is reached or a failure may pass (see
    `asked_all`): what was answered is kept in the desk's memory, and the next call goes on there.
    """
    known = Catalogue.of(items)
    templates = describe.write_all(evidences, known.items)
    users = _chosen(evidences, writing, chosen)
    if not users:
        return templates
    desk = desk or open_desk(writing)
    requests = [request_for(evidences[u], known, writing, desk) for u in users]
    written, failed = _answered(users, requests, evidences, known, writing, desk, progress)
    done = repaired(written, evidences, templates, writing, known, desk)
    done |= {u: replace(templates[u], fallback=reason) for u, reason in failed.items()}
    return [
        done[u] if u in written else checked(done.get(u, one), evidences[u], known)
        for u, one in enumerate(templates)
    ]


def requests_for(
    evidences: Sequence[Evidence], items: Items | Catalogue, writing: Writing, desk: Desk
) -> list[Request]:
    """All that `write_all` would ask first, for an estimate."""
    known = Catalogue.of(items)
    return [
        request_for(evidences[u], known, writing, desk) for u in _chosen(evidences, writing, None)
    ]


def drawn(ids: Sequence[str], sample: int) -> list[int]:
    """The places of `sample` ids (0: all), the same ones in any order and on any machine."""
    if not 0 < sample < len(ids):
        return list(range(len(ids)))

    def luck(place: int) -> bytes:
        return hashlib.blake2b(ids[place].encode("utf-8", "surrogatepass"), digest_size=8).digest()

    return sorted(sorted(range(len(ids)), key=luck)[:sample])


def sampled(behaviour: Behaviour, writing: Writing) -> frozenset[str]:
    """The ids of the users that the model writes for, drawn from all of `behaviour`."""
    counts = np.bincount(behaviour.user, minlength=behaviour.n_users)
    told = [str(behaviour.user_ids[u]) for u in np.flatnonzero(counts >= FEW_ROWS)]
    return frozenset(told[k] for k in drawn(told, writing.sample))


def _chosen(
    evidences: Sequence[Evidence], writing: Writing, ids: Collection[str] | None
) -> list[int]:
    """The places of the users that the model writes for."""
    if writing.writer == WriterKind.TEMPLATE:
        return []
    told = [u for u, evidence in enumerate(evidences) if _rows(evidence) >= FEW_ROWS]
    if ids is not None:
        return [u for u in told if evidences[u].user_id in ids]
    return [told[k] for k in drawn([evidences[u].user_id for u in told], writing.sample)]


def _rows(evidence: Evidence) -> int:
    return sum(int(fact.numbers["count"]) for fact in evidence.of(FactKind.ACTIVITY))


def _answered(
    chosen: Sequence[int], requests: Sequence[Request], evidences: Sequence[Evidence],
    known: Catalogue, writing: Writing, desk: Desk, progress: Progress | None,
) -> tuple[dict[int, Description], dict[int, str]]:
    """(descriptions by user, why there is none by user); every user is in one of the two."""
    written: dict[int, Description] = {}
    failed: dict[int, str] = {}
    name = desk.model.name
    for place, answer in asked_all(desk, requests, progress):
        user = chosen[place]
        try:
            if isinstance(answer, ModelError):
                raise answer
            written[user] = description_of(
                answer.text, evidences[user], known, writing, name,
                request=requests[place], cut=answer.finish == "length",
            )
        except ModelError as error:
            failed[user] = str(error)
    return written, failed


def rewrite_sentence(
    description: Description, index: int, evidence: Evidence, items: Items | Catalogue,
    writing: Writing, desk: Desk, wish: str = "",
) -> str:
    """Other words for sentence `index`, by the model; raises `ModelError`.

    `wish` is what a person would rather read; without one the sentence's problem is what changes.
    """
    request = rewrite_request(description, index, evidence, items, writing, desk, wish)
    (_, answer), = ask(
        desk.model, [request], desk.answers, desk.limits, budget=desk.budget
    )
    if not isinstance(answer, Answer):
        raise answer
    return rewritten_text(answer, request, evidence, writing, desk.model.name)


def stream_description(
    evidence: Evidence, items: Items | Catalogue, writing: Writing, desk: Desk
) -> Iterator[str]:
    """The model's answer about one user in pieces as they come; kept once it is complete.

    Read the whole with `description_of`. Raises `ModelError`.
    """
    request = request_for(evidence, items, writing, desk)
    yield from ask_streaming(desk.model, request, desk.answers, desk.limits, desk.budget)
