"""What the scripts of this folder share: they answer a line of JSON to each action.

They run in environments that have nothing of the studio, so nothing of it is imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version


def answer(actions: Mapping[str, Callable[[], object]], packages: tuple[str, ...]) -> None:
    """Do what is asked until nothing more is; an action's result goes back where it is a dict."""
    say({name: version(name) for name in packages})
    for line in sys.stdin:
        begun = time.process_time()
        found = actions[line.strip()]()
        seconds = time.process_time() - begun
        say({"seconds": seconds, **(found if isinstance(found, dict) else {})})


def say(document: Mapping[str, object]) -> None:
    """One line, at once."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
