"""A state put to work: the changed profile, its block and its list, by the one way of scoring.

Removing a past item, another value, a sentence off or a sentence typed are all a changed profile;
signals score it as they score anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe import PERSON, Description, Sentence
from llmrec_core.describe.editing import TYPED
from llmrec_core.errors import InputError
from llmrec_core.whatif.state import ANYWHERE, State

if TYPE_CHECKING:
    from llmrec_core.answered import Answer
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles, ValueScale
    from llmrec_core.recommender import Recommender


def profile_of(recommender: Recommender, state: State) -> Profiles:
    """The user's profile with everything that `state` changes.

    Raises `UnknownIdError` for a user or item that the study does not have and `InputError` for a
    past item that is not the user's. A sentence that is no longer there is passed over (`gone`).
    """
    stored = recommender.profiles.at(recommender.user_number(state.user_id))
    removed = past_numbers(recommender, stored, state.removed)
    levelled = past_numbers(recommender, stored, [item for item, _ in state.levels])
    description = recommender.description(state.user_id)
    places = _off(description, state)
    base = recommender.profile(state.user_id, described(description, state))
    if levelled:
        given = dict(zip(levelled, (level for _, level in state.levels), strict=True))
        level = np.array(
            [given.get(int(item), old) for item, old in zip(base.item, base.level, strict=True)],
            np.float32,
        )
        base = replace(base, level=level)
    return base.without(removed, places) if removed or places else base


def block_of(recommender: Recommender, state: State) -> tuple[Profiles, Block]:
    """The changed profile and its normalised signals.

    A removed past item is no candidate, unless the state says `again`.
    """
    profile = profile_of(recommender, state)
    exclude = [] if state.again else [recommender.item_number(item) for item in state.removed]
    return profile, recommender.block(profile, exclude=exclude)


def weights_of(recommender: Recommender, state: State) -> np.ndarray:
    """(signals,) float32: the state's weights, the fitted ones where it names none."""
    return recommender.weights(dict(state.weights) if state.weights else None)


def with_weights(recommender: Recommender, state: State, weights: np.ndarray) -> State:
    """The state with these weights (signals,) written out, so that a later build keeps them."""
    named = zip(recommender.names, map(float, weights), strict=True)
    return replace(state, weights=tuple((name, weight) for name, weight in named))


def list_of(recommender: Recommender, state: State) -> Answer:
    """The list of a state."""
    _, block = block_of(recommender, state)
    return recommender.ranked(block, weights_of(recommender, state), state.n)


def past_numbers(
    recommender: Recommender, stored: Profiles, items: Sequence[str]
) -> list[int]:
    """Item numbers of past items; raises where one is unknown or not in the history `stored`."""
    numbers = [recommender.item_number(item) for item in items]
    mine = set(stored.item.tolist())
    for item, number in zip(items, numbers, strict=True):
        if number not in mine:
            raise InputError(
                f"User {str(stored.ids[0])!r} has no past item {item!r}: take it out of the "
                "what-if state."
            )
    return numbers


def described(description: Description, state: State) -> Description:
    """The description in force with what the state says beside it, as a person's words."""
    if not state.typed:
        return description
    said = tuple(
        Sentence(text, TYPED, polarity, author=PERSON) for text, polarity in state.typed
    )
    return replace(description, sentences=description.sentences + said)


def gone(recommender: Recommender, state: State) -> list[str]:
    """The sentences that the state switches off and that are not in the description any more."""
    description = recommender.description(state.user_id)
    return [text for text, place in state.off if not _places(description, text, place)]


def places_off(recommender: Recommender, state: State) -> list[int]:
    """The places of the description's sentences that the state switches off."""
    return _off(recommender.description(state.user_id), state)


def _off(description: Description, state: State) -> list[int]:
    found = [_places(description, text, place) for text, place in state.off]
    return sorted({place for places in found for place in places})


def _places(description: Description, text: str, place: int) -> list[int]:
    """Where a sentence stands: at its place, else wherever its text is now (an edit moved it)."""
    texts = [" ".join(sentence.text.split()) for sentence in description.sentences]
    if place != ANYWHERE and place < len(texts) and texts[place] == text:
        return [place]
    return [number for number, other in enumerate(texts) if other == text]


def level_of(scale: ValueScale, value: float) -> float:
    """What a value on the study's own scale counts, in [0, 1]."""
    return float(scale.levels(np.array([value], np.float64))[0])


def value_of(scale: ValueScale, level: float) -> float:
    """The value that counts so much; the study's largest where values do not differ."""
    return scale.low + level * (scale.high - scale.low)
