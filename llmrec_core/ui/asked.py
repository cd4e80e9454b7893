"""Work that a person asks for: it stays that of the weights of then, so a slider costs nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import streamlit as st

from llmrec_core import signals

Asked = tuple[Hashable, tuple[float, ...]]
"""What was asked about, and the weights at that time."""


def on_opening(key: str) -> None:
    """The callback of the expander `key`: who opens it asks; who shuts it does not."""
    if st.session_state[key]:
        _ask(key)


def weights_asked(
    key: str, about: Hashable, names: Sequence[str], weights: np.ndarray, button: str
) -> np.ndarray | None:
    """(signals,) float32, the weights that were in force when this was asked about.

    None until then: a button is drawn in place of an answer. Where the weights are others by now
    it says which, and offers to ask again. `about` names all but the weights that an answer
    depends on; `names` are the signals in the order of `weights`.
    """
    now = tuple(round(float(w), 6) for w in weights)
    place = f"{key}_answered"
    if st.session_state.pop(_flag(key), False):
        st.session_state[place] = (about, now)
    kept: Asked | None = st.session_state.get(place)
    if kept is None or kept[0] != about:
        _button(key, button)
        return None
    if kept[1] != now:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"For the weights of then: {others(names, kept[1], now)}.", width="content")
            _button(key, "For the weights set now")
    return np.array(kept[1], np.float32)


def others(names: Sequence[str], then: Sequence[float], now: Sequence[float]) -> str:
    """«Taste 0.50 (now 0.80), Sequence 0.10 (now 0.00)»."""
    return ", ".join(
        f"{signals.label(name)} {a:.2f} (now {b:.2f})"
        for name, a, b in zip(names, then, now, strict=True) if a != b
    )


def _flag(key: str) -> str:
    return f"{key}_wanted"


def _ask(key: str) -> None:
    st.session_state[_flag(key)] = True


def _button(key: str, words: str) -> None:
    st.button(words, key=f"{key}_ask", icon=":material/play_arrow:", on_click=_ask, args=(key,))
