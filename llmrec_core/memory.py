"""How much memory a fit may take on this machine."""

from __future__ import annotations

import os
from pathlib import Path

_MEMINFO, _GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def free_memory() -> float:
    """Bytes that can be had without swapping; infinite where the system does not say.

    In a container it is what is left of its limit, where that is less than the machine has.
    """
    return min(_machine(), _container())


def _machine() -> float:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # no Linux: half of what is built in
        return 0.5 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return float("inf")


def _container() -> float:
    try:
        most = float((_GROUP / "memory.max").read_text())
        taken = float((_GROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no such group, or «max»
        return float("inf")
    return most - max(taken - _given_back(), 0.0)


def _given_back() -> float:
    """Bytes of files that were read: the system counts them as taken, and gives them up."""
    try:
        for line in (_GROUP / "memory.stat").read_text().splitlines():
            if line.startswith("inactive_file "):
                return float(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return 0.0
