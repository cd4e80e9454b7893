"""The weights as an analyst sets them: sliders, the fitted ones, and settings saved by name."""

from __future__ import annotations

import numpy as np
import streamlit as st

from llmrec_core.answered import FITTED
from llmrec_core.errors import InputError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import controls, follow, state
from llmrec_core.ui.text import count

_NAME, _LOAD = "weights_name", "weights_saved"
_NEW = "new_weight"
"""Prefix of the sliders of a newcomer, which begin elsewhere than those of stored users."""
LENGTHS = (5, 10, 20, 50, 100)
"""Lengths of a list that are offered."""
NO_WEIGHT = (
    "All weights are 0, so nothing speaks for any item: raise one of them, or go back to the "
    "fitted weights."
)


def weight_panel(recommender: Recommender, rows: int) -> int:
    """Sliders in a row, length of the list, reset and saved settings; the length.

    `rows` are those of the user: where the build fitted weights for people of so few, a button
    puts the sliders to them. A slider redraws what follows it (see `follow`), which reads
    `controls.current_weights`.
    """
    with st.container(border=True):
        with st.container(horizontal=True):
            controls.weight_sliders(recommender, on_change=follow.redraw)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            n = _length("list_n")
            controls.reset_weights(recommender)
            _offer_group(recommender, rows)
            with st.popover("Saved weights", icon=":material/bookmark:", key="weights_popover"):
                _saved(recommender)
    return n


def _offer_group(recommender: Recommender, rows: int) -> None:
    """A button to the weights for people of few rows, for those whom they are for."""
    name, fitted = recommender.fitted_weights(rows)
    if name == FITTED:
        return
    wanted = {
        controls.weight_key(recommender, signal): weight for signal, weight in fitted.items()
    }
    st.button(
        "Weights for few rows", icon=":material/signal_cellular_alt_1_bar:", type="tertiary",
        key="weights_few", on_click=st.session_state.update, args=(wanted,),
        help=f"This user has {rows:,} rows. For people of so few, other weights were better on "
        "validation rows than the fitted ones, beyond the noise.",
    )


def _saved(recommender: Recommender) -> None:
    journal = recommender.study.journal
    names = journal.weight_names()
    if names:
        st.selectbox(
            "Load", names, index=None, key=_LOAD, placeholder="Choose a name",
            on_change=_load, args=(recommender,), help="Puts the sliders to these weights.",
        )
    else:
        st.caption("No weights are saved in this study yet.")
    st.text_input(
        "Save the sliders as", key=_NAME, max_chars=60, persist_state="session",
        placeholder="for example: more niche",
        help="The command line takes this name too: llmrec recommend … --weights NAME.",
    )
    st.button(
        "Save weights", key="weights_save", icon=":material/bookmark_add:", on_click=_save,
        args=(recommender,),
    )


def _load(recommender: Recommender) -> None:
    saved = recommender.study.journal.weights(st.session_state[_LOAD] or "")
    if saved is None:
        return
    for name in recommender.names:
        value = min(max(float(saved.get(name, 0.0)), 0.0), controls.MOST_WEIGHT)
        st.session_state[controls.weight_key(recommender, name)] = value


def _save(recommender: Recommender) -> None:
    name = st.session_state[_NAME].strip()
    with state.telling(f"The weights are saved as {name}."):
        if not name:
            raise InputError("The weights are not saved: give them a name first.")
        weights = {
            signal: float(st.session_state[controls.weight_key(recommender, signal)])
            for signal in recommender.names
        }
        recommender.study.journal.save_weights(name, weights)


def new_user_weights(recommender: Recommender, picked: int) -> tuple[np.ndarray, int]:
    """The same for a newcomer who picked so many items, in a popover of its own.

    The sliders begin at the weights for people of so few rows where the build has any, each such
    group with sliders of its own; the description begins at 1 at least: of a newcomer it is often
    all that is known, and who types a sentence wants to see what it does.
    """
    called, fitted = recommender.fitted_weights(picked)
    own = called != FITTED
    prefix = f"{_NEW}_{picked}" if own else _NEW
    for name in recommender.names:
        least = 1.0 if name == "description" else 0.0
        key = controls.weight_key(recommender, name, prefix)
        if key not in st.session_state:
            st.session_state[key] = max(least, fitted[name])
    with st.popover("Weights", icon=":material/tune:", key="new_weights"):
        if own:
            st.caption(
                f"These begin at the weights for people of {count(picked, 'row')}, which were "
                "better for them on validation rows; the description begins at 1 at least."
            )
        weights = controls.weight_sliders(recommender, prefix)
        controls.reset_weights(recommender, prefix)
        n = _length("new_n")
    return weights, n


def _length(key: str) -> int:
    return int(
        st.selectbox(
            "Length of the list", LENGTHS, index=1, key=key, width=150, persist_state="session",
            help="Items in the list.",
        )
    )
