"""Published tables reproduced and beaten: MovieLens-100K under the protocols of other libraries.

Settings and weights are chosen inside the training rows. Beside the
blend stand plain EASE and, where they can be fitted here, the published models themselves: so one
sees that the protocol agrees. Targets: those of the project, by protocol.

    python benchmarks/published.py [--protocol NAME]… [--signals LIST] [--again]

Each protocol is one evaluation, kept in the study «published» of LLMREC_HOME and its document in
the folder `published-figures` there, named by protocol, signals, data, encoder and the text of the
core's source: an interrupted run goes on with the next one, other code measures anew, and so does
`--again`. Every figure is printed with the moment it was measured at.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from timing import DATA, cpu_seconds, machine

import llmrec_core
from llmrec_core import headless
from llmrec_core.evaluate import BASELINE, Reruns, stored
from llmrec_core.protocol import named
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


def source() -> str:
    """A digest of everything in the core that could change a figure: its code, pages aside."""
    core = Path(llmrec_core.__file__).parent
    files = sorted(core.rglob("*.py"))
    hashed = hashlib.sha256()
    for file in (file for file in files if "ui" not in file.relative_to(core).parts):
        hashed.update(file.relative_to(core).as_posix().encode() + b"\0" + file.read_bytes())
    return hashed.hexdigest()[:16]


def place(tables: Study, protocol: str, signals: str) -> Path:
    """The file of one evaluation, named by all that determines its figures."""
    encoder = headless.encoder_for(tables, None).key
    asked = stored.asked_of(named(protocol), encoder, (signals,), {})
    key = asked.key(stored.content_key(tables))
    return home() / "published-figures" / f"{protocol} {signals} {key} {source()}.json"


def measured(protocol: str, signals: str, again: bool) -> dict[str, Any]:
    """The document of one evaluation: the one that today's code made, or a new one."""
    tables = study()
    file = place(tables, protocol, signals)
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and not again:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return found
    extras = [Reruns(protocol)] if protocol in TABLES else []
    begun = cpu_seconds()
    with headless.ProgressLine() as line:
        found = headless.evaluate(
            tables, protocol, None, line.say, extras, signals, more={"against": bool(extras)}
        ).document
    found |= {"machine": machine(), "cpu_seconds": round(cpu_seconds() - begun),
              "measured": datetime.now(UTC).isoformat(" ", "minutes")}
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
        f"measured {found['measured']} on {found['machine']}",
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
