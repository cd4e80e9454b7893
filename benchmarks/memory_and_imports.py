"""Peak memory of `llmrec build` on a fresh study, and what importing the core costs and loads."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studies import files
from timing import machine

REPETITIONS = 7
EVERY = 0.05
"""Seconds between two looks at the memory of the running build."""
HEAVY = ("torch", "umap", "streamlit", "sentence_transformers", "transformers", "sklearn", "numba")
MODULES = ("llmrec_core", "llmrec_core.recommender", "llmrec_core.cli")

_IMPORT = """
import json, sys, time
wall, cpu = time.perf_counter(), time.process_time()
__import__(sys.argv[1])
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps([wall, cpu, sorted(name for name in sys.modules if "." not in name)]))
"""


def import_cost(module: str) -> tuple[float, float, list[str]]:
    """(median wall seconds, median CPU seconds, heavy packages loaded) in fresh interpreters."""
    walls, cpus, loaded = [], [], set()
    for _ in range(REPETITIONS):
        run = subprocess.run(
            [sys.executable, "-c", _IMPORT, module], capture_output=True, text=True, check=True
        )
        wall, cpu, names = json.loads(run.stdout)
        walls.append(wall)
        cpus.append(cpu)
        loaded |= set(names) & set(HEAVY)
    return statistics.median(walls), statistics.median(cpus), sorted(loaded)


def tree_memory(root: int) -> int:
    """Resident bytes of a process and all its descendants now; shared pages count in each."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(stat[1])
            except OSError:  # it ended meanwhile
                continue
    tree, size = {root}, 0
    while len(tree) > size:
        size = len(tree)
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    total = 0
    for pid in tree:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return total * os.sysconf("SC_PAGE_SIZE")


def peak_of(command: list[str], environment: dict[str, str]) -> tuple[int, float]:
    """(largest resident bytes of the process tree while `command` ran, wall seconds)."""
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            time.sleep(EVERY)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}.")
    return peak, time.perf_counter() - begun


def main() -> None:
    """Print the import costs, then the peak of an import and a build of a fresh study."""
    print(machine())
    for module in MODULES:
        wall, cpu, loaded = import_cost(module)
        heavy = ", ".join(loaded) or "none"
        print(f"import {module:<24} {wall:6.3f} s ({cpu:.3f} s CPU), heavy packages: {heavy}")
    source = files()
    llmrec = [sys.executable, "-m", "llmrec_core.cli"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LLMREC_HOME": folder}
        for words in (["import", "bench", *map(str, source.paths)], ["build", "bench"]):
            peak, wall = peak_of([*llmrec, *words], environment)
            print(f"llmrec {words[0]:<7} {source.name}: peak {peak / 1e9:.2f} GB in {wall:.0f} s")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"largest single process (as the kernel counted it): {largest / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
