"""Changing a state as a person does: a value typed or flipped, a sentence said or switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core import describe
from llmrec_core.errors import InputError
from llmrec_core.whatif.apply import level_of, past_numbers
from llmrec_core.whatif.state import State

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

_SAME = 1e-6


def stored_levels(recommender: Recommender, user_id: str) -> dict[str, float]:
    """Item id -> the level in [0, 1] of a user's past item; the latest where there are several."""
    stored = recommender.profiles.at(recommender.user_number(user_id))
    ids = recommender.behaviour.item_ids
    pairs = zip(stored.item.tolist(), stored.level.tolist(), strict=True)
    return {str(ids[item]): float(level) for item, level in pairs}


def with_level(recommender: Recommender, state: State, item: str, level: float) -> State:
    """The state with a past item counting `level`; the stored level is no change.

    Raises `InputError` where values do not differ in this study, so that none means less liked.
    """
    if recommender.scale.high <= recommender.scale.low:
        raise InputError(
            f"The values of the study {recommender.study.name!r} do not differ: there is no value "
            "to change; remove the past item instead."
        )
    user = recommender.profiles.at(recommender.user_number(state.user_id))
    past_numbers(recommender, user, [item])
    kept = [(other, given) for other, given in state.levels if other != item]
    stored = stored_levels(recommender, state.user_id)[item]
    changed = [] if abs(stored - level) < _SAME else [(item, level)]
    return replace(state, levels=(*kept, *changed))


def with_value(recommender: Recommender, state: State, item: str, value: float) -> State:
    """The state with another value of a past item; raises `InputError` for one off the scale."""
    scale = recommender.scale
    if scale.high > scale.low and not scale.low <= value <= scale.high:
        raise InputError(
            f"The value {value:g} of item {item!r} is not on the study's scale: give one from "
            f"{scale.low:g} to {scale.high:g}."
        )
    return with_level(recommender, state, item, level_of(scale, value))


def with_past(state: State, removed: Sequence[str], levels: Mapping[str, float]) -> State:
    """The state with just these past items removed and just these levels."""
    return replace(state, removed=tuple(removed), levels=tuple(levels.items()))


def flipped(recommender: Recommender, state: State, item: str) -> State:
    """The state with a past item counting the opposite of what is stored.

    Raises `InputError` for the value in the middle of the scale, which is its own opposite.
    """
    level = stored_levels(recommender, state.user_id).get(item, 0.0)
    if is_middle(level) and recommender.scale.high > recommender.scale.low:
        raise InputError(
            f"Item {item!r} has the value in the middle of the scale, which has no opposite: give "
            "another value instead."
        )
    return with_level(recommender, state, item, 1 - level)


def is_middle(level: float) -> bool:
    """Whether a level is its own opposite."""
    return abs(1 - 2 * level) < _SAME


def with_words(state: State, text: str) -> State:
    """The state with a typed text, one sentence each; like or dislike is guessed from the words.

    Raises `InputError` where there is nothing to say.
    """
    parts = [" ".join(part.split()) for part in describe.split_sentences(text)]
    if not parts:
        raise InputError("There is no sentence to say: type one first.")
    known = {told for told, _ in state.typed}
    new = [(part, describe.guess_polarity(part)) for part in parts if part not in known]
    return replace(state, typed=(*state.typed, *new))


def meant(state: State, text: str, polarity: int) -> State:
    """The state with a typed sentence read as liking (+1), disliking (-1) or neither (0)."""
    typed = [(told, polarity if told == text else old) for told, old in state.typed]
    return replace(state, typed=tuple(typed))


def unsaid(state: State, text: str) -> State:
    """The state without a typed sentence."""
    return replace(state, typed=tuple(pair for pair in state.typed if pair[0] != text))


def switched(recommender: Recommender, state: State, place: int, on: bool) -> State:
    """The state with the description's sentence at `place` counting or not."""
    sentences = recommender.description(state.user_id).sentences
    if not 0 <= place < len(sentences):
        raise InputError(
            f"The description of {state.user_id!r} has {len(sentences)} sentences, none with "
            f"number {place}: reload it."
        )
    pair = (" ".join(sentences[place].text.split()), place)
    kept = tuple(other for other in state.off if other != pair)
    return replace(state, off=kept if on else (*kept, pair))


def without_words(recommender: Recommender, state: State, part: str) -> State:
    """The state without the one sentence of the description that has `part` in it.

    Raises `InputError` where none has, or several have.
    """
    sentences = recommender.description(state.user_id).sentences
    wanted = " ".join(part.split()).casefold()
    texts = [" ".join(sentence.text.split()).casefold() for sentence in sentences]
    found = [place for place, text in enumerate(texts) if text == wanted]
    found = found or [place for place, text in enumerate(texts) if wanted and wanted in text]
    if len(found) != 1:
        raise InputError(
            f"{len(found) or 'No'} sentences of user {state.user_id!r} have {part[:60]!r} in "
            f"them (there are {len(texts)}): give the words of one."
        )
    return switched(recommender, state, found[0], on=False)
