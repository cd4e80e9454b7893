"""Evaluations as plain documents and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.behaviour import SplitKind

if TYPE_CHECKING:
    from llmrec_core.embed import TextEncoder
    from llmrec_core.evaluate import Extra, Progress, Result
    from llmrec_core.study import Study


def evaluate(
    study: Study, protocol: str, encoder: str | None = None, tell: Progress | None = None,
    extras: Sequence[Extra] = (), signals: str = "auto", more: Mapping[str, Any] | None = None,
    recipe: str | None = None, settings: Sequence[str] = (),
) -> Result:
    """Its document: {protocol: the card, rows: [{recipe, metrics, intervals, seconds}], …}.

    The study's filters count under every protocol but a published one, whose rows are given. With
    no `encoder` that of the study's last build reads, the bundled one where there is none. The
    result is kept in the study; `more` are the options that `extras` come from. `recipe` names a
    saved one, whose settings and weights are measured then; `settings` are given and not chosen
    (see `signals.settings`).
    """
    from llmrec_core.evaluate.whole import evaluate_study
    from llmrec_core.protocol import named
    from llmrec_core.search.saved import load_saved
    from llmrec_core.study import home
    from llmrec_core.texts import Texts

    chosen = named(protocol)
    if not chosen.published:
        chosen = replace(chosen, filters=study.filters)
    texts = Texts(encoder_for(study, encoder), home() / "cache")
    saved = None if recipe is None else load_saved(study, recipe)
    names = signals if saved is None else tuple(saved.recipes)
    return evaluate_study(
        study, chosen, texts, tell, extras, names=names, more=more, saved=saved, settings=settings
    )


def encoder_for(study: Study, name: str | None) -> TextEncoder:
    """The encoder called `name`, or that of the study's last build, or the bundled one."""
    from llmrec_core.embed import load_encoder
    from llmrec_core.made import last_build
    from llmrec_core.texts import LazyEncoder

    card = last_build(study).get("encoder")
    if name is None and isinstance(card, dict):
        return LazyEncoder(card["name"], card["key"], card["dim"])
    return load_encoder(name or "bundled")


def _cell(value: float) -> str:
    return f"{value:14.4f}" if np.isfinite(value) else f"{'undefined':>14}"


def evaluation_lines(document: dict[str, Any]) -> Iterator[str]:
    """The evaluation as a table, with the protocol's card above it."""
    from llmrec_core.evaluate.lines import extra_lines, shown_columns

    for name, value in document["protocol"].items():
        if value != "":
            yield f"{name:<18} {value}"
    yield f"{'encoder':<18} {document['encoder']}"
    missing = document["data"]["time_ties"]["without_time"]
    if missing and SplitKind(document["protocol"]["split"]["kind"]).by_time:
        rows = document["data"]["training_rows"] + document["data"]["held_out_rows"]
        yield f"{'warning':<18} {missing:,} of {rows:,} rows have no time and count as the oldest"
    keys = shown_columns(document["rows"][0]["metrics"])
    wide = max(len(row["recipe"]) for row in document["rows"]) + 1
    yield f"{'recipe':<{wide}}" + "".join(f"{key:>14}" for key in keys) + f"{'seconds':>10}"
    for row in document["rows"]:
        values = "".join(_cell(row["metrics"][key]) for key in keys)
        yield f"{row['recipe']:<{wide}}{values}{row['seconds']:10.2f}"
    yield from extra_lines(document)
