"""The encoder: texts -> normalised float32 vectors, as fast as this machine can."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import numpy as np

from llmrec_core.embed import precision as precisions
from llmrec_core.embed import words
from llmrec_core.embed.chunks import Chunk, batches, tokenise
from llmrec_core.embed.loading import BUNDLED, Loaded, load_model
from llmrec_core.errors import InputError

Progress = Callable[[int, int], object]
"""Called as `progress(done, total)`, in texts."""

_BUDGET_CPU, _BUDGET_GPU = 1024, 65536
"""Padded tokens per batch: on a CPU what the cache holds, on a GPU what fills it."""


class TextEncoder(Protocol):
    """What the rest of the core asks of an encoder; `key` names all that its vectors depend on."""

    name: str
    dim: int
    key: str

    @property
    def device(self) -> str:
        """Where it runs: cuda, mps or cpu."""
        ...

    @property
    def precision(self) -> str:
        """fp32 or bf16."""
        ...

    @property
    def max_tokens(self) -> int:
        """The window: longer texts go in as chunks."""
        ...

    @property
    def exact_words(self) -> bool:
        """Whether word vectors are exact (mean pooling) rather than found by leaving words out."""
        ...

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """(n, dim) float32, rows of norm 1."""
        ...

    def word_vectors(self, text: str) -> list[tuple[str, np.ndarray]]:
        """(word, vector) pairs that sum to the vector of `text`, the last one what no word has."""
        ...


class Encoder:
    """A loaded sentence encoder. Safe to share between threads: one encodes at a time."""

    def __init__(self, name: str, loaded: Loaded, device: str, precision: str) -> None:
        self.name = name
        self.dim = loaded.dim
        self.max_tokens = loaded.window
        self.device = device
        self._loaded = loaded
        self._lock = threading.Lock()
        self._budget = _BUDGET_CPU if device == "cpu" else _BUDGET_GPU
        self._prepare(precision)
        self.key = f"{loaded.fingerprint}+{self.precision}+{loaded.pooling}+{self.max_tokens}"

    @property
    def exact_words(self) -> bool:
        """Whether word vectors are exact (mean pooling) rather than found by leaving words out."""
        return self._loaded.pooling == "mean"

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Encode texts: (n, dim) float32, rows of norm 1, in the order given.

        A text longer than `max_tokens` goes in as chunks whose means are averaged by their number
        of tokens. `progress(done, total)` counts texts.
        """
        with self._lock:
            return self._encode(self._model, texts, progress)

    def word_vectors(self, text: str) -> list[tuple[str, np.ndarray]]:
        """Word vectors (dim,) that sum to the sentence vector of `text`, before any centring.

        Exact for mean pooling, but for rounding: bfloat16 depends a little on what shared the
        batch. Special tokens are the entry «·».
        """
        if not self.exact_words:
            return words.occlude(text, self.encode)
        chunks = tokenise(self._loaded.tokenizer, [text], self.max_tokens)
        with self._lock:
            hidden = _spread(lambda c: self._forward(self._model, [c])[0], chunks, self.device)
            tokens = (vectors[0].cpu().numpy() for vectors in hidden)  # one chunk at a time
            return words.merge_words(text, chunks, tokens, self.dim)

    def _prepare(self, precision: str) -> None:
        import torch

        if self._loaded.wrapper is not None:
            self._model, self.precision = self._loaded.wrapper.to(self.device), "fp32"
            return
        self._loaded.model.to(self.device)
        if precision == "auto":
            run = self._encode
            precision, self._model = precisions.choose(self._loaded, self.device, run)
        else:
            half = precision == "bf16"
            self._model = self._loaded.model.to(torch.bfloat16 if half else torch.float32)
        self.precision = precision

    def _encode(
        self, model: Any, texts: Sequence[str], progress: Progress | None = None
    ) -> np.ndarray:
        """Sum token vectors chunk by chunk, then normalise: the weighted mean of the chunks."""
        chunks = tokenise(self._loaded.tokenizer, texts, self.max_tokens)
        left = np.bincount([chunk.text for chunk in chunks], minlength=len(texts))
        sums = np.zeros((len(texts), self.dim), np.float32)  # (n, dim)
        done = 0
        sizes = [len(chunk.ids) for chunk in chunks]
        work = [[chunks[row] for row in rows] for rows in batches(sizes, self._budget)]
        results = _spread(lambda batch: self._summed(model, batch, texts), work, self.device)
        for batch, vectors in zip(work, results, strict=True):
            owners = np.array([chunk.text for chunk in batch])
            np.add.at(sums, owners, vectors)
            np.subtract.at(left, owners, 1)
            done += int((left[np.unique(owners)] == 0).sum())
            if progress is not None:
                progress(done, len(texts))
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        return sums / np.maximum(norms, 1e-12)

    def _summed(self, model: Any, batch: list[Chunk], texts: Sequence[str]) -> np.ndarray:
        """(n_chunks, dim): each chunk's vector times its number of tokens."""
        import torch

        if self._loaded.wrapper is None:
            hidden, mask = self._forward(model, batch)
            with torch.inference_mode():
                return torch.einsum("bld,bl->bd", hidden, mask.float()).cpu().numpy()
        pieces = [_characters(texts[chunk.text], chunk) for chunk in batch]
        vectors = model.encode(pieces, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, np.float32) * [[len(chunk.ids)] for chunk in batch]

    def _forward(self, model: Any, batch: list[Chunk]) -> tuple[Any, Any]:
        """Token vectors (B, L, dim) float32 and their mask (B, L), as tensors on the device."""
        import torch

        longest = max(len(chunk.ids) for chunk in batch)
        pad = self._loaded.tokenizer.pad_token_id or 0
        ids = np.full((len(batch), longest), pad)
        mask = np.zeros((len(batch), longest), np.int64)
        for row, chunk in enumerate(batch):
            ids[row, : len(chunk.ids)] = chunk.ids
            mask[row, : len(chunk.ids)] = 1
        there, kept = torch.from_numpy(ids).to(self.device), torch.from_numpy(mask).to(self.device)
        with torch.inference_mode():
            hidden = model(input_ids=there, attention_mask=kept).last_hidden_state
            return hidden.float(), kept


