"""Encoding against a plain `SentenceTransformer.encode` of the same texts, on one thread.

    python benchmarks/encode.py [N_TEXTS]

Prints CPU seconds of both, their ratio, and the least cosine between the two vectors of a text.
Texts are MovieLens-100K's titles with attributes and plots where the files lie beside the checkout,
else the demo's. Also the cache: content hashes and fetched vectors per second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from llmrec_core.embed import VectorCache, bundled_folder, encode_cached, load_encoder
from llmrec_core.embed.cache import text_hash

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "movielens-100k" / "items.csv"


def texts(most: int) -> tuple[str, list[str]]:
    """Where the texts are from, and at most `most` of them in random order."""
    import pandas as pd

    if REAL.exists():
        frame = pd.read_csv(REAL, dtype=str).fillna("")
        about = frame["title"] + " (" + frame["year"] + "). Genres: " + frame["genres"]
        found, source = [*about, *frame["plot"]], "MovieLens-100K"
    else:
        frame = pd.read_json(ROOT / "data" / "books.jsonl", lines=True)
        found = [*frame["title"].astype(str), *frame["description"].astype(str)]
        source = "the demo"
    kept = sorted({text for text in found if text})
    order = np.random.default_rng(0).permutation(len(kept))[:most]
    return source, [kept[row] for row in order]


def seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of an action, and its result."""
    started = time.process_time()
    result = action()
    return time.process_time() - started, result


def main() -> None:
    """Run both on the same texts and print the ratio."""
    import torch
    from sentence_transformers import SentenceTransformer

    source, sample = texts(int(sys.argv[1]) if len(sys.argv) > 1 else 800)
    encoder = load_encoder()
    plain = SentenceTransformer(str(bundled_folder()), device=encoder.device)
    torch.set_num_threads(1)
    plain.encode(sample[:8], show_progress_bar=False)
    encoder.encode(sample[:8])
    slow, theirs = seconds(lambda: plain.encode(sample, show_progress_bar=False))
    fast, ours = seconds(lambda: encoder.encode(sample))
    lengths = [len(ids) for ids in plain.tokenizer(sample, verbose=False)["input_ids"]]
    fits = np.array(lengths) <= encoder.max_tokens
    cosine = (ours * theirs).sum(axis=1)
    print(f"{len(sample)} texts of {source}, {sum(lengths)} tokens, {encoder.device}, one thread")
    print(f"plain SentenceTransformer.encode   {slow:8.2f} s CPU   1.0 x")
    print(f"Encoder.encode ({encoder.precision})              {fast:8.2f} s CPU   "
          f"{slow / fast:.1f} x")  # fmt: skip
    print(f"least cosine, {fits.sum()} texts within the window: {cosine[fits].min():.5f}")
    if not fits.all():
        print(f"{(~fits).sum()} longer texts went in whole (plain cuts them): "
              f"least cosine {cosine[~fits].min():.3f}")  # fmt: skip
    cache_speed(encoder)


def cache_speed(encoder: Any, n: int = 10_000) -> None:
    """Print how fast texts are hashed and known vectors are fetched."""
    many = [f"text {row} of a catalogue, long enough to be a title" for row in range(n)]
    spent, hashes = seconds(lambda: [text_hash(text) for text in many])
    print(f"content hashes: {n / spent / 1e6:.2f} million/s")
    vectors = np.random.default_rng(0).random((n, encoder.dim), np.float32)
    with (
        tempfile.TemporaryDirectory() as folder,
        VectorCache(Path(folder) / "v.sqlite", encoder.key) as cache,
    ):
        cache.put(hashes, vectors)
        spent, found = seconds(lambda: encode_cached(many, encoder, cache))
        assert np.array_equal(found, vectors)
    print(f"{n} known texts through encode_cached: {spent:.3f} s CPU")


if __name__ == "__main__":
    main()
