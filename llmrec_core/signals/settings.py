"""Settings of signals that a person gives: read from text, checked, and kept out of every search.

One setting is written «signal.setting=value», such as «match.similarity=euclidean». What is given
is a mapping signal -> setting -> value; everything not given is chosen as it was before.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import StudioError, WrongUseError
from llmrec_core.signals.itemknn import Likeness
from llmrec_core.signals.neural.recipe import Loss, Shape
from llmrec_core.signals.registry import NAMES, SIGNALS

if TYPE_CHECKING:
    from llmrec_core.recipe import Recipe

Given = Mapping[str, Mapping[str, Any]]
"""Signal -> setting -> value."""

_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("itemknn", "likeness"): tuple(Likeness), ("neural", "shape"): tuple(Shape),
    ("neural", "loss"): tuple(Loss), ("liking", "like"): ("level", "own"),
    ("liking", "held_out"): ("last", "random"),
}
"""The values of settings in words that no search tries, or not all of them."""

_SHARES = frozenset({
    "aside", "content", "dropout", "forget", "level", "masked", "recency", "share", "threshold",
})  # fmt: skip
"""Settings from 0 to 1, whatever the signal."""

_BELOW_ONE = frozenset({"dropout", "share"})
"""Of these the ones of which nothing is left at 1."""

_ABOVE_ZERO = frozenset({"learning_rate", "lr", "span"})
"""Numbers that are divided by, or without which nothing is learned."""

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def given_by(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What `texts` give, in the order of display; of two values for one setting the last counts.

    Raises `WrongUseError`, naming what there is, for a signal, a setting or a value that is none,
    and for settings that do not go together.
    """
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, setting, value = read(text)
        found.setdefault(name, {})[setting] = value
    given = {name: found[name] for name in NAMES if name in found}
    for name in given:
        start(name, given)
    return given


def read(text: str) -> tuple[str, str, Any]:
    """(signal, setting, value) of «signal.setting=value»; raises `WrongUseError` as `given_by`."""
    place, equals, value = (part.strip() for part in text.partition("="))
    name, dot, setting = place.partition(".")
    if not (equals and dot):
        raise WrongUseError(
            f"{text!r} sets nothing: write SIGNAL.SETTING=VALUE, such as "
            "match.similarity=euclidean."
        )
    if name not in SIGNALS:
        raise WrongUseError(
            f"{text!r}: there is no signal {name!r}: the signals are {', '.join(NAMES)}."
        )
    known = settings_of(name)
    if setting not in known:
        told = ", ".join(f"{k} ({shown(v)})" for k, v in known.items()) or "none"
        raise WrongUseError(
            f"{text!r}: {name} has no setting {setting!r}: its settings, with their defaults, "
            f"are {told}."
        )
    return name, setting, _value(text, name, setting, value)


def texts_of(given: Given) -> tuple[str, ...]:
    """«signal.setting=value» of everything given, so that equal settings are equal texts."""
    return tuple(
        f"{name}.{setting}={shown(given[name][setting])}"
        for name in NAMES if name in given for setting in sorted(given[name])
    )


def shown(value: Any) -> str:
    """A value as it is typed: «true», «0.5», «cosine»."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def start(name: str, given: Given) -> Recipe:
    """The recipe of a signal before any search: its defaults, and what is given.

    Raises `WrongUseError` where the settings do not go together.
    """
    try:
        return replace(SIGNALS[name].recipe, **given.get(name, {}))
    except WrongUseError:
        raise
    except StudioError as error:
        raise WrongUseError(str(error)) from None


def needs(given: Given, names: Collection[str]) -> None:
    """Refuse settings of a signal that is not among `names`: they would change nothing."""
    for name in given:
        if name not in names:
            raise WrongUseError(
                f"A setting of {name} is given, and {name} is not among the signals "
                f"({', '.join(names)}): add it with --signals, or give no setting of it."
            )


def settings_of(name: str) -> dict[str, Any]:
    """The settings that a signal has, with their defaults."""
    recipe = SIGNALS[name].recipe
    return {field.name: getattr(recipe, field.name) for field in fields(recipe)}


def choices(name: str, setting: str) -> tuple[str, ...]:
    """The values that a setting in words or of yes and no may have; none for a number."""
    default = settings_of(name)[setting]
    if isinstance(default, bool):
        return ("true", "false")
    if not isinstance(default, str):
        return ()
    tried = SIGNALS[name].module.GRID.get(setting, ())
    return tuple(map(str, _WORDS.get((name, setting), tried)))


def _value(text: str, name: str, setting: str, value: str) -> Any:
    default = settings_of(name)[setting]
    if isinstance(default, bool):
        if value.casefold() not in _TRUTH:
            raise WrongUseError(f"{text!r}: give true or false.")
        return _TRUTH[value.casefold()]
    if isinstance(default, str):
        words = choices(name, setting)
        if value not in words:
            raise WrongUseError(f"{text!r}: give one of {', '.join(words)}.")
        return value
    return _whole(text, setting, value) if isinstance(default, int) else _number(
        text, setting, value
    )


def _whole(text: str, setting: str, value: str) -> int:
    least = 0 if setting == "seed" else 1
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if number < least:
        raise WrongUseError(f"{text!r}: give a whole number of {least} or more.")
    return number


def _number(text: str, setting: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if setting in _SHARES:
        if not 0 <= number <= 1 or (setting in _BELOW_ONE and number == 1):
            below = "below 1" if setting in _BELOW_ONE else "to 1"
            raise WrongUseError(f"{text!r}: give a number from 0 {below}.")
    elif not (math.isfinite(number) and number >= 0) or (
        setting in _ABOVE_ZERO and number == 0
    ):
        bound = "above 0" if setting in _ABOVE_ZERO else "of 0 or more"
        raise WrongUseError(f"{text!r}: give a number {bound}.")
    return number
