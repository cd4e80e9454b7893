"""A build with written item texts: one stage more, and the texts beside the items' own fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import signals
from llmrec_core.behaviour import Split, split
from llmrec_core.build import Builder
from llmrec_core.enrich.settings import Enriching
from llmrec_core.enrich.stored import STAGE, frame_of, load_texts, with_written
from llmrec_core.enrich.write import desk_for, write_texts
from llmrec_core.tune import splits_like
from llmrec_core.writing.settings import WriterKind

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Items


class EnrichedBuilder(Builder):
    """Builds a study whose recipe asks for item texts; always from the ground."""

    def stages(self) -> list[tuple[str, str, str, Callable[[], None]]]:
        """Those of any build, after the texts are written."""
        first = ("writing item texts", STAGE, self.keys.item_texts, self.item_texts)
        return [first, *super().stages()]

    def item_texts(self) -> None:
        """Texts of the neediest items from all rows, checked, with author and rows read."""
        enriching = self.recipe.enriching
        with self.timed() as card:
            desk = None
            if enriching.writing.writer != WriterKind.TEMPLATE:
                desk = self.desk or desk_for(enriching, self.study, self.limits)
            texts = write_texts(
                self.behaviour, self.tables.items, self.study.reviews(), enriching, desk,
                self.report.step,
            )
            stood_in = sum(bool(text.fallback) for text in texts)
            card |= {"written": len(texts), "stood_in": stood_in}
        self.store.save_frame(STAGE, self.keys.item_texts, frame_of(texts), card)

    @cached_property
    def described_items(self) -> Items:
        """The items with the written texts as one more field."""
        return with_written(
            self.tables.items, load_texts(self.store, self.keys.item_texts)
        )

    @cached_property
    def choice_side(self) -> signals.ItemSide:
        """Item vectors to choose settings on: no text of them rests on a row that is held out.

        The template writes, as for the folds' descriptions: a model would have to be asked again.
        """
        enriching = replace(self.recipe.enriching, writing=Enriching().writing)
        rows = never_held_out(self.behaviour)
        items = self.tables.items
        texts = write_texts(rows, items, self.study.reviews(), enriching)
        vectors = self.texts.items(
            with_written(items, {text.owner_id: text for text in texts}), self.report.step
        )
        return signals.item_side(self.pulled(vectors), self.tables)


def never_held_out(rows: Behaviour) -> Behaviour:
    """The rows that every split which settings and weights are judged on leaves in training."""
    kept = np.ones(len(rows), bool)
    for recipe in splits_like(Split()):
        inner, _ = split(rows, recipe)
        kept &= np.isin(rows.row, inner.row)
    return rows.take(kept)
