"""Item texts from the material, by whoever is asked; every one is checked against its item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.enrich import chat, template
from llmrec_core.enrich.check import Vocabulary, checked, wrong
from llmrec_core.enrich.material import Material, gather
from llmrec_core.enrich.needs import neediest, needs
from llmrec_core.enrich.phrases import Crowd
from llmrec_core.writing.settings import WriterKind

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.describe import Description
    from llmrec_core.enrich.settings import Enriching
    from llmrec_core.llm.base import Request
    from llmrec_core.llm.limits import Limits
    from llmrec_core.study import Study
    from llmrec_core.tables import Items
    from llmrec_core.writing.desk import Desk

Progress = Callable[[int, int], object]
NOTHING_LEFT = "Every sentence of the model names something that the item does not have."


def write_texts(
    rows: Behaviour, items: Items, reviews: pd.DataFrame, enriching: Enriching,
    desk: Desk | None = None, progress: Progress | None = None,
) -> list[Description]:
    """Texts of the neediest items, in that order, from `rows` and their reviews alone.

    A text's `read` are the ids of all rows whose review was read. Items about which nothing can
    be said are left out. Raises `StudioError` where the model is gone or a cap is reached.
    """
    numbers = neediest(needs(items, rows, reviews), enriching.items)
    return write_for(numbers, rows, items, reviews, enriching, desk, progress)


def write_for(
    numbers: Sequence[int] | np.ndarray, rows: Behaviour, items: Items, reviews: pd.DataFrame,
    enriching: Enriching, desk: Desk | None = None, progress: Progress | None = None,
) -> list[Description]:
    """The same for the items `numbers`."""
    materials = gather(numbers, rows, items, reviews)
    vocabulary = Vocabulary(items)

    def judged(texts: Sequence[Description]) -> list[Description]:
        return [checked(t, m, vocabulary) for t, m in zip(texts, materials, strict=True)]

    texts = judged(by_template(materials, crowd_of(rows, reviews)))
    if enriching.writing.writer != WriterKind.TEMPLATE:
        from llmrec_core.writing.catalogue import Catalogue

        desk = desk or desk_for(enriching)
        things = Catalogue.of(items).things
        written, failed = chat.write(materials, things, enriching.writing, desk, progress)
        mine = judged([written.get(k, text) for k, text in enumerate(texts)])
        texts = [
            replace(rules, fallback=failed[k]) if k in failed else standing(mine[k], rules)
            for k, rules in enumerate(texts)
        ]
    return [text for text in texts if text.sentences]


def standing(text: Description, rules: Description) -> Description:
    """A model's checked text; the rules' in its place where not one sentence is borne out."""
    if all(map(wrong, text.sentences)):
        return replace(rules, fallback=NOTHING_LEFT)
    return text


def by_template(materials: Sequence[Material], crowd: Crowd) -> list[Description]:
    """The rules' texts, one a material."""
    return template.write(materials, crowd)


def crowd_of(rows: Behaviour, reviews: pd.DataFrame) -> Crowd:
    """The reviews of `rows`, which an item's own are compared with."""
    mine = reviews[np.isin(reviews[tables.ROW].to_numpy(np.int64), rows.row)]
    return Crowd(mine[tables.REVIEW].tolist())


def desk_for(
    enriching: Enriching, study: Study | None = None, limits: Limits | None = None
) -> Desk:
    """Who writes, with the memory of answers; the prompts are the files'."""
    from llmrec_core.writing.desk import open_desk

    return open_desk(replace(enriching.writing, prompt=""), study, limits)


def requests_for(
    rows: Behaviour, items: Items, reviews: pd.DataFrame, enriching: Enriching, desk: Desk
) -> list[Request]:
    """What a model would be asked about items, for an estimate; none where the rules write."""
    if not enriching.on or enriching.writing.writer == WriterKind.TEMPLATE:
        return []
    from llmrec_core.writing.catalogue import Catalogue

    materials = gather(neediest(needs(items, rows, reviews), enriching.items), rows, items, reviews)
    return chat.requests_for(materials, Catalogue.of(items).things, enriching.writing, desk)
