"""What the last search found: figures, history, weights and settings; to be saved under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import signals
from llmrec_core.charts.search_figures import history_figure
from llmrec_core.errors import InputError
from llmrec_core.evaluate import stored, words
from llmrec_core.journal import Kept
from llmrec_core.recipe import digest
from llmrec_core.search import save_found
from llmrec_core.search.whole import changed, last_found
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.text import count, inert, plain, signed

if TYPE_CHECKING:
    import pandas as pd

_NAME = "search_name"


def draw(study: Study) -> None:
    """Everything about the last find, or what to do where there is none."""
    found = last_found(study)
    if found is None:
        st.info(
            "Nothing was searched yet: choose a protocol and press «Search», or run "
            f"`llmrec search {study.name}`.", icon=":material/manage_search:",
        )
        return
    if found["data"] != stored.content_key(study):
        st.caption(":material/history: The study was imported anew since: this was found in its "
                   "earlier data.")  # fmt: skip
    cards(found)
    st.caption(plain(verdict(found)))
    history(found)
    table(found)
    save(study, found)


def cards(found: dict[str, Any]) -> None:
    """The defaults and the best, where they were chosen and where nothing was."""
    title = words.title(found["metric"])
    aside = count(found["users_aside"], "user")
    shown = [
        ("Defaults", "begun", "", "Default settings with weights fitted on the folds."),
        ("Best found", "value", "begun", "The best trial on the same folds: it was chosen there, "
         "so this figure flatters."),
        ("Defaults, kept aside", "begun_aside", "", f"On {aside} on whom nothing was chosen."),
        ("Best, kept aside", "aside", "begun_aside", f"On {aside} on whom nothing was chosen: the "
         "figure to go by."),
    ]  # fmt: skip
    with st.container(horizontal=True, key="search_cards"):
        for label, value, base, meaning in shown:
            gain = f"{found[value] - found[base]:+.4f}" if base else None
            st.metric(label, f"{found[value]:.4f}", gain, border=True, height="stretch",
                      help=f"{title}. {meaning}")  # fmt: skip


def verdict(found: dict[str, Any]) -> str:
    """Whether the find is better than the defaults, in one or two sentences."""
    gain, (low, high) = found["aside"] - found["begun_aside"], found["gain"]
    told = (
        f"On {count(found['users_aside'], 'user')} kept aside the find gains {signed(gain, 4)} "
        f"(95 % {signed(low, 4)} to {signed(high, 4)})"
    )
    if low > 0:
        told += ": better than the defaults, beyond luck."
    elif high < 0:
        told += ": worse than the defaults. Keep the defaults, or search for longer."
    else:
        told += ": not to be told apart from the defaults. Search for longer, or keep the defaults."
    if found["earlier"]:
        told += (
            " The same users judged the finds of earlier runs too: the interval holds for one "
            "look, and who looks until it is above 0 finds luck."
        )
    return (
        f"{told} {count(found['trials'], 'trial')}, {found['earlier']:,} of them of earlier runs, "
        f"{found['pruned']:,} given up early; the last run took {found['seconds']:,.0f} s, inside "
        f"the training rows of {found['protocol']}, with the encoder {found['encoder']}."
    )


def history(found: dict[str, Any]) -> None:
    """What the trials were worth, in their order."""
    title = words.title(found["metric"])
    st.markdown(f"**{title} on folds of users, trial by trial**")
    figure = history_figure(found["history"], found["begun"], title)
    st.plotly_chart(figure, key="search_history", alt=f"{title} of every trial, and the best yet")


def table(found: dict[str, Any]) -> None:
    """Weights and settings beside the defaults'."""
    st.dataframe(
        settings_frame(found), key="search_table", hide_index=True, height="content",
        alt="Signals with the weights and settings that were found",
        column_config={
            "Weight": st.column_config.NumberColumn(format="%.2f"),
            "By default": st.column_config.NumberColumn(
                format="%.2f", help="The weight that was fitted to the default settings."
            ),
            "Settings": st.column_config.TextColumn(
                width="large", help="Those that differ from the default's."
            ),
        },
    )


def settings_frame(found: dict[str, Any]) -> pd.DataFrame:
    """One row a signal."""
    import pandas as pd

    rows = []
    for name, weight in found["weights"].items():
        told = ", ".join(f"{key} {value}" for key, value in changed(found, name).items())
        rows.append({
            "Signal": signals.label(name), "Weight": float(weight),
            "By default": float(found["begun_weights"].get(name, 0.0)),
            "Settings": inert(told or "as by default") if weight else "no weight: left out",
        })  # fmt: skip
    return pd.DataFrame(rows)


def save(study: Study, found: dict[str, Any]) -> None:
    """Keep the find under a name."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the recipe", key=_NAME, max_chars=120, persist_state="session", live=True,
            placeholder="for a build or an evaluation", width=420,
        )
        st.button(
            "Save the recipe", key="search_save", icon=":material/save:", on_click=_save,
            args=(study.name, digest(found)), disabled=not name.strip(),
        )
    if name.strip() in study.journal.document_names(Kept.RECIPE):
        st.caption("There is a recipe of this name: it will mean this find. What it meant before "
                   "stays in the journal.")  # fmt: skip


def _save(study_name: str, shown: str) -> None:
    name = str(st.session_state.get(_NAME) or "")
    with state.telling(f"The recipe «{name.strip()}» is saved."):
        study = Study.open(study_name)
        found = last_found(study)
        if found is None or digest(found) != shown:
            raise InputError("Another search has ended meanwhile: look at its find, then save.")
        save_found(study, name, found)
