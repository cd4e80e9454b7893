"""Which signals a build or an evaluation is asked for, as people write it."""

from __future__ import annotations

from dataclasses import dataclass

from llmrec_core.errors import WrongUseError
from llmrec_core.signals.registry import NAMES, SIGNALS, Standing

AUTO, ALL = "auto", "all"
"""What a build takes when nothing is said, and every signal there is."""


@dataclass(frozen=True)
class Asked:
    """What a list of signals asks for.

    `names` are all signals it means, in the order of display; `by_name` those that it names
    itself: what cannot be had of them is refused. `kept` are not left out for adding nothing.
    """

    names: tuple[str, ...]
    by_name: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


def wanted(text: str) -> tuple[str, ...]:
    """The signals that `text` names, in the order of display: the names of `asked`."""
    return asked(text).names


def asked(text: str) -> Asked:
    """What `text` asks for.

    A list with commas: signals by name, «auto» for what a build takes by itself, «all» for every
    one, and -NAME for one that is not wanted, such as «auto,neural,-popularity». Raises
    `WrongUseError` for an unknown name and for a list that leaves none.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    taken: set[str] = set()
    for part in parts:
        name = part.removeprefix("-")
        if name not in (AUTO, ALL, *NAMES):
            raise WrongUseError(
                f"There is no signal {name!r}: name some of {', '.join(NAMES)}, {AUTO} or {ALL}."
            )
        names = _named(name)
        taken = taken - names if part.startswith("-") else taken | names
    if not taken:
        raise WrongUseError(f"The signals {text!r} are none: name one, or {AUTO}.")
    by_name = frozenset(taken & set(parts))
    return Asked(
        tuple(name for name in NAMES if name in taken), by_name,
        frozenset(taken) if ALL in parts else by_name,
    )


def _named(name: str) -> set[str]:
    if name == ALL:
        return set(NAMES)
    if name == AUTO:
        return {n for n, about in SIGNALS.items() if about.standing != Standing.ASKED}
    return {name}
