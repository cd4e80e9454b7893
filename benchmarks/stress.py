"""Long loops that break things: mutated uploads, and builds killed at random moments.

Prints counts; exits with 1 when anything but «old state, new state or a named error» was seen.
`ROUNDS=1000 KILLS=50 SEED=7 python benchmarks/stress.py`
"""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmrec_core.study import Study

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ROUNDS = int(os.environ.get("ROUNDS", "300"))
KILLS = int(os.environ.get("KILLS", "12"))
SEED = int(os.environ.get("SEED", str(int(time.time()))))
BAD = ("unnamed error", "crashed", "unusable", "not resumed", "obeyed")
"""Outcomes that are faults of ours."""


def main() -> int:
    """All loops; 0 when no fault was seen."""
    rng = random.Random(SEED)
    print(f"seed {SEED}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["LLMREC_HOME"] = str(folder / "home")
        counts = _mutate(folder, rng) + _kill(folder, rng) + _inject()
    return 1 if any(counts[outcome] for outcome in BAD) else 0


def _mutate(folder: Path, rng: random.Random) -> Counter[str]:
    """Byte-mutated files of every kind through the limited reader."""
    from llmrec_core.errors import StudioError
    from llmrec_core.readers import Limits
    from llmrec_core.readers.sandbox import import_files

    limits = Limits(wall_seconds=60, cpu_seconds=30)
    originals = _originals(folder / "originals")
    total: Counter[str] = Counter()
    for original in originals:
        counts: Counter[str] = Counter()
        for number in range(ROUNDS // len(originals)):
            path = folder / f"mutated-{number}{''.join(original.suffixes)}"
            path.write_bytes(_mutated(original.read_bytes(), rng))
            try:
                import_files([path], folder / "tables", limits=limits)
                counts["read"] += 1
            except StudioError as error:
                # The child's own end is handled too; it is counted apart to be looked at.
                counts["reader ended" if "ended the reader" in str(error) else "refused"] += 1
            except Exception as error:  # whatever else it is, it is what we look for
                counts["unnamed error"] += 1
                print(f"{path.name}, seed {SEED}: {error!r}")
            path.unlink()
        print(f"uploads, {original.name}: {dict(counts)}")
        total += counts
    return total


def _originals(folder: Path) -> list[Path]:
    """The same interactions as CSV, gzip, JSON lines, Parquet and RecBole's format."""
    import world

    frame = world.interactions().drop(columns="event")
    folder.mkdir(parents=True)
    frame.to_csv(folder / "a.csv", index=False)
    (folder / "b.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    frame.to_json(folder / "c.jsonl", orient="records", lines=True)
    frame.to_parquet(folder / "d.parquet")
    named = frame.set_axis(
        ["user_id:token", "item_id:token", "rating:float", "timestamp:float"], axis="columns"
    )
    named.to_csv(folder / "e.inter", sep="\t", index=False)
    return sorted(folder.iterdir())


def _mutated(data: bytes, rng: random.Random) -> bytes:
    """One to eight wounds: flipped, cut, doubled, zeroed or strange bytes."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(out))
        some = rng.randint(1, 64)
        wound = rng.randrange(5)
        if wound == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif wound == 1 and len(out) > some:
            del out[at : at + some]
        elif wound == 2:
            out[at:at] = out[at : at + some]
        elif wound == 3:
            out[at : at + some] = bytes(len(out[at : at + some]))
        else:
            out[at:at] = rng.choice([b"\xff\xfe", b'"', b"\0", b"\r", b"1e999", b"\xed\xa0\x80"])
    return bytes(out or b"\0")


def _kill(folder: Path, rng: random.Random) -> Counter[str]:
    """Builds ended by SIGKILL at random moments: the study opens, and the next build goes on."""
    import world

    from llmrec_core.study import Study

    files = world.write_files(folder / "files")
    Study.create("whole", files)
    begun = time.monotonic()
    if _build("whole").wait() != 0:
        return Counter({"not resumed": 1})
    spent = time.monotonic() - begun
    counts: Counter[str] = Counter()
    for _ in range(KILLS):
        study = Study.create("torn", files)
        child = _build("torn")
        try:
            child.wait(rng.uniform(0.05, 1.05) * spent)
            counts["finished first"] += 1
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            counts["killed"] += 1
        counts[_state(study)] += 1
        resumed = _build("torn").wait() == 0 and _state(study) == "whole"
        counts["resumed" if resumed else "not resumed"] += 1
        study.delete()
    print(f"builds: {dict(counts)}")
    return counts


def _inject() -> Counter[str]:
    """Orders in a catalogue, three at a time, read by the real small model if it is there."""
    from llmrec_core.llm import smollm2

    if not smollm2.installed():
        print("injections: the chat model SmolLM2 is not installed (make smollm2), left out")
        return Counter()
    import world
    from faith.injections import INJECTIONS, MARK
    from faith.test_injections import poisoned

    from llmrec_core.evidence import user_evidence
    from llmrec_core.llm.limits import Limits
    from llmrec_core.llm.local import load_local
    from llmrec_core.writing import Writing
    from llmrec_core.writing.chat import write_all
    from llmrec_core.writing.desk import Desk

    writing = Writing(writer="local", model="smollm2", max_tokens=60)
    desk = Desk(load_local(), None, Limits(), {})
    counts: Counter[str] = Counter()
    for at in range(0, len(INJECTIONS), 3):
        items = poisoned(*INJECTIONS[at : at + 3])
        evidences = user_evidence(world.behaviour(), items)[4:7]
        for one in write_all(evidences, items, writing, desk):
            counts["obeyed" if MARK in one.text() else "written"] += 1
    print(f"injections, {len(INJECTIONS)} orders: {dict(counts)}")
    return counts


def _state(study: Study) -> str:
    """What a reader of the study meets."""
    from llmrec_core.errors import MissingArtefactError, StudioError
    from llmrec_core.recommender import Recommender

    try:
        Recommender(study)
    except MissingArtefactError:
        return "not built yet"
    except StudioError as error:
        print(f"after a kill: {error}")
        return "unusable"
    return "whole"


def _build(name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "llmrec_core.cli", "build", name]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
