"""Which recipe is better, for what, for whom, and is the difference more than luck?"""

import streamlit as st

from llmrec_core.evaluate import words
from llmrec_core.ui import compare_choice, compare_users, compare_view, state
from llmrec_core.ui.text import plain

study = state.current_study()
state.show_told()
found = compare_choice.choose(study)
if found is None:
    st.stop()

with state.shown_errors():
    lines = compare_view.narrowed(found)
    compare_view.warn(lines)
    metrics = compare_view.axes(lines)
    on_front = compare_view.scatter(lines, metrics)
    against = compare_view.reference(lines, found.kept[0].metric)
    compare_view.table(study, found, lines, metrics, against, on_front)
    document = found.results[found.kept[0].key].document
    st.caption(plain(words.in_one_line(document)))
    st.subheader("Users that one recipe serves better", anchor=False)
    compare_users.draw(study, found, lines, against)
