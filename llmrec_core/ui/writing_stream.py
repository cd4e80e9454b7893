"""Words of a model as they come, from a thread that knows no screen: so a click can stop them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from llmrec_core.errors import StudioError

BEAT = 0.2
"""Seconds without a word after which the reader gets «» and may look at what was clicked."""
MOST = 20_000
"""Characters that are shown of one answer."""
_ENOUGH = 500  # pieces that wait for a slow screen
_END = object()


def pieces(begin: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The pieces of `begin()`, «» while none comes; what it raises is raised here.

    The model is asked in a thread of its own. When the reader stops, closed or collected, the
    thread ends with the next piece. Ends by itself after `MOST` characters.
    """
    found: queue.Queue[object] = queue.Queue(_ENOUGH)
    stopped = threading.Event()
    threading.Thread(target=_read, args=(begin, found, stopped), daemon=True).start()
    length = 0
    try:
        while length < MOST:
            try:
                piece = found.get(timeout=BEAT)
            except queue.Empty:
                yield ""
                continue
            if piece is _END:
                return
            if isinstance(piece, BaseException):
                raise piece
            length += len(str(piece))
            yield str(piece)
    finally:
        stopped.set()


def _read(
    begin: Callable[[], Iterator[str]], found: queue.Queue[object], stopped: threading.Event
) -> None:
    """Put every piece into the queue, then the end or what went wrong."""
    last: object = _END
    try:
        for piece in begin():
            if not _put(found, piece, stopped):
                return
    except Exception as error:
        known = isinstance(error, StudioError)
        last = error if known else StudioError(
            f"The model failed ({type(error).__name__}): see the terminal that runs the studio."
        )
        if not known:
            import logging

            logging.getLogger(__name__).exception("a model failed")
    _put(found, last, stopped)


def _put(found: queue.Queue[object], piece: object, stopped: threading.Event) -> bool:
    """Whether somebody still reads."""
    while not stopped.is_set():
        try:
            found.put(piece, timeout=BEAT)
        except queue.Full:
            continue
        return True
    return False


def cleaned(text: str) -> str:
    """Text for the screen as it comes: control and direction characters are left out."""
    return "".join(c for c in text if c.isprintable() or c == "\n")
