"""Which precision to encode in: bfloat16 where this machine is faster with it and agrees."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

MIN_COSINE = 0.999
"""Least cosine between a bfloat16 and a float32 vector of the same text for bfloat16 to be used."""
_MIN_GAIN = 1.1
_SENTENCES = (
    "A quiet drama about two sisters who inherit a lighthouse.",
    "Likes science fiction of the 1980s, space adventures and dry humour; avoids slapstick.",
    "In a town that the railway forgot, a retired clockmaker takes in a boy who counts everything. "
    "Over one long winter they repair the church clock, and with it the peace between two families "
    "that have not spoken since the war; then the boy's mother comes back to claim him.",
)


def choose(
    loaded: Any, device: str, run: Callable[[Any, list[str]], np.ndarray]
) -> tuple[str, Any]:
    """("fp32" | "bf16", the model in it): tried on a few texts, in about a second.

    `run(model, texts)` encodes. The decision is remembered on disk for this machine, torch, device
    and model, because a cache of vectors made in one precision is of no use to the other.
    """
    import torch

    key = "|".join((_machine(), torch.__version__, device, loaded.fingerprint))
    known = _remembered().get(key)
    if known == "fp32":
        return known, loaded.model
    half = copy.deepcopy(loaded.model).to(torch.bfloat16)
    if known != "bf16":
        known = "bf16" if _bfloat16_is_better(loaded.model, half, device, run) else "fp32"
        _remember(key, known)
    return known, half if known == "bf16" else loaded.model


def _bfloat16_is_better(
    full: Any, half: Any, device: str, run: Callable[[Any, list[str]], np.ndarray]
) -> bool:
    short, texts = list(_SENTENCES[:1]), list(_SENTENCES) * 4
    with _one_thread(device) as clock:
        # One short text first: without hardware support bfloat16 can be a hundred times slower.
        # Three times as slow settles it; less is noise in so small a measurement.
        run(full, short)
        exact_short = _seconds(clock, lambda: run(full, short))
        if _seconds(clock, lambda: run(half, short)) > max(0.2, 3 * exact_short):
            return False
        exact, near = run(full, texts), run(half, texts)
        cosine = float((exact * near).sum(axis=1).min())
        if cosine < MIN_COSINE:
            return False
        times = [
            (_seconds(clock, lambda: run(full, texts)), _seconds(clock, lambda: run(half, texts)))
            for _ in range(2)
        ]
    gain = min(full for full, _ in times) / max(min(half for _, half in times), 1e-9)
    log.info("bfloat16: %.2f times as fast as float32, cosine %.5f", gain, cosine)
    return gain >= _MIN_GAIN


@contextmanager
def _one_thread(device: str) -> Iterator[Callable[[], float]]:
    """Pin torch to one thread and give its CPU clock: other programs then cannot sway the probe."""
    import torch

    if device != "cpu":
        yield time.perf_counter
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield time.thread_time
    finally:
        torch.set_num_threads(threads)


def _seconds(clock: Callable[[], float], action: Callable[[], object]) -> float:
    started = clock()
    action()
    return clock() - started


def _machine() -> str:
    """A digest of the processor's name and abilities (platform.processor() is empty on Linux)."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    kept = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    return hashlib.blake2b("\n".join(kept).encode(), digest_size=8).hexdigest()


def _file() -> Path:
    from platformdirs import user_cache_path

    home = os.environ.get("LLMREC_HOME")
    return (Path(home) / ".cache" if home else user_cache_path("llmrec")) / "precision.json"


def _remembered() -> dict[str, str]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(key: str, precision: str) -> None:
    path = _file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_text(json.dumps({**_remembered(), key: precision}), encoding="utf-8")
        os.replace(scratch, path)
    except OSError as error:  # a read-only home costs a probe at every start, nothing else
        log.info("The precision was not remembered in %s: %s", path, error)
