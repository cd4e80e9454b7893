"""Items and sentences as vectors: field by field, centred on the catalogue, normalised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.embed.cache import VectorCache, encode_cached
from llmrec_core.embed.encoder import Progress, TextEncoder
from llmrec_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "about"
"""The first field of every item: its title, year and attributes in one text."""
_YEAR = "year"
_MOST_VALUES = 4
_ZERO = 1e-5
"""A centred vector shorter than this is rounding: its direction would be noise."""


@dataclass(frozen=True)
class ItemVectors:
    """Item vectors by field, read-only.

    `item_ids` (n,); `fields` names F fields; `field_vectors` (F, n, dim) float32, each row of norm
    1 or zero where the item lacks the field; `centers` (F, dim) is what each field was centred on.
    Where the vectors are no centred texts any more, having been distilled, `centers` is None and
    `text_centers` is what the texts were centred on before that.
    """

    item_ids: np.ndarray
    fields: tuple[str, ...]
    field_vectors: np.ndarray
    centers: np.ndarray | None = None
    text_centers: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = self.field_vectors.shape
        if self.field_vectors.ndim != 3 or shape[:2] != (len(self.fields), len(self.item_ids)):
            raise InputError(
                f"Item vectors of shape {shape} do not fit {len(self.fields)} fields and "
                f"{len(self.item_ids)} items: build the vectors again."
            )
        if self.field_vectors.dtype != np.float32:
            raise InputError(f"Item vectors are {self.field_vectors.dtype}, not float32.")
        self.field_vectors.setflags(write=False)

    @property
    def dim(self) -> int:
        """Length of one field's vector."""
        return int(self.field_vectors.shape[2])

    @cached_property
    def present(self) -> np.ndarray:
        """(F, n) bool: whether an item has a (non-zero) vector in a field."""
        return np.asarray(self.field_vectors.any(axis=2))

    @cached_property
    def concatenated(self) -> np.ndarray:
        """(n, F * dim) float32: fields side by side / sqrt(fields present), rows of norm 1 or 0."""
        fields, n, dim = self.field_vectors.shape
        out = self.field_vectors.transpose(1, 0, 2).reshape(n, fields * dim)  # a copy
        out = out / np.sqrt(np.maximum(self.present.sum(axis=0), 1))[:, None].astype(np.float32)
        out.setflags(write=False)
        return out


def item_texts(items: tables.Items) -> dict[str, list[str]]:
    """The texts to encode, by field: «about» first, then each text field that has any text.

    «about» reads «GoldenEye (1995). Genres: Action, Adventure. Director: Martin Campbell.»;
    of a long list the first 4 values are taken. An item without a text has "".
    """
    frame = items.frame
    out = {ABOUT: _abouts(frame, items.attributes)}
    for field in items.text_fields:
        texts = [str(text).strip() for text in frame[field]]
        if any(texts):
            out[field] = texts
    return out


def field_name(field: str) -> str:
    """A field as people are told of it: «title and attributes» for `ABOUT`, else its own name."""
    return "title and attributes" if field == ABOUT else field


def _abouts(frame: pd.DataFrame, attributes: Sequence[str]) -> list[str]:
    years = list(frame[_YEAR]) if _YEAR in attributes else [[]] * len(frame)
    named = [(name, list(frame[name])) for name in attributes if name != _YEAR]
    out = []
    for row, title in enumerate(frame[tables.TITLE]):
        parts = [_heading(str(title).strip(), list(years[row]))]
        for name, values in named:
            if len(values[row]):
                label = name.replace("_", " ").capitalize()
                parts.append(f"{label}: {', '.join(values[row][:_MOST_VALUES])}")
        out.append(" ".join(f"{part}." for part in parts if part))
    return out


def _heading(title: str, years: list[str]) -> str:
    if not years or f"({years[0]})" in title:
        return title
    return f"{title} ({years[0]})".strip()


def embed_items(
    items: tables.Items,
    encoder: TextEncoder,
    cache: VectorCache | None,
    progress: Progress | None = None,
) -> ItemVectors:
    """Encode every field of every item on its own, centre it on the items that have it, normalise.

    `progress(done, total)` counts the distinct texts of all fields together.
    """
    texts = item_texts(items)
    every = [text for field in texts.values() for text in field if text]
    vectors = encode_cached(every, encoder, cache, progress)
    out = np.zeros((len(texts), len(items), encoder.dim), np.float32)
    centers = np.zeros((len(texts), encoder.dim), np.float32)
    start = 0
    for field, column in enumerate(texts.values()):
        has = np.flatnonzero([bool(text) for text in column])
        raw = vectors[start : start + len(has)]
        start += len(has)
        if len(has):
            centers[field] = raw.mean(axis=0)
            out[field, has] = centred(raw, centers[field])
    ids = items.frame[tables.ITEM].to_numpy(dtype=object)
    return ItemVectors(ids, tuple(texts), out, centers)


def embed_sentences(
    texts: Sequence[str],
    encoder: TextEncoder,
    cache: VectorCache | None,
    center: np.ndarray | None = None,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Sentence vectors (m, dim), centred and normalised, and the center (dim,) they start from.

    Without `center` it is the mean of the distinct sentences; give that of the study for sentences
    typed later. A sentence equal to its center (an only sentence is) has the zero vector.
    """
    vectors = encode_cached(texts, encoder, cache, progress)
    if center is None:
        first = list({text: row for row, text in reversed(list(enumerate(texts)))}.values())
        center = vectors[sorted(first)].mean(axis=0) if first else np.zeros(encoder.dim, np.float32)
    return centred(vectors, center), center


def centred(vectors: np.ndarray, center: np.ndarray) -> np.ndarray:
    """Vectors (n, dim) minus `center` (dim,), rows of norm 1; zero where nothing is left."""
    moved = (vectors - center).astype(np.float32)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.where(norms > _ZERO, moved / np.maximum(norms, _ZERO), np.float32(0))
