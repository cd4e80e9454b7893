"""The state that an analyst works on: in the session, in the sliders, and in the address.

The address follows every change, so a reload, the back button and a link all lead to a state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from llmrec_core import whatif
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import controls, follow, state
from llmrec_core.ui.text import plain
from llmrec_core.whatif import State, pins

WEIGHTS = "what_if"
"""Prefix of the weight sliders of this page."""
LENGTH = "what_if_n"
LONGEST = 100
"""Items in a list of this page at most."""
LINK = "state"
"""The `?state=` of a link."""
AGAINST = "what_if_against"
"""The choice of the list before: a widget that the session forgets when the page is left."""
_SEEN = "what_if_link"
"""The link that was last read or written: another one in the address is to be opened."""
_TURN = "what_if_turn"
"""Counts how often widgets have to be drawn anew, because a whole state was put in."""


def base(recommender: Recommender, user_id: str) -> str:
    """The beginning of all session keys of one user's state."""
    return f"what_if:{recommender.study.name}:{user_id}"


def current(recommender: Recommender, user_id: str) -> State:
    """The state worked on, with the weights and the length as their widgets stand."""
    kept: State = st.session_state.get(base(recommender, user_id), State(user_id))
    weights = controls.current_weights(recommender, WEIGHTS)
    length = int(st.session_state.get(LENGTH, kept.n))
    return whatif.with_weights(recommender, replace(kept, n=length), weights)


def put(recommender: Recommender, changed: State) -> None:
    """Work on with a changed state; its weights and length stay in their widgets."""
    st.session_state[base(recommender, changed.user_id)] = changed


def change(recommender: Recommender, user_id: str, act: Callable[[State], State]) -> bool:
    """Do what a callback does to the state; a refusal is shown, and False is given back."""
    try:
        put(recommender, act(current(recommender, user_id)))
    except StudioError as error:
        st.session_state[_problem(recommender, user_id)] = str(error)
        return False
    return True


def changed_and_follow(
    recommender: Recommender, user_id: str, act: Callable[[State], State]
) -> None:
    """The same, and the list alone is drawn again."""
    change(recommender, user_id, act)
    follow.redraw()


def show_problem(recommender: Recommender, user_id: str) -> None:
    """What the last callback refused, once."""
    told = st.session_state.pop(_problem(recommender, user_id), None)
    if told:
        st.error(plain(told), icon=":material/error:")


def _problem(recommender: Recommender, user_id: str) -> str:
    return f"{base(recommender, user_id)}:problem"


def turn() -> int:
    """Part of the keys of widgets that begin anew whenever a whole state is put in."""
    return int(st.session_state.get(_TURN, 0))


def begin_anew(recommender: Recommender, user_id: str, why: str) -> None:
    """Draw the widgets from the state again, and say why."""
    st.session_state[_TURN] = turn() + 1
    st.session_state[_problem(recommender, user_id)] = why


def take_up(recommender: Recommender, wanted: State) -> None:
    """Put a whole state in: everything on the page is drawn from it.

    Sliders and the length have ends; where the state lies beyond them that is told.
    """
    given = dict(wanted.weights) or recommender.default_weights
    beyond = []
    for name in recommender.names:
        weight = float(given.get(name, 0.0))
        shown = min(max(weight, 0.0), controls.MOST_WEIGHT)
        st.session_state[controls.weight_key(recommender, name, WEIGHTS)] = shown
        if shown != weight:
            beyond.append(f"{name} {weight:g}")
    beyond += [f"{name} {weight:g}" for name, weight in given.items()
               if name not in recommender.names and weight]  # fmt: skip
    if wanted.n > LONGEST:
        beyond.append(f"length {wanted.n}")
    st.session_state[LENGTH] = min(wanted.n, LONGEST)
    st.session_state[_TURN] = turn() + 1
    put(recommender, replace(wanted, name=""))
    if beyond:
        st.session_state[_problem(recommender, wanted.user_id)] = (
            f"The state holds what this page cannot show ({', '.join(beyond)}), so its list is "
            "another one here: replay it with llmrec whatif."
        )


def opened(recommender: Recommender) -> None:
    """Take up the state of the address, once; call it above the user picker.

    A link that cannot be read, or names what this study does not have, is told in a sentence.
    """
    token = st.query_params.get(LINK)
    if not token or token == st.session_state.get(_SEEN):
        return
    st.session_state[_SEEN] = token
    try:
        wanted = whatif.from_token(token)
        whatif.profile_of(recommender, wanted)
    except StudioError as error:
        st.error(f"The link's state is not taken up. {plain(error)}", icon=":material/link_off:")
        return
    take_up(recommender, wanted)
    st.session_state[state.USER] = wanted.user_id


def back_to_stored(recommender: Recommender, user_id: str) -> None:
    """The user as stored, where the back button led to the address that names no state.

    An address also names none when the page was left and is come back to: then work goes on.
    """
    here = AGAINST in st.session_state
    if here and st.session_state.get(_SEEN) and LINK not in st.query_params:
        st.session_state[_SEEN] = None
        take_up(recommender, State(user_id))


def write_address(worked: State, *, is_base: bool) -> None:
    """Let the address name the state; nothing where nothing is changed or it is too large."""
    token = None if is_base else pins.link_of(worked)
    if token == st.query_params.get(LINK):
        return
    st.session_state[_SEEN] = token
    if token is None:
        st.query_params.pop(LINK, None)
    else:
        st.query_params[LINK] = token


def link(recommender: Recommender, worked: State) -> str | None:
    """The whole address of a state, to be copied; None where it is too large for one."""
    from urllib.parse import urlencode

    token = pins.link_of(worked)
    if token is None:
        return None
    query = {state.STUDY: recommender.study.name, state.USER: worked.user_id, LINK: token}
    return f"{st.context.url or 'what_if'}?{urlencode(query)}"
