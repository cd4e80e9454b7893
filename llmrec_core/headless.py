"""What the command line answers, as plain documents; the shapes are part of the contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from llmrec_core.answered import FITTED
from llmrec_core.behaviour import SplitKind
from llmrec_core.blend import parse_weights, parts, rank_of
from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.known import known_of

if TYPE_CHECKING:
    from llmrec_core.embed import TextEncoder
    from llmrec_core.evaluate import Extra, Progress, Result
    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.progress import State
    from llmrec_core.reasons import Reason
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study
    from llmrec_core.writing.settings import Writing


class ProgressLine:
    """One line on stderr that is written over; a line a stage where stderr is no terminal."""

    def __init__(self) -> None:
        self._last = ""
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._last:
            sys.stderr.write("\n")

    def show(self, state: State) -> None:
        """Show the state of a build."""
        self._put(state.stage, state.sentence())

    def say(self, stage: str, done: int, total: int) -> None:
        """Show the state of an evaluation."""
        self._put(stage, f"{stage}: {done:,} of {total:,}" if total > 1 else stage)

    def _put(self, stage: str, words: str) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[2K" + words)
        elif stage != self._last:
            sys.stderr.write(stage + "\n")
        sys.stderr.flush()
        self._last = stage


def without_nan(value: Any) -> Any:
    """The document with null for undefined numbers, since NaN is no JSON."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(v) for v in value]
    return value


def weights_for(
    recommender: Recommender, given: str | None, rows: int | None = None
) -> tuple[str, np.ndarray]:
    """(name, weights) from a saved name or JSON; for None the fitted ones.

    These are those of people with as few `rows` where validation found any, everybody's without.
    """
    if given is None and rows is not None:
        name, fitted = recommender.fitted_weights(rows)
        return name, recommender.weights(fitted)
    if given is None:
        return FITTED, recommender.weights()
    if given.lstrip().startswith(("{", "[")):
        return "given", recommender.weights(parse_weights(given))
    saved = recommender.study.journal.weights(given)
    if saved is None:
        names = ", ".join(recommender.study.journal.weight_names()) or "none yet"
        raise InputError(
            f"There are no saved weights {given!r} (saved: {names}): give a name or JSON such as "
            '{"taste": 1.0}.'
        )
    return given, recommender.weights(saved)


def _named(recommender: Recommender, weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(w), 6) for name, w in zip(recommender.names, weights, strict=True)}


def _check_length(n: int) -> None:
    if n < 1:
        raise WrongUseError(f"A list of {n} items is none: ask for 1 or more.")


def recommend(
    recommender: Recommender, user_id: str, n: int = 10, weights: str | None = None,
    text: str | None = None,
) -> dict[str, Any]:
    """{user, n, weights, weights_name, items: [{item_id, title, score, rank, signals}], …}.

    Beside these milliseconds, and known: how much is known of the user.
    Raises `WrongUseError` for an n below 1 and `UnknownIdError` for an unknown user.
    """
    _check_length(n)
    profile = recommender.profile(user_id)
    if text is not None:
        from llmrec_core.describe import typed_description

        profile = recommender.described(profile, typed_description(user_id, text))
    name, vector = weights_for(recommender, weights, len(profile.item))
    block = recommender.block(profile)
    answer = recommender.ranked(block, vector, n)
    return {
        "user": user_id, "n": n, "weights": _named(recommender, vector), "weights_name": name,
        "items": [line.to_json() for line in answer.items],
        "milliseconds": round(answer.milliseconds, 3),
        "known": known_of(
            profile, block, vector, recommender.profiles.lengths, recommender.nobody
        ).document(),
    }


def explain(
    recommender: Recommender, user_id: str, item_id: str, weights: str | None = None, *,
    words: Writing | None = None,
) -> dict[str, Any]:
    """{user, item, score, rank, ledger: [{signal, weight, kind, evidence, …, children}]}.

    `rank` is None for an item that the user already has; its score is still explained. With
    `words`, which say who writes, there is also reason: {text, writer, check, share, parts,
    problem, fallback}. Raises `ModelUnavailableError` where the model that they name is not there.
    """
    profile = recommender.profile(user_id)
    item = recommender.item_number(item_id)
    block = recommender.block(profile)
    name, vector = weights_for(recommender, weights, len(profile.item))
    entries = recommender.explain(profile, block, vector, item)
    named = _named(recommender, vector)
    document = {
        "user": user_id, "item": item_id, "title": recommender.title(item),
        "score": float(parts(block, vector, [item]).sum()),
        "rank": rank_of(block, vector, item), "weights": named,
        "weights_name": name,
        "ledger": [_with_weight(entry.to_json(), named) for entry in entries],
    }
    if words is not None:
        document["reason"] = _reason(recommender, profile, entries, item, words).to_json()
    return document


def _reason(
    recommender: Recommender, profile: Profiles, entries: Sequence[Entry], item: int,
    writing: Writing,
) -> Reason:
    """The ledger in words; only a model needs a desk, and the names that its words may not use."""
    from llmrec_core.reasons import reason
    from llmrec_core.writing.desk import open_desk
    from llmrec_core.writing.settings import WriterKind

    past, title = recommender.feelings(profile), recommender.title(item)
    if writing.writer == WriterKind.TEMPLATE:
        return reason(entries, title, past=past)
    from llmrec_core.faith import Lexicon

    return reason(
        entries, title, past=past, writing=writing, desk=open_desk(writing, recommender.study),
        lexicon=Lexicon.of(recommender.tables.items),
    )


def _with_weight(entry: dict[str, Any], weights: dict[str, float]) -> dict[str, Any]:
    """The entry with the weight as it was given, not as float32 rounds it."""
    children = [_with_weight(child, weights) for child in entry["children"]]
    return {**entry, "weight": weights[entry["signal"]], "children": children}


def ledger_lines(ledger: list[dict[str, Any]], depth: int = 0, most: int = 6) -> Iterator[str]:
    """The ledger as indented lines, the largest parts first, the rest of a level in one line."""
    for entry in ledger[:most]:
        yield f"{'  ' * depth}{entry['contribution']:+9.4f}  {entry['kind']}: {entry['evidence']}"
        if depth < 1:
            yield from ledger_lines(entry["children"], depth + 1, most)
    rest = ledger[most:]
    if rest:
        total = sum(entry["contribution"] for entry in rest)
        yield f"{'  ' * depth}{total:+9.4f}  {len(rest)} more"


def exposure(recommender: Recommender, n: int = 10, weights: str | None = None) -> dict[str, Any]:
    """{setting, metrics: {gini, coverage@n, tail_share@n, …}, deciles}.

    n in the answer is at most the number of items.
    """
    _check_length(n)
    name, vector = weights_for(recommender, weights)
    report = recommender.exposure(vector, n).to_json()
    setting = {"weights": name, **_named(recommender, vector), "n": report["setting"]["n"]}
    return {**report, "setting": setting}


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
