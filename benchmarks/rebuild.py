"""What an edited text costs against the full build of the same study.

(a) A person rewrites a sentence of a description: from saving it to the new list.
(b) An item's text changes and its file is imported again: the build after that.

CPU seconds of this process and its children with BLAS on one thread, so that a busy machine counts
less; the start of the encoder is left aside, as it is the same for both.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from studies import Files, files
from timing import cpu_seconds, machine, one_thread

from llmrec_core.build import build
from llmrec_core.describe import edit
from llmrec_core.embed import TextEncoder, load_encoder
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study

SEED = 42
ITEMS_EDITED = 7
USERS_EDITED = 25
SENTENCES = (
    "Loves quiet stories about the sea and those who live by it.",
    "Cannot stand slapstick, however short.",
    "Comes back to courtroom dramas whenever the week was long.",
)


def spent(action: Callable[[], object]) -> tuple[float, float]:
    """(CPU seconds, wall seconds) of an action, its child processes included."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    action()
    return cpu_seconds() - cpu, time.perf_counter() - wall


def edit_descriptions(study: Study, encoder: TextEncoder) -> list[tuple[float, float]]:
    """(a) for some users: save the edited sentence, encode it, score all items, rank."""
    recommender = Recommender(study)
    recommender.texts.encoder = encoder
    rng = np.random.default_rng(SEED)
    users = rng.choice(recommender.behaviour.user_ids, USERS_EDITED + 1, replace=False)

    def answer(user: str, text: str) -> None:
        changed = edit(recommender.description(user), 0, text)
        study.journal.save_description(changed)
        recommender.ranked(recommender.block(recommender.profile(user)), recommender.weights())

    times = []
    for number, user in enumerate(users):
        text = f"{SENTENCES[number % len(SENTENCES)][:-1]}, year {1900 + number}."
        times.append(spent(lambda user=user, text=text: answer(user, text)))
    return times[1:]  # the first one loads what every later one finds loaded


def edit_items(
    study: Study, source: Files, folder: Path, encoder: TextEncoder
) -> list[tuple[int, tuple[float, float], tuple[float, float]]]:
    """(b) for some items: (users who have it, what the import spent, what the build spent)."""
    behaviour = study.behaviour()
    counts = behaviour.counts()
    rng = np.random.default_rng(SEED)
    chosen = rng.choice(np.flatnonzero(counts > 0), ITEMS_EDITED - 1, replace=False)
    out = []
    for number, item in enumerate([*chosen, int(counts.argmax())]):
        text = f"A lighthouse keeper finds letter number {number} in a bottle and answers it."
        paths = source.with_text(folder / str(number), str(behaviour.item_ids[item]), text)
        read = spent(
            lambda paths=paths: Study.create(study.name, list(paths), replace=True)
        )
        made = spent(lambda: build(study, encoder=encoder))
        changed = study.artefacts.card("items", Recommender(study).keys.items)["basis"]["changed"]
        if changed != 1:
            raise SystemExit(f"{changed} items changed instead of 1: the files differ otherwise.")
        out.append((int(counts[item]), read, made))
    return out


def share(seconds: float, full: float) -> str:
    """Seconds and their share of the full build."""
    return f"{seconds:8.3f} s  {100 * seconds / full:6.2f} %"


def report(
    full: tuple[float, float], typed: list[tuple[float, float]],
    items: list[tuple[int, tuple[float, float], tuple[float, float]]],
) -> None:
    """Print both cases as CPU seconds and as shares of the full build."""
    print(f"full build {full[0]:.1f} s CPU, {full[1]:.1f} s on the clock")
    cpu = statistics.median(t[0] for t in typed)
    print(f"(a) edited sentence -> new list      {share(cpu, full[0])}   median of {len(typed)}")
    for readers, read, made in items:
        print(f"(b) item with {readers:>4} readers: build   {share(made[0], full[0])}   "
              f"(import {read[0]:.2f} s)")
    cpu = statistics.median(made[0] for _, _, made in items)
    print(f"(b) median of {len(items)} items              {share(cpu, full[0])}")


def main() -> None:
    """Build in full, then edit descriptions and items of that build."""
    import torch

    print(machine())
    source = files()
    with tempfile.TemporaryDirectory() as folder, one_thread():
        torch.set_num_threads(1)
        os.environ["LLMREC_HOME"] = str(Path(folder) / "home")
        encoder = load_encoder()
        study = Study.create("bench", list(source.paths))
        print(f"{source.name}; encoder {encoder.name}, {encoder.precision}, seed {SEED}")
        full = spent(lambda: build(study, encoder=encoder))
        typed = edit_descriptions(study, encoder)
        report(full, typed, edit_items(study, source, Path(folder) / "files", encoder))


if __name__ == "__main__":
    main()
