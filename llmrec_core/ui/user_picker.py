"""Choose a user by id, at random or by example; one choice for all pages, bound to `?user=`."""

from __future__ import annotations

import secrets

import streamlit as st

from llmrec_core import find
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, state
from llmrec_core.ui.text import count, plain

_MATCH = "user_match"
_OF = "user_of"


def pick_user(recommender: Recommender) -> str:
    """Draw the picker and return the id of the user that is looked at.

    An empty box stands for the first example, so that a page is never empty. For an id that is not
    there it shows what is near and ends the page.
    """
    examples = cached.example_users(recommender)
    _forget_other_study(recommender)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "User id", key=state.USER, bind="query-params", type="search", width=260,
            placeholder=examples[0].user_id, icon=":material/person_search:",
            help="Type an id or a part of one and press Enter. An empty box shows the typical "
            "user. The address of this page keeps the user, so that it can be shared.",
        )
        st.button(
            "Random", key="user_random", icon=":material/casino:", on_click=_random,
            args=(recommender,), help="Any user of the study, each as likely as another.",
        )
        for example in examples:
            st.button(
                example.kind, key=f"user_example_{example.kind}", on_click=_choose,
                args=(example.user_id,), type="tertiary",
                help=plain(f"User {example.user_id}: {example.words}."),
            )
    wanted = (typed or "").strip() or examples[0].user_id
    if wanted not in recommender.user_numbers:
        _unknown(recommender, wanted)
    st.caption(_about(recommender, wanted))
    return wanted


def _about(recommender: Recommender, user_id: str) -> str:
    """One line: how much is known of the user."""
    profile = recommender.profiles.at(recommender.user_number(user_id))
    values = recommender.tables.interactions.frame["value"].to_numpy()[profile.row]
    words = [f"User {plain(user_id)}", count(len(profile.item), "interaction")]
    if recommender.behaviour.has_values and len(values):
        words.append(f"mean value {values.mean():.2f}")
    return " · ".join(words)


def _unknown(recommender: Recommender, wanted: str) -> None:
    near = find.users(list(recommender.user_numbers), wanted)
    if not near:
        names = ", ".join(plain(example.user_id) for example in cached.example_users(recommender))
        st.warning(
            f"There is no user «{plain(wanted, 60)}» in this study. Ids look like {names}: type "
            "one of these, or choose an example above.", icon=":material/person_off:",
        )
        st.stop()
    st.pills(
        f"No user is called «{plain(wanted, 60)}»; these ids contain it", near, key=_MATCH,
        format_func=plain, on_change=_take_match,
    )
    st.stop()


def _forget_other_study(recommender: Recommender) -> None:
    """A user of the study that was looked at before is not asked of this one."""
    before = st.session_state.get(_OF)
    known = st.session_state.get(state.USER, "").strip() in recommender.user_numbers
    if before not in (None, recommender.study.name) and not known:
        st.session_state[state.USER] = ""
    st.session_state[_OF] = recommender.study.name


def _choose(user_id: str) -> None:
    st.session_state[state.USER] = user_id


def _random(recommender: Recommender) -> None:
    st.session_state[state.USER] = str(secrets.choice(recommender.behaviour.user_ids))


def _take_match() -> None:
    chosen = st.session_state.get(_MATCH)
    if chosen:
        st.session_state[state.USER] = chosen
