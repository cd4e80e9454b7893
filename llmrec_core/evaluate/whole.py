"""An evaluation of a study from beginning to end: told as it goes, and kept when it is done."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core import lock
from llmrec_core.errors import StudioError
from llmrec_core.evaluate import stored
from llmrec_core.evaluate.run import Extra, evaluate
from llmrec_core.progress import CANCELLED, DONE, FAILED, Reporter

if TYPE_CHECKING:
    from llmrec_core.evaluate.data import Progress
    from llmrec_core.evaluate.result import Result
    from llmrec_core.protocol import Protocol
    from llmrec_core.study import Study
    from llmrec_core.texts import Texts

LOCK = "evaluation.lock"
"""Held by the evaluation that tells how far it is."""
PROGRESS = "evaluation.json"
PHASES = (
    "item texts", "descriptions for validation", "choosing settings", "descriptions", "fitting",
    "ranking", "beyond",
)
"""What an evaluation does, by the words that its steps begin with; «beyond» is all other steps."""


def evaluate_study(
    study: Study, protocol: Protocol, texts: Texts, tell: Progress | None = None,
    extras: Sequence[Extra] = (), *, names: Sequence[str], more: Mapping[str, Any] | None = None,
) -> Result:
    """Measure `study` under `protocol` for the signals `names`, and keep the result.

    `more` are the options that `extras` come from, by default their names: part of the name under
    which it is kept. A build may run at the same time: tables are read once, and nothing of a
    build but what the extras ask for. Raises `StudioError` where the study is imported anew while
    it is read.
    """
    data = stored.content_key(study)
    loaded = study.tables()
    if stored.content_key(study) != data:
        raise StudioError(f"The study {study.name!r} was imported anew just now: measure again.")
    begun = time.perf_counter()
    with _told(study, tell) as say:
        result = evaluate(loaded, protocol, texts, say, extras, names)
        options = {type(extra).__name__: True for extra in extras} if more is None else more
        asked = stored.asked_of(protocol, texts.encoder.key, names, options)
        stored.save(
            study, asked, data, result, read=("about", *loaded.items.text_fields),
            seconds=round(time.perf_counter() - begun, 2),
        )
    return result


@contextlib.contextmanager
def _told(study: Study, tell: Progress | None) -> Iterator[Progress]:
    """A listener that also writes to the study's file; to none where another evaluation does."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock.alone(study.folder, LOCK, "is being evaluated"))
            report = Reporter(study.folder / PROGRESS, len(PHASES))
        except StudioError:
            report = Reporter(None, len(PHASES))

        def say(stage: str, done: int, total: int) -> None:
            report.say(stage, phase(stage), done, total)
            if tell is not None:
                tell(stage, done, total)

        try:
            yield say
        except KeyboardInterrupt:
            report.end(CANCELLED, "The evaluation was cancelled; texts that were read are kept.")
            raise
        except BaseException as error:
            report.end(FAILED, str(error) if isinstance(error, StudioError) else repr(error))
            raise
        report.end(DONE)


def phase(stage: str) -> int:
    """Which of PHASES the step called `stage` belongs to."""
    begin = stage.partition(":")[0]
    begin = "fitting" if begin.startswith("fitting ") else begin
    return PHASES.index(begin) if begin in PHASES else len(PHASES) - 1
