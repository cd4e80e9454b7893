"""How exactly words account for a line of the ledger, and how long opening one takes.

Protocol: 300 lines of a built study. User and item are drawn uniformly with replacement by a
generator seeded with 42, then one of the signals that read texts, then one of its lines that add
anything. Every signal weighs 1. The gap of a line is
|sum of all cells - line| / |line|. «Taken up by the marks» says how far the words alone, read once
more and by themselves, lie from the vector that the study holds (relative length): bfloat16 vectors
depend a little on what shared their batch, and the entry for start and end takes that up.

The first text loads the encoder (wall time). All others are CPU seconds of this process: a new line
reads texts that in most cases were not read before, the same line again has them at hand.

    python benchmarks/words.py [STUDY [LINES]]

Without a study MovieLens-100K (or the demo) is imported and built in a folder of its own.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from studies import measured_study
from timing import machine, one_thread

from llmrec_core.explain import Entry, WordHeat, WordReader
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study

LINES = 300
SEED = 42
LIMIT = 1e-4


class Lines:
    """Draws lines and opens them, with the seconds that it took."""

    def __init__(self, recommender: Recommender) -> None:
        self.recommender, self.reader = recommender, WordReader(recommender)
        self.rng = np.random.default_rng(SEED)
        self.weights = np.ones(len(recommender.names), np.float32)

    def one(self) -> tuple[Entry, WordHeat, float, float]:
        """(line, its words, seconds when new, seconds when opened again)."""
        rows, draw = self.recommender.behaviour, self.rng.integers
        names = [name for name in self.recommender.names if self.reader.reads(name)]
        while True:
            profile = self.recommender.profile(rows.user_ids[draw(rows.n_users)])
            item, block = int(draw(rows.n_items)), self.recommender.block(profile)
            entries = self.recommender.explain(profile, block, self.weights, item)
            name = names[int(draw(len(names)))]
            lines = [
                child for entry in entries if entry.signal == name
                for child in entry.children if child.number >= 0 and child.contribution
            ]
            if not lines:
                continue
            line = lines[int(draw(len(lines)))]
            begun = time.process_time()
            heat = self.reader.line(profile, block, item, line)
            between = time.process_time()
            self.reader.line(profile, block, item, line)
            if heat is not None:
                return line, heat, between - begun, time.process_time() - between


def rounding(recommender: Recommender, texts: int) -> np.ndarray:
    """(texts,) relative length of what words, read by themselves, leave of the stored vector."""
    rng = np.random.default_rng(SEED)
    frame = recommender.tables.items.frame
    field = recommender.item_vectors.fields[-1]
    found = [str(frame[field].iat[k]) for k in rng.permutation(len(frame))]
    out = []
    for text in [text for text in found if text][:texts]:
        raw = recommender.texts.encoded([text])[0]
        free = np.sum([v for _, v in recommender.texts.encoder.word_vectors(text)], axis=0)
        out.append(np.linalg.norm(raw - free) / np.linalg.norm(raw))
    return np.array(out)


def report(study: Study, name: str, count: int) -> None:
    """Measure and print; exits with an error above the limit."""
    recommender = Recommender(study)
    lines = Lines(recommender)
    begun = time.perf_counter()
    lines.reader.read("A text to load the encoder with.")
    cold = time.perf_counter() - begun
    found = [lines.one() for _ in range(count)]
    gap = np.array([
        abs(heat.total - line.contribution) / abs(line.contribution) for line, heat, _, _ in found
    ])
    new, again = (np.array([row[k] for row in found]) for k in (2, 3))
    left = rounding(recommender, 50)
    kinds = {kind: sum(line.kind == kind for line, *_ in found) for kind in
             ("sentence", "past item")}
    print(machine())
    print(f"{name}: {count} lines ({kinds}), encoder {recommender.made_with['encoder']['key']}")
    print(f"exact words: {recommender.texts.encoder.exact_words}")
    print(f"relative gap of a line: largest {gap.max():.1e}, median {np.median(gap):.1e}")
    print(f"taken up by the marks: largest {left.max():.1e}, median {np.median(left):.1e} of 50")
    print(f"smallest |line| {min(abs(line.contribution) for line, *_ in found):.1e} points")
    print(f"first text, with loading the encoder: {cold:.2f} s wall")
    print(f"new line: median {np.median(new):.3f}, 95 % {np.quantile(new, .95):.3f} CPU s; the "
          f"same line again {np.median(again):.4f}")
    if gap.max() > LIMIT:
        sys.exit(f"the words miss a line by {gap.max():.1e}, above {LIMIT}")


def main() -> None:
    """Report on a named study, or on a fresh one."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else LINES
    with one_thread(), measured_study(*sys.argv[1:2]) as (study, name):
        report(study, name, count)


if __name__ == "__main__":
    main()
