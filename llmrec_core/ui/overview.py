"""The sections of the overview: what is in the study, what was built with what."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from llmrec_core import signals
from llmrec_core.charts import study_figures
from llmrec_core.export import inert
from llmrec_core.provenance import Made
from llmrec_core.study import Study
from llmrec_core.summary import HEAD_SHARE, Summary, ties_sentence
from llmrec_core.tune import Choice
from llmrec_core.ui import navigation, state, writing_told
from llmrec_core.ui.text import count, plain

_LIST_HEIGHT = 388  # ten rows and the header, so that neither list scrolls
_DEVICES = {"cuda": "GPU (CUDA)", "mps": "GPU (Apple)", "cpu": "CPU"}


def about(study: Study) -> None:
    """What a person should know first: where the data come from."""
    text = str(study.card.get("about") or "")
    if text:
        st.info(plain(text), icon=":material/info:")


def figures(summary: Summary) -> None:
    """The row of key figures."""
    with st.container(horizontal=True):
        st.metric("Users", f"{summary.users:,}", border=True,
                  help=f"With at least one row; the median user has {summary.per_user:,.0f} rows.")
        st.metric("Items", f"{summary.items:,}", border=True,
                  help=f"In the catalogue; {summary.items_touched:,} of them occur in the rows.")
        st.metric("Interactions", f"{summary.interactions:,}", border=True,
                  help="Rows in force, after the filters of the data page.")
        st.metric("Density", f"{summary.density:.2%}", border=True,
                  help="Share of all pairs of a user and an item that occur.")
        st.metric("Time span", _span(summary), border=True,
                  help=_dates(summary) or "The rows have no times.")
    st.caption(_values(summary))


def _span(summary: Summary) -> str:
    days = summary.days
    if days is None:
        return "no times"
    if days < 120:
        return count(days, "day")
    return f"{days / 30.44:,.0f} months" if days < 1100 else f"{days / 365.25:,.1f} years"


def _dates(summary: Summary) -> str:
    return f"{summary.first} to {summary.last}" if summary.first else ""


def _values(summary: Summary) -> str:
    low, high = summary.value_range
    words = (
        f"Values run from {low:g} to {high:g}." if low < high
        else "All rows have one value: what is known is who took what, not how they liked it."
    )
    dates = _dates(summary)
    return f"{words} Rows date from {dates}." if dates else f"{words} No row has a time."


def ties(summary: Summary) -> None:
    """A warning where times do not tell the order of a history."""
    sentence = ties_sentence(summary.ties, summary.users)
    if sentence:
        st.warning(plain(sentence), icon=":material/schedule:")


def machine(made: Made) -> None:
    """What the last build used, in three lines and two tables."""
    when = dt.datetime.fromtimestamp(made.finished)
    device = str(made.encoder.get("device", ""))
    with st.grid(4, min_column_width=170):
        st.metric("Device", _DEVICES.get(device.partition(":")[0], device or "unknown"),
                  border=True, help="Where texts were encoded; everything else runs on the CPU.")
        st.metric("Built", f"{when:%d %b}", border=True,
                  help=f"When the last build ended: {when:%Y-%m-%d %H:%M:%S}, local time.")
        st.metric("Time to build", f"{made.seconds:,.0f} s", border=True,
                  help="All stages together, without starting the encoder.")
        st.metric("On disk", f"{made.bytes / 1e6:,.1f} MB", border=True,
                  help="Everything computed; it may be deleted and made again.")
    st.caption(
        plain(
            f"Encoder: {made.encoder.get('name')}, {made.encoder.get('dim')} dimensions, "
            f"{made.encoder.get('precision')}. {writing_told.wrote(made)}"
        )
    )


def stages(made: Made) -> None:
    """Seconds and size of every stage, and the versions in use."""
    rows = [
        {"Stage": card.words.capitalize(), "Seconds": card.seconds, "MB": card.bytes / 1e6}
        for card in made.stages
    ]
    st.dataframe(
        rows, key="overview_stages", hide_index=True, alt="Seconds and size of every build stage",
        column_config={
            "Seconds": st.column_config.NumberColumn(
                format="%.1f", help="When the stage last ran; a stage that is kept does not run."
            ),
            "MB": st.column_config.NumberColumn(format="%.2f", help="Size on disk."),
        },
    )
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    st.caption(plain(f"Made with {versions}."))


def blend(choice: Choice, n: int) -> None:
    """What each signal is worth alone in lists of `n`, and the weight it got."""
    if not choice.validation:
        st.caption(
            "Weights were not fitted: too few users have the five rows it takes to hold some out."
        )
        return
    validation, weights = choice.validation, choice.weights
    left, right = st.columns([3, 4])
    with left:
        st.plotly_chart(
            study_figures.signals_figure(validation, weights, n=n), key="overview_signals",
            alt="Ranking quality of each signal alone and of the blend on validation rows",
        )
    rows = [
        {
            "Signal": signals.label(name), "Weight": f"{weight:.2f}",
            "As good": _as_good(choice, name),
            "What it looks at": signals.MEANINGS[name],
        }
        for name, weight in weights.items()
    ]
    with right:  # a static table, since its text wraps
        st.table(rows, border="horizontal", hide_index=True, alt="Fitted weight of each signal")
        for name, why in choice.reasons.items():
            st.caption(plain(f"{signals.label(name)}: {why}"))
    st.caption(
        "Each user's last fifth was held out, the signals fitted on the rest and judged by "
        f"how high held-out items stand in a list of {n} (NDCG@{n}, from 0 to 1). "
        "Weights, in standard deviations of a signal so that they compare, were then moved one at "
        "a time; a weight of 0 means that the signal added nothing to the others. As good are the "
        "weights that do no worse beyond the noise, the other weights kept. These figures "
        "chose the settings, so they flatter a little."
    )


def _as_good(choice: Choice, name: str) -> str:
    """«0.10 to 0.50», the weights that validation cannot tell from the most accurate one."""
    ends = choice.as_good.get(name)
    return f"{ends[0]:.2f} to {ends[1]:.2f}" if ends else ""


def popularity(summary: Summary) -> None:
    """The long tail as a curve."""
    st.plotly_chart(
        study_figures.popularity_figure(summary.counts, head=HEAD_SHARE), key="overview_popularity",
        alt="Interactions of every item, most popular first",
    )
    never = summary.items - summary.items_touched
    rest = (
        "every item of the catalogue occurs" if never == 0
        else f"in {count(never, 'item')} of the catalogue nobody took an interest"
    )
    st.caption(
        f"The most popular {HEAD_SHARE:.0%} of the items get {summary.head_share:.0%} of the "
        f"interactions; {rest}."
    )


def items(summary: Summary) -> None:
    """The most popular items, and some drawn at random, which says more of the tail."""
    config = {
        "item_id": st.column_config.TextColumn("Item", width="small"),
        "title": st.column_config.TextColumn("Title", width="medium"),
        "interactions": st.column_config.NumberColumn("Rows", format="localized"),
        "share": st.column_config.NumberColumn(
            "Users", format="percent", help="Share of users with at least one row of the item.",
        ),
    }
    for column, frame, words, key in zip(
        st.columns(2), (summary.popular, summary.sample),
        ("Most popular items", "Ten items drawn at random"), ("popular", "sample"), strict=True,
    ):
        with column:
            st.markdown(f"**{words}**")
            st.dataframe(
                inert(frame), key=f"overview_{key}", hide_index=True, column_config=config,
                height=_LIST_HEIGHT, alt=words,
            )


def coverage(summary: Summary) -> None:
    """How much of the catalogue has each text and attribute."""
    st.dataframe(
        inert(summary.coverage), key="overview_coverage", hide_index=True,
        alt="Share of items that have each text field and attribute",
        column_config={
            "field": st.column_config.TextColumn("Field"),
            "kind": st.column_config.TextColumn("Kind", width="small"),
            "share": st.column_config.ProgressColumn(
                "Items", min_value=0.0, max_value=1.0, format="percent",
                width="small", help="Share of the catalogue that has it.",
            ),
            "values": st.column_config.NumberColumn(
                "Words or values", format="localized",
                help="Median words of a text, distinct values of an attribute.",
            ),
        },
    )


def next_pages(study: Study) -> None:
    """Where to go from here, one question each."""
    with st.grid(3, min_column_width=260):
        for spec in navigation.PAGES:
            if spec.section == "Study":
                continue
            with st.container(border=True, height="stretch"):
                st.page_link(
                    spec.path, label=spec.title, icon=spec.icon,
                    query_params={state.STUDY: study.name},
                )
                st.caption(spec.question)
