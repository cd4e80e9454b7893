"""The text side of a study: one encoder, loaded when a text was never encoded before."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmrec_core.embed import ItemVectors, TextEncoder, VectorCache
    from llmrec_core.tables import Items

    Progress = Callable[[int, int], object]


class LazyEncoder:
    """An encoder whose key is known from an earlier build; the model is loaded on first use.

    Loading takes seconds and 200 MB; a page that only meets known texts never pays for it.
    """

    def __init__(self, name: str, key: str, dim: int) -> None:
        self.name, self.key, self.dim = name, key, dim
        self._loaded: TextEncoder | None = None
        self._lock = threading.Lock()  # who comes while another loads it waits, and loads nothing

    @property
    def model(self) -> TextEncoder:
        """The loaded encoder; raises `InputError` where it is not the one whose key is known.

        Vectors of two encoders do not compare, and one cache would hold both.
        """
        with self._lock:
            if self._loaded is None:
                from llmrec_core.embed import load_encoder

                precision = self.key.split("+")[1] if "+" in self.key else "auto"
                loaded = load_encoder(self.name, precision=precision)
                if loaded.key != self.key:
                    raise InputError(
                        f"The encoder {self.name!r} is not the one that read this study's texts "
                        "(its files, or what loads them, have changed since): build the study "
                        "again."
                    )
                self._loaded = loaded
            return self._loaded

    device = property(lambda self: self.model.device)
    precision = property(lambda self: self.model.precision)
    max_tokens = property(lambda self: self.model.max_tokens)

    @property
    def exact_words(self) -> bool:
        """Whether word vectors are exact; it takes the loaded model to know."""
        return self.model.exact_words

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """(n, dim) float32, rows of norm 1."""
        return self.model.encode(texts, progress=progress)

    def word_vectors(self, text: str) -> list[tuple[str, np.ndarray]]:
        """(word, vector) pairs that sum to the vector of `text`."""
        return self.model.word_vectors(text)


class Texts:
    """Vectors of texts by one encoder, each text encoded once in the life of the cache.

    Parameters
    ----------
    encoder : what encodes; its key names the cache file.
    folder : where caches lie, shared by all studies; None keeps nothing.
    """

    def __init__(self, encoder: TextEncoder, folder: Path | None) -> None:
        self.encoder = encoder
        self.folder = folder

    def _cache(self) -> VectorCache | None:
        if self.folder is None:
            return None
        from llmrec_core.embed import VectorCache
        from llmrec_core.recipe import digest

        self.folder.mkdir(parents=True, exist_ok=True)
        return VectorCache(self.folder / f"{digest(self.encoder.key)}.sqlite", self.encoder.key)

    def items(self, items: Items, progress: Progress | None = None) -> ItemVectors:
        """Vectors of every text field of every item."""
        from llmrec_core.embed import embed_items

        cache = self._cache()
        try:
            return embed_items(items, self.encoder, cache, progress)
        finally:
            if cache is not None:
                cache.close()

    def encoded(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """(n, dim) float32: the encoder's own vectors of texts, before any centring."""
        from llmrec_core.embed import encode_cached

        cache = self._cache()
        try:
            return encode_cached(texts, self.encoder, cache, progress)
        finally:
            if cache is not None:
                cache.close()

    def sentences(
        self, texts: Sequence[str], center: np.ndarray | None = None,
        progress: Progress | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Sentence vectors (m, dim) and the center (dim,) that they are relative to."""
        from llmrec_core.embed import embed_sentences

        cache = self._cache()
        try:
            return embed_sentences(texts, self.encoder, cache, center, progress)
        finally:
            if cache is not None:
                cache.close()
