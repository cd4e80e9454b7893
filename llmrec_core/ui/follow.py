"""What follows a knob: the named parts of a page that are drawn again when it moves, and no others.

A widget in a fragment redraws the whole fragment, itself and its neighbours too, and the browser
lays all of it out again before the list is seen to change. So the parts that follow are fragments
of their own, in the order of what is waited for, and a knob's callback asks for these alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import streamlit as st

from llmrec_core.ui import state

_FOLLOWERS = "followers"


def begin() -> None:
    """Forget what followed on the page before; call it once, above everything that follows."""
    st.session_state[_FOLLOWERS] = []


def follows(name: str, draw: Callable[[], None]) -> None:
    """Draw a part of the page now, and again by itself whenever a knob moves."""
    @wraps(draw)
    def guarded() -> None:
        with state.shown_errors():  # the frame's own guard does not run when a part is drawn alone
            draw()

    st.session_state.setdefault(_FOLLOWERS, []).append(name)
    st.fragment(key=name)(guarded)()


def redraw() -> None:
    """The last line of a knob's callback: what follows is drawn again, in order."""
    names = st.session_state.get(_FOLLOWERS)
    if names:
        st.rerun(list(dict.fromkeys(names)))
