"""The recipes saved under a name: what they are, and where to go on with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import signals
from llmrec_core.errors import StudioError
from llmrec_core.journal import Kept
from llmrec_core.search import load_saved
from llmrec_core.study import Study
from llmrec_core.ui import evaluation_job, recipe_choice
from llmrec_core.ui.text import inert, plain

if TYPE_CHECKING:
    import pandas as pd

_PICKED = "saved_recipe"
EVALUATION, DATA = "pages/measure/evaluation.py", "pages/study/data.py"


def draw(study: Study) -> None:
    """The list, and a way on with one of them."""
    names = study.journal.document_names(Kept.RECIPE)
    if not names:
        st.caption("None yet: a find that is saved above stands here, to be measured or built.")
        return
    st.dataframe(
        frame(study, names), key="saved_recipes", hide_index=True, height="content",
        alt="Saved recipes",
        column_config={
            "NDCG": st.column_config.NumberColumn(
                format="%.4f", help="On the folds of users that it was chosen on: it flatters."
            ),
        },
    )
    if st.session_state.get(_PICKED) not in (None, *names):
        del st.session_state[_PICKED]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = str(st.selectbox(
            "Go on with", names, key=_PICKED, width=420, persist_state="session",
            format_func=lambda one: plain(one, 80),
        ))  # fmt: skip
        measure = st.button(
            "Measure it", key="recipe_measure", icon=":material/straighten:",
            help="To the evaluation page, with this recipe chosen.",
        )
        build = st.button(
            "Build with it", key="recipe_build", icon=":material/build:",
            help="To the data page, with this recipe chosen.",
        )
    if measure:
        st.session_state[evaluation_job.RECIPE] = name
        st.switch_page(EVALUATION)
    if build:
        st.session_state[recipe_choice.key(study)] = name
        st.switch_page(DATA)


def frame(study: Study, names: list[str]) -> pd.DataFrame:
    """One row a recipe; text that no spreadsheet takes for a formula."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for name in names:
        try:
            saved = load_saved(study, name)
        except StudioError as error:  # saved by another version, with settings there are no more
            rows.append({"Name": inert(name), "Weights": inert(str(error))})
            continue
        told = ", ".join(f"{signals.label(s)} {w:g}" for s, w in saved.weights.items())
        rows.append({
            "Name": inert(name), "NDCG": saved.value,
            "Found on": f"training rows of {saved.protocol}"
            + ("" if saved.today else ", in earlier data"),
            "Trials": saved.trials, "Weights": told,
        })  # fmt: skip
    return pd.DataFrame(rows)
