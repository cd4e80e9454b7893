"""What benchmarks share: one thread, alternating repetitions, medians, the machine in words."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real data sets, beside the checkout; benchmarks say so and use the demo where it is absent."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS and OpenMP on one thread: two of them stall on a busy machine."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def alternate(
    actions: Mapping[str, Callable[[], object]], repetitions: int
) -> dict[str, list[float]]:
    """Seconds of each action, repeated in turn, so that a busy moment hits all of them alike.

    Counts the thread's own CPU time: what other programs do on the machine is left out. The first
    round warms caches and is not counted.
    """
    out: dict[str, list[float]] = {name: [] for name in actions}
    for repetition in range(repetitions + 1):
        for name, action in actions.items():
            begun = time.thread_time()
            action()
            spent = time.thread_time() - begun
            if repetition:
                out[name].append(spent)
    return out


def medians(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """The median of each action's seconds."""
    return {name: statistics.median(values) for name, values in seconds.items()}


def cpu_seconds() -> float:
    """CPU seconds that this process and its finished children have used so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def machine() -> str:
    """The machine and the versions that a figure was measured with, in one line."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    name = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
    flags = next((x for x in lines if x.startswith("flags")), "").split()
    abilities = [flag for flag in ("avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = []
    for package in ("numpy", "pandas", "scipy", "torch", "umap-learn"):
        try:
            packages.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    load = os.getloadavg()[0]
    return (
        f"{name or platform.machine()} {' '.join(abilities)}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, load {load:.1f}; Python {platform.python_version()}, "
        + ", ".join(packages)
    )
