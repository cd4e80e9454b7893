"""Looking after a study: filters, splits, building, deleting."""

from __future__ import annotations

import math

import streamlit as st

from llmrec_core import provenance
from llmrec_core.behaviour import Filters
from llmrec_core.errors import InputError
from llmrec_core.study import Study
from llmrec_core.summary import ties_sentence
from llmrec_core.ui import (
    cached,
    evaluation_job,
    jobs,
    recipe_choice,
    search_job,
    settings_choice,
    signals_choice,
    state,
    writing_told,
)
from llmrec_core.ui.text import plain

_ENCODER = "build_encoder"
_FILTERS = ("filter_value", "filter_user", "filter_item")


def _keys(study: Study) -> tuple[str, str, str]:
    value, user, item = (f"{name}_{study.name}" for name in _FILTERS)
    return value, user, item


def _wanted(study: Study) -> Filters:
    """The filters that the controls show."""
    value, user, item = (st.session_state.get(key) for key in _keys(study))
    # What the browser sends may lie outside the controls' bounds.
    least = None if value is None or not math.isfinite(value) else float(value)
    return Filters(
        min_value=least, min_per_user=max(1, int(user or 1)), min_per_item=max(1, int(item or 1))
    )


def _apply(name: str) -> None:
    with state.telling(f"The filters of {name!r} are in force: build again to use them."):
        study = Study.open(name)
        wanted = _wanted(study)
        if jobs.running(study):  # it reads the filters when it needs them
            raise InputError("The study is being built: wait or cancel before changing filters.")
        if cached.filtered(study, wanted)["rows_after"] == 0:
            raise InputError("These filters leave no row: lower the value or the rows needed.")
        study.set_filters(wanted)
    st.rerun()  # the whole page: a click in a fragment runs only that


@st.fragment
def filters(name: str) -> None:
    """Which rows count, tried at once and kept on a click."""
    study = Study.open(name)
    now = study.filters
    value, user, item = _keys(study)
    first, second, third = st.columns(3)
    first.number_input(
        "Lowest value", value=now.min_value, key=value, placeholder="all rows",
        help="Rows with a smaller rating or count are left out. Empty keeps all.",
    )
    second.number_input(
        "Rows a user needs", 1, value=now.min_per_user, key=user,
        help="Users with fewer rows are left out, repeatedly together with items (k-core).",
    )
    third.number_input(
        "Rows an item needs", 1, value=now.min_per_item, key=item,
        help="Items with fewer rows lose their rows; they stay in the catalogue.",
    )
    wanted = _wanted(study)
    effect = cached.filtered(study, wanted)
    with st.container(horizontal=True):
        for label, key in (("Rows", "rows"), ("Users", "users"), ("Items with rows", "items")):
            before, after = effect[f"{key}_before"], effect[f"{key}_after"]
            st.metric(
                label, f"{after:,}", f"{after - before:,}", border=True, delta_color="off",
                delta_description=f"against {before:,} read", help="What these filters leave.",
            )
    st.button(
        "Use these filters", key="filters_apply", icon=":material/filter_alt:",
        on_click=_apply, args=(name,),
        disabled=wanted == now or effect["rows_after"] == 0 or jobs.running(study),
        help="Everything built after uses them; what was built before stays until then.",
    )
    if effect["rows_after"] == 0:
        st.caption("Nothing is left: lower a bound.")
    elif wanted != now:
        st.caption("Not in force yet.")


@st.fragment
def splits(name: str) -> None:
    """What each way of testing would hold out, and whether times can be trusted."""
    study = Study.open(name)
    share = st.slider(
        "Held-out share", 5, 50, 20, 5, format="%d %%", key="split_share", persist_state="session",
        width=420, help="Of each user's rows, of each item's, or of all, by the kind of split.",
    )
    st.dataframe(
        cached.splits_of(study, share / 100), key="split_table", hide_index=True,
        alt="Rows and users that each kind of split holds out",
        column_config={
            "kind": st.column_config.TextColumn("Split", help="Its name on the command line."),
            "asks": st.column_config.TextColumn("What it asks", width="large"),
            "rows": st.column_config.NumberColumn("Rows held out", format="localized"),
            "share": st.column_config.NumberColumn("Share of rows", format="percent"),
            "users": st.column_config.NumberColumn(
                "Users tested", format="localized", help="Users with at least one held-out row."
            ),
        },
    )
    st.caption(
        "A build chooses settings and weights on last_share and then fits on all rows. "
        "`llmrec evaluate` measures under a protocol."
    )
    summary = cached.summary_of(study)
    sentence = ties_sentence(summary.ties, summary.users)
    if sentence:
        st.warning(plain(sentence), icon=":material/schedule:")


def build(study: Study) -> None:
    """Build with progress and cancel."""
    built = provenance.made(study)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        st.text_input(
            "Encoder", "bundled", key=_ENCODER, persist_state="session",
            help="«bundled» needs no network; or a folder, or the name of a sentence-transformers "
            "model (safetensors only, no code of its own is run).",
        )
    signals_choice.pick(study)
    settings_choice.pick(study)
    recipe_choice.pick(study)
    with right:
        jobs.start_button(study, _ENCODER, again=built is not None)
    st.caption(_state_of(built))
    writing_told.show(study, built)
    jobs.panel(study, stale=built is None or bool(built.missing))


def _state_of(built: provenance.Made | None) -> str:
    if built is None:
        return "Not built yet."
    if built.missing:
        words = ", ".join(provenance.STAGES[stage] for stage in built.missing)
        return f"Missing since the data, the filters or the version changed: {words}."
    return "Everything is up to date; building again would only check it."


def _delete(name: str) -> None:
    with state.telling(f"The study {name!r} is deleted."):
        study = Study.open(name)
        if st.session_state.get(f"delete_name_{name}") != name:
            return
        jobs.end(study)
        evaluation_job.job(study).end()
        search_job.job(study).end()
        study.delete()
        st.session_state.pop(state.STUDY, None)


def delete(study: Study) -> None:
    """Delete the study, after its name was typed."""
    with st.popover("Delete this study", icon=":material/delete:", key="delete_open"):
        st.markdown("This removes the data, everything built and **everything people typed**.")
        typed = st.text_input(
            f"Type {study.name} to confirm", key=f"delete_name_{study.name}", live=True,
            autocomplete="off",
        )
        st.button(
            "Delete for good", key="delete_go", type="primary", icon=":material/delete_forever:",
            on_click=_delete, args=(study.name,), disabled=typed != study.name,
        )
