"""How much a description depends on its wording: the same evidence written several ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import describe
from llmrec_core.describe.sentences import Description
from llmrec_core.errors import StudioError
from llmrec_core.evidence.facts import Evidence
from llmrec_core.profile import sentence_layout

if TYPE_CHECKING:
    from llmrec_core.llm.base import Request
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender
    from llmrec_core.tables import Items
    from llmrec_core.writing import Writing
    from llmrec_core.writing.desk import Desk

WAYS = 6
TEMPERATURE = 0.8


@dataclass(frozen=True)
class Stability:
    """`texts` are the ways of writing; `profiles` the same user described in each.

    `cosine` is the mean over all pairs of ways, 1 where the wording does not matter and nan for
    fewer than two. `others` is the same between this text and other users' texts: the yardstick.
    """

    texts: tuple[Description, ...]
    profiles: tuple[Profiles, ...]
    cosine: float
    others: float


def paraphrases(evidence: Evidence, items: Items, k: int = WAYS) -> list[Description]:
    """The template's description in `k` ways, each with phrasings of its own."""
    # The template chooses its phrasings by the owner's id, so other ids give other phrasings.
    seeds = [replace(evidence, user_id=f"{evidence.user_id}\0{way}") for way in range(k)]
    written = describe.write_all(seeds, items)
    return [replace(one, owner_id=evidence.user_id) for one in written]


def paraphrases_by_model(
    evidence: Evidence, items: Items, writing: Writing, desk: Desk, k: int = WAYS
) -> list[Description]:
    """The model's description in `k` ways, drawn at TEMPERATURE with seeds 0 to k - 1.

    Answers are kept as all answers are. Raises the last `ModelError` where no way got an answer.
    """
    from llmrec_core.llm.asking import ask
    from llmrec_core.llm.base import Answer
    from llmrec_core.writing.chat import description_of

    asked = asked_ways(evidence, items, writing, desk, k)
    out: list[Description] = []
    problem: StudioError | None = None
    for place, answer in ask(
        desk.model, asked, desk.answers, desk.limits, budget=desk.budget
    ):
        try:
            if not isinstance(answer, Answer):
                raise answer
            out.append(
                description_of(
                    answer.text, evidence, items, writing, desk.model.name, request=asked[place]
                )
            )
        except StudioError as error:
            problem = error
    if not out and problem is not None:
        raise problem
    return out


def asked_ways(
    evidence: Evidence, items: Items, writing: Writing, desk: Desk, k: int = WAYS
) -> list[Request]:
    """The requests of `paraphrases_by_model`, for an estimate."""
    from llmrec_core.writing.chat import request_for

    request = request_for(evidence, items, writing, desk)
    return [replace(request, temperature=TEMPERATURE, seed=way) for way in range(k)]


def stability(
    recommender: Recommender, user_id: str, texts: Sequence[Description]
) -> Stability:
    """The spread of one user's vectors over several ways of writing.

    Unknown sentences are encoded, all in one go.
    """
    base = recommender.profiles.at(recommender.user_number(user_id))
    sentences, _, _ = sentence_layout(texts)
    if sentences:
        recommender.texts.sentences(sentences, recommender.center)
    profiles = tuple(recommender.described(base, one) for one in texts)
    vectors = np.concatenate([p.text_vectors() for p in profiles]) if profiles else np.zeros((0, 1))
    return Stability(
        tuple(texts), profiles, mean_cosine(vectors), _to_others(recommender, user_id, vectors)
    )


def mean_cosine(vectors: np.ndarray) -> float:
    """Mean cosine over all pairs of rows that are not 0; nan for fewer than two."""
    length = np.linalg.norm(vectors, axis=1)
    unit = vectors[length > 0] / length[length > 0, None]
    n = len(unit)
    if n < 2:
        return float("nan")
    return float((np.square(unit.sum(axis=0)).sum() - n) / (n * (n - 1)))


def _to_others(recommender: Recommender, user_id: str, vectors: np.ndarray) -> float:
    """Mean cosine between these texts and everybody else's."""
    everybody = recommender.profiles.text_vectors()
    others = np.delete(everybody, recommender.user_number(user_id), axis=0)
    length = np.linalg.norm(others, axis=1)
    if len(vectors) == 0 or not (length > 0).any():
        return float("nan")
    mean = (others[length > 0] / length[length > 0, None]).mean(axis=0)
    own = np.linalg.norm(vectors, axis=1)
    unit = vectors[own > 0] / own[own > 0, None]
    return float((unit @ mean).mean()) if len(unit) else float("nan")
