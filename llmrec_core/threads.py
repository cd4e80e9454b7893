"""How many threads linear algebra may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

LARGE = 5000
"""Items from which an inverse is worth several threads."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS on one thread inside.

    NumPy and SciPy bring a thread pool each, and waiting threads spin: many products of a few
    milliseconds cost several times the CPU time on two threads, and stall on a busy machine.
    """
    import scipy.linalg  # noqa: F401 - a pool that is loaded later would not be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


def suited(n_items: int) -> AbstractContextManager[None]:
    """Threads as fits over `n_items` items want them: one, or all there are above LARGE."""
    return one_thread() if n_items < LARGE else nullcontext()
