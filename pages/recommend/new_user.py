"""What somebody would get who tells us a sentence or names a few items."""

import streamlit as st

from llmrec_core.ui import cached, new_user, new_user_map, state
from llmrec_core.ui.gauge import show_gauge
from llmrec_core.ui.ledger import show_ledger
from llmrec_core.ui.ranking import show_list
from llmrec_core.ui.weights import NO_WEIGHT, new_user_weights

recommender = state.current_recommender()
st.caption(
    "Nobody stored: what is typed and picked here makes a profile like any other, and is forgotten "
    "with the session."
)


@st.fragment
@state.shown_errors()
def newcomer() -> None:
    """What is typed and picked, the list, its ledger and the place on the map."""
    about, answer = st.columns([4, 7], gap="medium")
    with about:
        with st.container(border=True):
            said = new_user.sentences(recommender)
        with st.container(border=True):
            picks = new_user.picked(recommender)
    with answer:
        if not said and not picks:
            st.info(
                "Nothing is known of this person yet: type a sentence, add an example, or find an "
                "item they know.", icon=":material/person_add:",
            )
            return
        profile, block = cached.new_user_block(recommender, said, picks)
        new_user.what_is_known(block)
        weights, n = new_user_weights(recommender, len(picks))
        show_gauge(recommender, profile, block, weights)
    with about:
        new_user_map.show_place(recommender, profile, block, weights, n, picks)
    with answer:
        if not weights.any():
            st.warning(NO_WEIGHT, icon=":material/tune:")
            return
        key = f"new_list:{recommender.study.name}"
        item = show_list(recommender, block, weights, n, key=key)
        if item is not None:
            show_ledger(recommender, profile, block, weights, item, key="new_ledger")


newcomer()
