"""What the concepts page remembers: phrases, weights and signal, also over a reload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.concepts import kept, phrases_of
from llmrec_core.concepts.kept import ConceptSet
from llmrec_core.concepts.people import readers
from llmrec_core.errors import StudioError
from llmrec_core.recipe import digest
from llmrec_core.ui import cached_concepts, follow
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender


def text_key(recommender: Recommender) -> str:
    """The session key of the phrases as text, one a line."""
    return f"concepts_text:{recommender.study.name}"


def signal_key(recommender: Recommender) -> str:
    """The session key of the signal that is weighed."""
    return f"concepts_signal:{recommender.study.name}"


def slider_key(recommender: Recommender, phrase: str) -> str:
    """The session key of one concept's slider."""
    return f"concepts_alpha:{recommender.study.name}:{digest(phrase)}"


def start(recommender: Recommender) -> None:
    """Once a session: what was on the screen last, else what the catalogue offers."""
    if text_key(recommender) in st.session_state:
        return
    found = None
    try:
        found = kept.draft(recommender.study.journal)
    except StudioError as error:
        st.error(plain(error), icon=":material/error:")
    show(recommender, found or ConceptSet(cached_concepts.proposed(recommender)))


def show(recommender: Recommender, found: ConceptSet) -> None:
    """Put a set on the screen, before its widgets are drawn or in a callback."""
    st.session_state[text_key(recommender)] = "\n".join(found.phrases)
    _set(recommender, found.alpha)
    if found.signal in readers(recommender):
        st.session_state[signal_key(recommender)] = found.signal


def phrases(recommender: Recommender) -> tuple[str, ...]:
    """The phrases on the screen; raises `InputError` for what is none."""
    return phrases_of(str(st.session_state.get(text_key(recommender)) or ""))


def alphas(recommender: Recommender, named: Sequence[str]) -> np.ndarray:
    """(K,) float32: the weights of concepts, drawn or not; 1 where nobody moved one."""
    return ConceptSet((), _all(recommender)).weights(named)


def weigh(recommender: Recommender, given: Mapping[str, float]) -> None:
    """Set weights by phrase, the others at 1; what is on the screen is kept."""
    _set(recommender, given)
    remember(recommender)


def remember(recommender: Recommender) -> None:
    """Keep what is on the screen in the journal: a reload begins with it."""
    lines = str(st.session_state.get(text_key(recommender)) or "").splitlines()
    name = str(st.session_state.get(signal_key(recommender)) or "")
    found = ConceptSet(
        tuple(line for line in lines if line.strip()), _all(recommender), name
    )
    kept.keep_draft(recommender.study.journal, found)


def moved(recommender: Recommender, phrase: str) -> None:
    """A slider was moved."""
    value = float(st.session_state[slider_key(recommender, phrase)])
    _all(recommender)[phrase] = value
    st.session_state[_dirty(recommender)] = True
    follow.redraw()


def settle(recommender: Recommender) -> None:
    """Keep slider moves once the list is drawn: to be on disk takes longer than to rank."""
    if st.session_state.pop(_dirty(recommender), False):
        remember(recommender)


def _dirty(recommender: Recommender) -> str:
    return f"concepts_dirty:{recommender.study.name}"


def _all(recommender: Recommender) -> dict[str, float]:
    """Phrase -> weight of all that were ever moved; sliders come and go with the phrases."""
    name = f"concepts_alphas:{recommender.study.name}"
    found: dict[str, float] = st.session_state.setdefault(name, {})
    return found


def _set(recommender: Recommender, given: Mapping[str, float]) -> None:
    held = _all(recommender)
    for phrase in {*held, *given}:
        value = kept.settled(np.array(given.get(phrase, 1.0)))
        held[phrase] = round(float(value), 2)
        st.session_state[slider_key(recommender, phrase)] = held[phrase]
