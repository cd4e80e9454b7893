"""States in words: what each changes, and what it did to a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core import signals
from llmrec_core.whatif.apply import value_of, weights_of
from llmrec_core.whatif.editing import stored_levels

if TYPE_CHECKING:
    from llmrec_core.compare import Move
    from llmrec_core.recommender import Recommender
    from llmrec_core.whatif.state import State

MEANT = {1: "likes", -1: "dislikes", 0: "neither"}


def changes(recommender: Recommender, state: State) -> list[tuple[str, str]]:
    """(kind, words) of everything that a state changes, in the order of the page.

    Ids that the study does not have are told as they are.
    """
    scale, out = recommender.scale, []
    known = state.user_id in recommender.user_numbers
    stored = stored_levels(recommender, state.user_id) if known else {}
    out += [("Removed", title_of(recommender, item)) for item in state.removed]
    for item, level in state.levels:
        before = f"{value_of(scale, stored[item]):.3g} → " if item in stored else ""
        words = f"{title_of(recommender, item)}: {before}{value_of(scale, level):.3g}"
        out.append(("Value", words))
    out += [("Off", text) for text, _ in state.off]
    out += [("Said", f"{text} ({MEANT[polarity]})") for text, polarity in state.typed]
    if state.again and state.removed:
        out.append(("Candidates", "removed items may be recommended again"))
    return out + _weights(recommender, state)


def _weights(recommender: Recommender, state: State) -> list[tuple[str, str]]:
    given, fitted = dict(state.weights), recommender.default_weights
    if not given:
        return []
    names = dict.fromkeys((*recommender.names, *given))
    return [
        ("Weight", f"{signals.label(name)}: {fitted.get(name, 0.0):g} → {given.get(name, 0.0):g}")
        for name in names if abs(given.get(name, 0.0) - fitted.get(name, 0.0)) > 1e-6
    ]


def title_of(recommender: Recommender, item_id: str) -> str:
    """The title of an item, its id where the study does not have it."""
    number = recommender.item_numbers.get(item_id)
    return item_id if number is None else recommender.title(number)


def summary(recommender: Recommender, state: State) -> str:
    """One line: how much of what a state changes; "" where nothing is."""
    kinds: dict[str, int] = {}
    for kind, _ in changes(recommender, state):
        kinds[kind] = kinds.get(kind, 0) + 1
    told = {
        "Removed": ("past item removed", "past items removed"),
        "Value": ("value changed", "values changed"), "Off": ("sentence off", "sentences off"),
        "Said": ("sentence said", "sentences said"),
        "Weight": ("weight other than fitted", "weights other than fitted"),
    }
    return ", ".join(
        f"{number} {told[kind][number > 1]}" for kind, number in kinds.items() if kind in told
    )


def effect(moves: Sequence[Move], n: int) -> str:
    """One sentence on the list after a change against the list before."""
    inside = [move for move in moves if 0 < move.after <= n]
    stayed = [move for move in inside if 0 < move.before <= n]
    new = len(inside) - len(stayed)
    rose, fell = (sum(sign * move.rise > 0 for move in stayed) for sign in (1, -1))
    most = max((abs(move.score_after - move.score_before) for move in stayed), default=0.0)
    if not new and not rose and not fell:
        if most < 5e-4:
            return "The list is the same."
        return f"The same items at the same places; scores change by up to {most:.3f} points."
    words = f"{new} of {len(inside)} items {'is' if new == 1 else 'are'} new"
    rest = len(stayed) - rose - fell
    return f"{words}; of the others {rose} rose, {fell} fell and {rest} stayed."


def is_fitted(recommender: Recommender, state: State) -> bool:
    """Whether a state weighs signals as the build fitted them."""
    return bool(abs(weights_of(recommender, state) - recommender.weights()).max(initial=0) < 1e-6)
