"""The sliders of the concepts page: what each concept weighs in a signal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import signals
from llmrec_core.concepts.kept import MOST_WEIGHT, STEP
from llmrec_core.concepts.people import readers
from llmrec_core.errors import StudioError
from llmrec_core.ui import cached_concepts, concept_state
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    from llmrec_core.concepts import Spread, Weighing
    from llmrec_core.recommender import Recommender
    from llmrec_core.signals.match_weights import Learned

FIRST = 10
"""Sliders that are always drawn."""
MOST_MOVED = 8
"""Of the other sliders, those that are not at 1 are drawn too, if they are so few."""
_FIND = "concepts_find"


def pick_signal(recommender: Recommender) -> str | None:
    """Which signal is looked at; None with a sentence where none reads texts."""
    names = list(readers(recommender))
    if not names:
        st.info(
            "No signal of this build reads texts, so that concepts have nothing to weigh: build "
            "the study with the description, the taste or the match.", icon=":material/build:",
        )
        return None
    key = concept_state.signal_key(recommender)
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    return str(st.segmented_control(
        "Signal", names, key=key, required=True, format_func=signals.label,
        persist_state="session", on_change=concept_state.remember, args=(recommender,),
        help="The signals whose score is a product of texts. "
        + " ".join(f"{signals.label(name)}: {signals.MEANINGS[name]}." for name in names),
    ))  # fmt: skip


def sliders(
    recommender: Recommender, weighing: Weighing, spread: Spread, name: str,
    phrases: tuple[str, ...],
) -> None:
    """Draw the sliders; what they say is asked of `concept_state.alphas`."""
    named = weighing.concepts.phrases
    _buttons(recommender, name, phrases)
    telling = np.nan_to_num(weighing.telling)
    order = [int(k) for k in np.argsort(-np.abs(telling), kind="stable")]
    st.caption(
        f"What each concept weighs in {signals.label(name)}: 1 changes nothing, 0 takes it out, "
        f"{MOST_WEIGHT:g} counts it three times. First those that tell most about this user's "
        "scores."
    )
    typed = str(st.text_input(
        "Find a concept", key=_FIND, type="search", persist_state="session",
        placeholder="Part of a phrase", icon=":material/search:", label_visibility="collapsed",
    ) or "").casefold().split()  # fmt: skip
    if typed:
        shown = [k for k in order if all(word in named[k].casefold() for word in typed)]
        if not shown:
            st.caption("No concept has these words.")
        _draw(recommender, weighing, spread, telling, shown)
    else:
        alpha = concept_state.alphas(recommender, named)
        also = [k for k in order[FIRST:] if alpha[k] != 1]
        also = also if len(also) <= MOST_MOVED else []  # learned weights move nearly all
        _draw(recommender, weighing, spread, telling, [*order[:FIRST], *also])
        rest = [k for k in order[FIRST:] if k not in also]
        _others(recommender, weighing, spread, telling, rest, int((alpha[rest] != 1).sum()))


def _others(
    recommender: Recommender, weighing: Weighing, spread: Spread, telling: np.ndarray,
    rest: list[int], moved: int,
) -> None:
    if not rest:
        return
    also = f", {moved} of them not at 1" if moved else ""
    part = st.expander(
        count(len(rest), "other concept") + also, key="concepts_others", on_change="rerun",
        icon=":material/tune:",
    )
    if part.open:
        with part:
            _draw(recommender, weighing, spread, telling, rest)


def _draw(
    recommender: Recommender, weighing: Weighing, spread: Spread, telling: np.ndarray,
    numbers: Iterable[int],
) -> None:
    for k in numbers:
        phrase = weighing.concepts.phrases[k]
        key = concept_state.slider_key(recommender, phrase)
        if key not in st.session_state:
            now = concept_state.alphas(recommender, [phrase])[0]
            st.session_state[key] = round(float(now), 2)
        st.slider(
            plain(phrase, 48), 0.0, MOST_WEIGHT, step=STEP, key=key,
            persist_state="session", on_change=concept_state.moved, args=(recommender, phrase),
            help=f"Makes {percent(telling[k], 1)} of the spread of this user's scores, "
            f"{percent(spread.by_concept[k], 1)} of those of {count(spread.users, 'user')} on "
            "average. Below 0 it goes against the rest of the score.",
        )


def _buttons(recommender: Recommender, name: str, phrases: tuple[str, ...]) -> None:
    with st.container(horizontal=True):
        st.button(
            "All back to 1", key="concepts_reset", icon=":material/restart_alt:", type="tertiary",
            on_click=concept_state.weigh, args=(recommender, {}),
            help="With all weights at 1 every score is what it was.",
        )
        learn = st.button(
            "Learn from what people took", key="concepts_learn", icon=":material/school:",
            type="tertiary",
            help="Weights that make the items likely which people took, from their histories cut "
            "in two. They are the same for all users.",
        )
    if learn:
        try:
            found = cached_concepts.learned(recommender, name, phrases)
        except StudioError as error:
            st.error(plain(error), icon=":material/error:")
            return
        concepts = cached_concepts.concepts_of(recommender, phrases).concepts.phrases
        given = zip(concepts, map(float, found.alpha), strict=True)
        concept_state.weigh(recommender, dict(given))
        st.success(_worth(found), icon=":material/school:")


def _worth(found: Learned) -> str:
    """What learned weights are worth, in a sentence."""
    change = 100 * math.expm1(found.gain)
    words = (
        f"Learned from {count(found.users, 'user')}. To {count(found.judged, 'other')}, whose "
        f"choices the weights were not fitted on, an item that they took is {abs(change):.1f} % "
        f"{'more' if change >= 0 else 'less'} likely than with all weights at 1"
    )
    return words + ("." if change > 0 else ": leave them at 1.")


def percent(share: float, digits: int = 0) -> str:
    """«12 %», «undefined»."""
    return f"{100 * share:.{digits}f} %" if math.isfinite(share) else "undefined"
