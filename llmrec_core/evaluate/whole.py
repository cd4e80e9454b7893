"""An evaluation of a study from beginning to end: told as it goes, and kept when it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import StudioError
from llmrec_core.evaluate import stored
from llmrec_core.evaluate.run import Extra, evaluate
from llmrec_core.signals.settings import given_by
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.telling import Told, telling

if TYPE_CHECKING:
    from llmrec_core.evaluate.data import Progress
    from llmrec_core.evaluate.result import Result
    from llmrec_core.protocol import Protocol
    from llmrec_core.search.saved import Saved
    from llmrec_core.study import Study
    from llmrec_core.texts import Texts

LOCK = "evaluation.lock"
"""Held by the evaluation that tells how far it is."""
PROGRESS = "evaluation.json"
PHASES = (
    "item texts", "descriptions for validation", "choosing settings", "descriptions", "fitting",
    "ranking",
)
"""What an evaluation does, by the words that its steps begin with."""


def evaluate_study(
    study: Study, protocol: Protocol, texts: Texts, tell: Progress | None = None,
    extras: Sequence[Extra] = (), *, names: Sequence[str] | str | None,
    more: Mapping[str, Any] | None = None, saved: Saved | None = None,
    settings: Sequence[str] = (),
) -> Result:
    """Measure `study` under `protocol` for the signals `names`, and keep the result.

    With `saved` settings and weights are that recipe's, and nothing is chosen; `settings` are given
    and not chosen (see `signals.settings`).

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
    with telling(study.folder, TOLD, tell) as say:
        result = evaluate(loaded, protocol, texts, say, extras, names, saved, given_by(settings))
        options: dict[str, Any] = {type(extra).__name__: True for extra in extras}
        options = options if more is None else dict(more)
        if saved is not None:
            options |= {"recipe": saved.name, "recipe_key": saved.key}
        if settings:
            options["set"] = list(settings)
        if protocol.published and protocol.filters != study.filters:
            result.document["filters"] = (
                f"the rows are those of the published table: the filters of the study "
                f"{study.name} do not count under {protocol.name}"
            )
        by_name = names or (AUTO,)
        if isinstance(by_name, str):
            by_name = (AUTO,) if by_name == AUTO else wanted(by_name)
        if (tried := result.document["tried"]) != list(by_name):
            options["tried"] = tried  # which suit the rows may change with the memory that is free
        asked = stored.asked_of(protocol, texts.encoder.key, by_name, options)
        stored.save(
            study, asked, data, result, read=("about", *loaded.items.text_fields),
            seconds=round(time.perf_counter() - begun, 2),
        )
    return result


def phase(stage: str) -> int:
    """Which of PHASES the step called `stage` belongs to; 0, so none later, for any other step.

    Such a step is told under the phase that is under way: progress never goes back.
    """
    begin = stage.partition(":")[0]
    begin = "fitting" if begin.startswith("fitting ") else begin
    return PHASES.index(begin) if begin in PHASES else 0


TOLD = Told(
    LOCK, PROGRESS, "is being evaluated", len(PHASES), phase,
    "The evaluation was cancelled; texts that were read are kept.",
)
