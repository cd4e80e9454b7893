"""The texts behind a line of the ledger, read word by word for one study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import MissingArtefactError
from llmrec_core.explain.words import OpenText, ReadText, WordHeat, heat, open_text
from llmrec_core.signals.base import Kind
from llmrec_core.signals.meeting import ReadsTexts

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain.ledger import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender
    from llmrec_core.signals.meeting import Meeting
    from llmrec_core.tables import Items
    from llmrec_core.texts import Texts

NEAR = 0.02
"""An encoder whose words leave more of a text's vector than this share reads it otherwise than at
the build: rounding (bfloat16) leaves less than 0.5 %."""

HELD = 128
"""Texts whose word vectors are kept: a plot of 200 words has 0.3 MB of them."""

READABLE = (Kind.SENTENCE, Kind.PAST_ITEM)
"""Lines that a text may stand behind."""


def read_text(texts: Texts, text: str) -> ReadText:
    """Word vectors of a text that sum to its vector in the study; the model is loaded for it.

    Whether the words as they are read now do sum to it is measured: what they leave is rounding,
    or has an entry of its own and the words are not called exact.
    """
    raw = texts.encoded([text])[0]
    pairs = texts.encoder.word_vectors(text)
    vectors = np.stack([vector for _, vector in pairs])
    left = raw - vectors.sum(axis=0, dtype=np.float64).astype(np.float32)
    same = bool(np.linalg.norm(left) <= NEAR * np.linalg.norm(raw))
    if same:
        vectors[-1] += left
    else:
        vectors = np.vstack([vectors, left])
    words = tuple(word for word, _ in pairs[:-1])
    return ReadText(words, vectors, raw, texts.encoder.exact_words and same)


class WordReader:
    """Opens lines of a study's ledgers to their words.

    `read` gives a text's word vectors where they are kept elsewhere (the app does); by default
    those of the last HELD texts are kept here.
    """

    def __init__(
        self, recommender: Recommender, read: Callable[[str], ReadText] | None = None
    ) -> None:
        self.recommender = recommender
        texts = recommender.texts
        self.read = read or lru_cache(HELD)(lambda text: read_text(texts, text))

    def heat(
        self, profile: Profiles, block: Block, weight: float, item: int, signal: str, kind: str,
        number: int,
    ) -> WordHeat | None:
        """One line of the ledger as words, in points; None where no text stands behind it.

        `kind` and `number` are the line's (see `Entry`), `weight` that of its signal.
        """
        reader = self.recommender.signals.get(signal)
        if kind not in READABLE or not isinstance(reader, ReadsTexts):
            return None
        met = reader.meetings(profile, item, Kind(kind), number)
        if not met or not weight:
            return None
        points = weight / float(block.sd[block.names.index(signal)])
        return heat(
            met, lambda m: self._left(profile, m), lambda m: self._item(item, m.part, m.right),
            points,
        )

    def line(
        self, profile: Profiles, block: Block, item: int, line: Entry
    ) -> WordHeat | None:
        """The same for an entry of a ledger made with `block`."""
        return self.heat(
            profile, block, line.weight, item, line.signal, line.kind, line.number
        )

    def reads(self, signal: str) -> bool:
        """Whether texts stand behind the lines of a signal."""
        return isinstance(self.recommender.signals.get(signal), ReadsTexts)

    def _left(self, profile: Profiles, met: Meeting) -> OpenText:
        if met.kind == Kind.PAST_ITEM:
            return self._item(met.evidence, met.source, met.left)
        read = self.read(profile.sentence_text[met.evidence])
        return open_text(read, met.left, self.recommender.center)

    def _item(self, item: int, field: str, stored: np.ndarray) -> OpenText:
        from llmrec_core.embed import item_texts

        frame = self._items.frame.iloc[[item]]
        text = item_texts(replace(self._items, frame=frame)).get(field, [""])[0]
        center = self._centers[self.recommender.item_vectors.fields.index(field)]
        return open_text(self.read(text), stored, center, self.shown(item, field))

    def shown(self, item: int, field: str) -> str:
        """The name of an item's text as the ledger has it, with the author where it was written."""
        from llmrec_core.enrich import written_field, written_name

        text = self.recommender.item_texts.get(str(self.recommender.behaviour.item_ids[item]))
        if text is None or written_field(self.recommender.tables.items, item) != field:
            return field
        return written_name(field, text.writer)

    @cached_property
    def _items(self) -> Items:
        """The items as they were encoded."""
        from llmrec_core.enrich import with_written

        return with_written(self.recommender.tables.items, self.recommender.item_texts)

    @cached_property
    def _centers(self) -> np.ndarray:
        """(fields, dim) what texts were centred on, also where they were distilled since."""
        vectors = self.recommender.item_vectors
        known = vectors.text_centers if vectors.centers is None else vectors.centers
        if known is None:
            raise MissingArtefactError(
                "This build, of an earlier version, did not keep what its texts were centred on: "
                "build the study again to open its reasons to words."
            )
        return known