def _spread(work: Callable[[Any], Any], parts: Sequence[Any], device: str) -> Iterator[Any]:
    """`work` of every part, in order. On a CPU each core takes whole batches on one torch thread.

    Splitting every matrix product over the cores instead means a barrier per product: four times
    slower as soon as another program wants a core, and no faster when none does.
    """
    import torch

    workers = min(torch.get_num_threads(), len(parts)) if device == "cpu" else 1
    if workers == 1 and (device != "cpu" or torch.get_num_threads() == 1):
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(max(workers, 1), initializer=partial(torch.set_num_threads, 1)) as pool:
        yield from pool.map(work, parts)


def _characters(text: str, chunk: Chunk) -> str:
    """The characters of the text that a chunk covers, for encoders that tokenise again."""
    ends = [span for span, special in zip(chunk.spans, chunk.special, strict=True) if not special]
    return text[ends[0][0] : ends[-1][1]] if ends else ""


def load_encoder(
    name: str = BUNDLED, *, device: str = "auto", precision: str = "auto"
) -> Encoder:
    """Load an encoder: «bundled» (no network), a folder, or a sentence-transformers name.

    `device` is auto (cuda, then mps, then cpu) or one of these; `precision` auto (bfloat16 where
    a probe of a second finds it faster and equal), fp32 or bf16. Raises `InputError` for a name
    that cannot be loaded, `DamagedArtefactError` when the bundled weights are not the pinned ones.
    """
    if precision not in ("auto", "fp32", "bf16"):
        raise InputError(f"The precision {precision!r} is unknown: give auto, fp32 or bf16.")
    where = choose_device(device)
    return Encoder(name, load_model(name), where, precision)


def choose_device(wanted: str) -> str:
    """`wanted`, or for auto the first of cuda, mps and cpu; `InputError` if it is not here."""
    import torch

    there = [
        name for name, has in
        (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())) if has
    ] + ["cpu"]
    if wanted == "auto":
        return there[0]
    if wanted.split(":")[0] not in there:
        raise InputError(f"The device {wanted!r} is not here: give auto or {', '.join(there)}.")
    return wanted
