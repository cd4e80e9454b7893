"""How many threads linear algebra may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


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
