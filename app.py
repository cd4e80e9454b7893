"""The frame of every page: configuration, navigation, the study that is looked at."""

import streamlit as st

from llmrec_core.ui import controls, navigation, state

st.set_page_config(page_title="LLMRec Studio", page_icon=navigation.ICON, layout="wide")
page = st.navigation(navigation.sections(), expanded=True)
state.start()
with st.sidebar:
    controls.pick_study()
st.title(page.title, anchor=False)
with state.shown_errors():
    page.run()
