"""Published tables reproduced and beaten: MovieLens-100K under the protocols of other libraries.

Settings and weights are chosen inside the training rows; the test rows are read once. Beside the
blend stand plain EASE and, where they can be fitted here, the published models themselves: so one
sees that the protocol agrees. Targets: those of the project, by protocol.

    python benchmarks/published.py [--protocol NAME]… [--signals LIST] [--again]

Each protocol is one evaluation, kept in the study «published» of LLMREC_HOME and its document in
the folder `published-figures` there: an interrupted run goes on with the next one, and `--again`
measures what is there anew.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from timing import DATA, cpu_seconds, machine

from llmrec_core import headless
from llmrec_core.evaluate import BASELINE, Reruns
from llmrec_core.protocol.published import TABLES
from llmrec_core.study import Study, home

NAME = "published"
METRIC = "ndcg@10"

GOALS: dict[str, tuple[str, float, str]] = {
    "microsoft-100k": ("the blend", 0.500, "at least .500; their best .4751"),
    "recbole": ("the blend", 0.342, "at least .342; their BPR .2768"),
    "cornac": ("the blend", 1.5 * 0.1500, "at least 1.5 times their BPR, .1500"),
    "temporal": ("the blend against plain EASE", 1.28, "at least 1.28 times plain EASE"),
    "recommenders-jl": ("the blend", 0.4402, "above their best, .4402, on another draw"),
}
"""protocol -> (what is held against the goal, the goal, the goal in words)."""

USUAL = ("microsoft-100k", "recbole", "cornac", "temporal")


def study() -> Study:
    """MovieLens-100K with plots and triples, imported where it is not there yet."""
    known = {found.name: found for found in Study.listing()}
    if NAME in known:
        return known[NAME]
    folder = DATA / "movielens-100k"
    if not folder.is_dir():
        raise SystemExit("MovieLens-100K is not beside the checkout (shared/data).")
    names = ("ml-100k.inter", "items.csv", "triples.tsv")
    return Study.create(NAME, [folder / name for name in names if (folder / name).exists()])


def measured(protocol: str, signals: str, again: bool) -> dict[str, Any]:
    """The document of one evaluation: the one on disk, or a new one."""
    folder = home() / "published-figures"
    folder.mkdir(parents=True, exist_ok=True)
    file: Path = folder / f"{protocol} {signals}.json"
    if file.exists() and not again:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return found
    extras = [Reruns(protocol)] if protocol in TABLES else []
    begun = cpu_seconds()
    with headless.ProgressLine() as line:
        found = headless.evaluate(
            study(), protocol, None, line.say, extras, signals, more={"against": bool(extras)}
        ).document
    found |= {"machine": machine(), "cpu_seconds": round(cpu_seconds() - begun)}
    file.write_text(json.dumps(found), "utf-8")
    return found


def lines(protocol: str, found: dict[str, Any]) -> list[str]:
    """The goal and what was measured, then the evaluation's own lines."""
    values = {row["recipe"]: row["metrics"][METRIC] for row in found["rows"]}
    what, goal, words = GOALS[protocol]
    value = values["blend"] / (values[BASELINE] if protocol == "temporal" else 1)
    verdict = "reached" if value >= goal else "not reached"
    split = found["protocol"]["split"]
    return [
        "",
        f"{protocol}: {what} {value:.4f}, goal {goal:.4f} ({words}): {verdict}; seed "
        f"{split['seed']}, {found['cpu_seconds']:,} CPU seconds",
        found["machine"],
        *headless.evaluation_lines(found),
    ]


def main() -> None:
    """Measure and print, one protocol after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--protocol", action="append", choices=tuple(GOALS))
    parser.add_argument("--signals", default="auto")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    for protocol in options.protocol or USUAL:
        found = measured(protocol, options.signals, options.again)
        print("\n".join(lines(protocol, found)), flush=True)


if __name__ == "__main__":
    main()
