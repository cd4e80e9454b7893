"""Tokens a second of the small chat model: on this machine in batches, and behind a real server.

    python benchmarks/writing_speed.py [TOKENS]

Each request is about 400 tokens of evidence and an answer of TOKENS (default 32), which no end
token cuts short but the model's own. Prints wall and CPU seconds of one request in a batch of 1, 8
and 16, in bfloat16 and float32, on one thread and on all, then through `transformers serve`; ratios
are to a batch of 1 in the same precision and on the same threads.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from chat_server import serving

from llmrec_core.llm import Answer, Message, Request, smollm2
from llmrec_core.llm import local as local_module
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.local import LocalModel, load_local
from llmrec_core.llm.server import ServerModel

_BATCHES = (1, 8, 16)


def requests(n: int, tokens: int) -> list[Request]:
    """`n` different requests of like length."""
    films = ", ".join(f"Film number {k} (19{k:02d}, comedy, drama)" for k in range(25))
    texts = [f"User {k} likes {films}. Describe this person in four sentences." for k in range(n)]
    return [Request((Message("user", text),), tokens) for text in texts]


def measure(model: Any, n: int, tokens: int) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds of this process, and tokens written, for `n` requests."""
    wall, spent = time.perf_counter(), time.process_time()
    results = [result for _, result in model.answer(requests(n, tokens))]
    wall, spent = time.perf_counter() - wall, time.process_time() - spent
    return wall, spent, sum(r.completion_tokens for r in results if isinstance(r, Answer))


def row(label: str, n: int, found: tuple[float, float, int], one: float | None) -> float:
    """Print one line; returns wall seconds a request."""
    wall, spent, written = found
    gain = f"{one / (wall / n):5.1f}x" if one else "  1.0x"
    times = f"{wall / n:8.2f} s {spent / n:8.2f} s {written / wall:8.1f}"
    print(f"{label:<34} {n:>3} {times} {gain}", flush=True)
    return wall / n


def local(model: LocalModel, tokens: int) -> None:
    """All batch sizes in both precisions, on one thread and on as many as torch would take."""
    import torch

    every = torch.get_num_threads()
    local_module._BUSY = float("inf")  # as many threads as the row says, however busy
    for threads in dict.fromkeys((1, every)):
        torch.set_num_threads(threads)
        for precision in (torch.bfloat16, torch.float32):
            model._model.to(precision)
            measure(model, 1, 2)
            one = None
            for n in _BATCHES:
                model._together = n
                label = f"local {str(precision)[6:]}, {threads} thread(s)"
                seconds = row(label, n, measure(model, n, tokens), one)
                one = one or seconds
    torch.set_num_threads(every)


def main() -> None:
    """Run all and print the table."""
    tokens = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {tokens} tokens an answer")
    print(f"{'':<34} {'n':>3} {'wall':>10} {'CPU':>10} {'tokens/s':>8} (a request)")
    local(load_local(), tokens)
    with tempfile.TemporaryDirectory() as held, serving(smollm2.folder(), Path(held)) as there:
        limits = Limits(timeout=900, silence=900, retries=0, at_once=4)
        model = ServerModel(there.model, there.url, limits)
        measure(model, 1, 2)
        one = row("transformers serve, 1 thread", 1, measure(model, 1, tokens), None)
        row("transformers serve, 4 at once", 8, measure(model, 8, tokens), one)


if __name__ == "__main__":
    main()
