"""The encoder is got ready behind the editor, so that the first typed sentence need not wait."""

from __future__ import annotations

import logging
import os
import threading
import time

from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_edits
from llmrec_core.ui.serve import FLAG

PATIENCE = 1.5
"""Seconds to wait: the page that asked is drawn before the machine is busy."""
_log = logging.getLogger(__name__)


def up(recommender: Recommender) -> None:
    """Once for each opened study, only in a server that serves people; returns at once."""
    if os.environ.get(FLAG) == "1":
        cached_edits.warming(recommender, _start)


def _start(recommender: Recommender) -> threading.Thread:
    thread = threading.Thread(target=_load, args=(recommender,), name="warm", daemon=True)
    thread.start()
    return thread


def _load(recommender: Recommender) -> None:
    # It makes no call of Streamlit, so it may outlive the page that started it.
    time.sleep(PATIENCE)
    try:
        recommender.texts.encoder.encode(["Ready."])
    except Exception:  # whatever it is, it will be told when a sentence is typed
        _log.info("the encoder could not be got ready", exc_info=True)
