"""The check of claims: false alarms on true sentences, recall on sentences made false.

The template writes descriptions of the demo and of MovieLens-100K (where it lies beside the
checkout); its sentences are counted facts, so each alarm about them is false. Then one sentence at
a time is made false (`mutations.py`). `MUTATIONS=500 SEED=7 python benchmarks/faithfulness.py`
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
from mutations import MUTATIONS, World, mutated
from timing import DATA, machine

from llmrec_core import describe
from llmrec_core.behaviour import from_tables
from llmrec_core.demo import source_files
from llmrec_core.describe import Description
from llmrec_core.evidence import Evidence, user_evidence
from llmrec_core.faith import Lexicon, check, vetted
from llmrec_core.readers import read

EACH = int(os.environ.get("MUTATIONS", "400"))
"""Mutations of each kind and data set."""
SEED = int(os.environ.get("SEED", "7"))
BAD = ("unsupported", "contradicted")


def main() -> None:
    """Both tables, data set by data set."""
    print(machine())
    sets = {"demo": source_files()}
    movielens = DATA / "movielens-100k"
    if movielens.is_dir():
        sets["MovieLens-100K"] = [movielens / "ml-100k.inter", movielens / "items.csv"]
    else:
        print("MovieLens-100K is not beside the checkout (shared/data): the demo alone.")
    total: Counter[str] = Counter()
    for name, paths in sets.items():
        total += _measure(name, list(paths))
    recall = total["caught"] / total["mutations"]
    alarms, caught = total["alarms"], total["caught"]
    print(
        f"all: {total['mutations']:,} mutations, recall {recall:.4f}; {alarms} false alarms on "
        f"{total['sentences']:,} true sentences; precision {caught / (caught + alarms):.4f}"
    )
    _vetting()


def _measure(name: str, paths: list[Path]) -> Counter[str]:
    loaded, _ = read(paths)
    items = loaded.items
    evidences = user_evidence(from_tables(loaded.interactions.frame, items.frame), items)
    written = describe.write_all(evidences, items)
    begun = time.thread_time()
    lexicon = Lexicon.of(items)
    lexicon.find("")
    built = time.thread_time() - begun
    begun = time.thread_time()
    checked = [check(one, e, lexicon) for one, e in zip(written, evidences, strict=True)]
    spent = time.thread_time() - begun
    counts = Counter(s.check for one in checked for s in one.sentences)
    sentences = sum(counts.values())
    alarms = sum(counts[kind] for kind in BAD)
    print(
        f"\n{name}: lexicon of {len(lexicon.forms):,} forms in {built:.2f} s; {len(written)} "
        f"descriptions, {sentences:,} sentences checked in {spent:.2f} s; {dict(counts)}"
    )
    out = Counter(sentences=sentences, alarms=alarms)
    return out + _recall(written, evidences, World(items), lexicon)


def _recall(
    written: list[Description], evidences: list[Evidence], world: World, lexicon: Lexicon
) -> Counter[str]:
    """Each kind of mutation on users drawn at random; what was missed is shown."""
    rng = np.random.default_rng(SEED)
    total: Counter[str] = Counter()
    for kind in MUTATIONS:
        tried, caught, missed = 0, 0, ""
        for user in rng.permutation(len(written)):
            changed = mutated(written[user], evidences[user], world, kind, rng)
            if changed is None or tried == EACH:
                continue
            tried += 1
            found = check(changed[0], evidences[user], lexicon).sentences[changed[1]]
            caught += found.check in BAD
            missed = missed if found.check in BAD else found.text
        print(f"  {kind:<8} {caught:>4} of {tried:>4} caught" + (f"; missed: {missed}" if missed
                                                                  else ""))
        total += Counter(mutations=tried, caught=caught)
    return total


def _vetting() -> None:
    """How many real titles and texts are withheld because they read like orders."""
    texts: dict[str, list[str]] = {}
    for path in (next(p for p in source_files() if p.suffix == ".jsonl"),
                 DATA / "amazon-musical-instruments" / "Musical_Instruments_5.json"):
        if path.exists():
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            for field in ("title", "description", "summary", "reviewText"):
                found = [str(row[field]) for row in rows if str(row.get(field, "")).strip()]
                if found:
                    texts[f"{path.stem} {field}"] = found
    if (DATA / "movielens-100k").is_dir():
        loaded, _ = read([DATA / "movielens-100k" / "ml-100k.inter",
                          DATA / "movielens-100k" / "items.csv"])
        frame = loaded.items.frame
        for field in ("title", *loaded.items.text_fields):
            texts[f"MovieLens-100K {field}"] = [text for text in frame[field] if text.strip()]
    print("\ntexts that read like orders to a model:")
    for name, found in texts.items():
        print(f"  {name}: {sum(not vetted(t, 100_000) for t in found)} of {len(found):,}")


if __name__ == "__main__":
    main()
