"""Named ideas: where a user stands along them, how much of a score they make, what each weighs."""

import streamlit as st

from llmrec_core.ui import (
    cached_concepts,
    concept_phrases,
    concept_places,
    concept_state,
    concept_view,
    concept_weights,
    follow,
    state,
)
from llmrec_core.ui.user_picker import pick_user

recommender = state.current_recommender()
st.caption(
    "A concept is a phrase that the encoder has read: a direction among all texts. Scores of "
    "signals that read texts are sums over concepts and a rest, so that each can be weighed."
)
user = pick_user(recommender)


@st.fragment
def concepts() -> None:
    """All that follows the phrases and the sliders."""
    follow.begin()
    state.show_told()
    concept_state.start(recommender)
    name = concept_weights.pick_signal(recommender)
    if name is None:
        return
    found = concept_phrases.current(recommender)
    if found is None:
        concept_phrases.editor(recommender, None)
        return
    phrases = concept_state.phrases(recommender)
    with st.spinner("Reading new sentences…", show_time=True):
        weighing = cached_concepts.weighing(recommender, user, name, phrases)
    spread = cached_concepts.spread(recommender, name, phrases)
    concept_view.cards(weighing, spread, name)
    weigh, own, words = st.tabs(
        [":material/tune: Weigh", ":material/person: This user", ":material/edit_note: Phrases"],
        key="concepts_tabs", on_change="rerun",
    )
    if weigh.open:
        with weigh:
            left, right = st.columns([1, 2], gap="medium")
            with left:
                concept_weights.sliders(recommender, weighing, spread, name, phrases)
            with right:
                weights, n = concept_view.list_knobs(recommender, weighing)
                follow.follows(
                    "concepts_lists",
                    lambda: concept_view.lists(recommender, weighing, weights, n),
                )
                follow.follows(
                    "concepts_item",
                    lambda: concept_view.item_score(recommender, weighing, weights, n),
                )
    if own.open:
        with own:
            listed = concept_view.listed(recommender, weighing)
            concept_places.show_places(recommender, user, name, phrases, listed)
    if words.open:
        with words:
            concept_phrases.editor(recommender, found)


concepts()
