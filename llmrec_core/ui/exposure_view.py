"""The long-tail page's view: two settings side by side, and who gains or loses between them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import signals, tables
from llmrec_core.charts import exposure_figures as figures
from llmrec_core.exposure import compare
from llmrec_core.ui import cached
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import plotly.graph_objects as go

    from llmrec_core.exposure import ExposureReport
    from llmrec_core.recommender import Recommender

FITTED = "Fitted weights"
_ALONE = " alone"
_SAVED = "Saved: "

VIEWS = ("Most shown now", "Never shown now", "Gained", "Lost")
"""The cuts of the item table."""

_MOST_ROWS = 500


def baselines(recommender: Recommender) -> dict[str, np.ndarray]:
    """What the current sliders can be held against: name -> (signals,) weights."""
    journal = recommender.study.journal
    out = {FITTED: recommender.weights()}
    for name in reversed(recommender.names):  # popularity, the usual yardstick, first
        out[f"{signals.label(name)}{_ALONE}"] = recommender.weights({name: 1.0})
    for name in journal.weight_names():
        saved = journal.weights(name)
        if saved is not None and set(saved) <= set(recommender.names):
            out[f"{_SAVED}{name}"] = recommender.weights(saved)
    return out


def first_baseline(choices: Mapping[str, np.ndarray], now: np.ndarray) -> str:
    """The first setting that differs from the sliders: against itself a setting shows nothing."""
    differ = (name for name, other in choices.items() if not np.allclose(other, now, atol=1e-6))
    return next(differ, FITTED)


def reports(
    recommender: Recommender, now: np.ndarray, baseline: np.ndarray, n: int
) -> tuple[ExposureReport, ExposureReport, float]:
    """The two settings' reports and the milliseconds it took to have them."""
    begun = time.perf_counter()
    mine = cached.exposure(recommender, now, n)
    other = cached.exposure(recommender, baseline, n)
    return mine, other, (time.perf_counter() - begun) * 1000


def key_figures(now: ExposureReport, other: ExposureReport, name: str) -> None:
    """Four cards: the setting of the sliders, and its distance to the other one."""
    n, tail = now.n, 100 * now.tail
    cards: tuple[tuple[str, float, float, str, str], ...] = (
        ("Coverage", 100 * now.coverage, 100 * other.coverage, " %",
         f"Share of the {now.n_items:,} items that stand in at least one list of {n}."),
        ("Tail share", 100 * now.tail_share, 100 * other.tail_share, " %",
         f"Share of all places that go to the least popular {tail:.0f} % of the catalogue."),
        ("Gini index", now.gini, other.gini, "",
         "How unevenly places are dealt out over the whole catalogue: 0 when every item is shown "
         "equally often, near 1 when a few have all places."),
        ("Average popularity", now.average_popularity, other.average_popularity, "",
         "Average recommendation popularity: training interactions of the item in a place, "
         "averaged over all places of all lists. Such an item is more popular than "
         f"{amount(100 * now.average_percentile, ' %')} of the catalogue (mean percentile)."),
    )  # fmt: skip
    with st.container(horizontal=True, key="tail_cards"):
        for label, mine, theirs, unit, meaning in cards:
            st.metric(
                label, amount(mine, unit), difference(mine, theirs, unit), border=True,
                delta_color="off", delta_arrow="off" if mine == theirs else "auto",
                help=f"{meaning} The small figure is the difference to «{plain(name)}».",
            )


def amount(value: float, unit: str = "") -> str:
    """A figure with as many decimals as its size bears; «undefined» for nan."""
    if math.isnan(value):
        return "undefined"
    decimals = 3 if abs(value) < 1 and not unit else 1
    return f"{value:,.{decimals}f}{unit}"


def difference(mine: float, theirs: float, unit: str = "") -> str | None:
    """`mine - theirs` in points of the figure's own unit; None where one is undefined."""
    if math.isnan(mine) or math.isnan(theirs):
        return None
    small = max(abs(mine), abs(theirs)) < 1 and not unit
    points = " points" if unit else ""
    return f"{mine - theirs:+,.{3 if small else 1}f}{points}"


def item_table(
    recommender: Recommender, now: ExposureReport, other: ExposureReport, view: str
) -> pd.DataFrame:
    """At most 500 items of one of VIEWS, by how much they changed or how often they stand in lists.

    Columns `title`, `interactions` (training), `other` and `now` (lists the item stands in),
    `change`, `item_id`; text cells inert for spreadsheets.
    """
    import pandas as pd

    from llmrec_core.export import inert

    rows = _rows(now, other, view)[:_MOST_ROWS]
    return inert(
        pd.DataFrame(
            {
                tables.TITLE: [recommender.title(int(item)) for item in rows],
                "interactions": now.counts[rows],
                "other": other.shown[rows],
                "now": now.shown[rows],
                "change": now.shown[rows] - other.shown[rows],
                tables.ITEM: [str(recommender.behaviour.item_ids[item]) for item in rows],
            }
        )
    )


def _rows(now: ExposureReport, other: ExposureReport, view: str) -> np.ndarray:
    change = compare(other, now)
    if view == "Gained":
        return change["item"][change["change"] > 0].to_numpy()
    if view == "Lost":
        return change["item"][change["change"] < 0].to_numpy()[::-1]
    shown = view == VIEWS[0]
    order = np.argsort(-now.shown if shown else -now.counts, kind="stable")
    return order[(now.shown[order] > 0) == shown]


def curves(now: ExposureReport, other: ExposureReport, name: str) -> None:
    """What moved in one sentence, and the Lorenz curves of both settings."""
    st.markdown(plain(sentence(now, other, name)))
    _show(
        figures.lorenz_figure(now, other, names=("now", name)), "tail_lorenz",
        "How evenly the catalogue is shown",
        "Lorenz curve: with the items ordered from the least to the most shown, the share of all "
        "places that go to the first so many of them. The nearer to the diagonal, the more even.",
        f"Lorenz curves of exposure, Gini {now.gini:.2f} now and {other.gini:.2f} for {name}",
        height=380,
    )


def bars(
    recommender: Recommender, now: ExposureReport, other: ExposureReport, name: str
) -> None:
    """Exposure by popularity decile, and the items that gain and lose most."""
    left, right = st.columns(2, gap="medium")
    with left:
        _show(
            figures.decile_figure(now, other, names=("now", name)), "tail_deciles",
            "Who is shown, by popularity",
            "The catalogue in tenths, from the most to the least interacted with; bars are shares "
            "of all places, diamonds shares of the training interactions.",
            "Share of shown places by popularity decile, in both settings",
        )
    change = compare(other, now)
    if change.empty:
        right.caption("No item is shown more or less often than under the other setting.")
        return
    with right:
        _show(
            figures.change_figure(change, recommender.titles.tolist(), most=8), "tail_changes",
            "Who gains and who loses places",
            f"Change in the number of lists that an item stands in, from {plain(name)} to now.",
            "The items that gain and lose most places",
        )


def _show(
    figure: go.Figure, key: str, heading: str, meaning: str, alt: str, height: int = 440
) -> None:
    """A figure under a heading of the page: a title inside it is cut where the column is narrow."""
    st.markdown(f"**{heading}**", help=meaning)
    figure.update_layout(title=None, height=height, margin={"t": 10, "r": 10})
    st.plotly_chart(figure, key=key, alt=alt)


def timing(now: ExposureReport, spent: float) -> None:
    """How long the two settings took; a setting seen before is kept."""
    kept = " (both kept from before)" if spent < 20 else ""
    st.caption(
        f"{now.n_lists:,} lists of {now.n} in each of the two settings in {spent:,.0f} ms{kept}."
    )


def sentence(now: ExposureReport, other: ExposureReport, name: str) -> str:
    """What moved, in words: places that changed hands, items that entered and left all lists."""
    entered = int(((now.shown > 0) & (other.shown == 0)).sum())
    left = int(((now.shown == 0) & (other.shown > 0)).sum())
    moved = int(np.abs(now.shown - other.shown).sum()) // 2
    if not moved:
        return (
            f"Your sliders and «{name}» show every item equally often: "
            "move a slider, or compare with another setting."
        )
    share = 100 * moved / max(1, int(other.shown.sum()))
    return (
        f"Against «{name}», {moved:,} places ({share:.0f} % of all) went to other items: "
        f"{entered:,} items entered the lists, {left:,} left them altogether."
    )


def items(recommender: Recommender, now: ExposureReport, other: ExposureReport, name: str) -> None:
    """Who gained, who lost and who is never shown, as a table to take along."""
    view = st.segmented_control(
        "Items", VIEWS, default=VIEWS[0], key="tail_view", required=True, persist_state="session",
        help=f"Gained and lost: against {plain(name)}, the largest change first. Most shown and "
        "never shown: under your sliders.",
    )
    frame = item_table(recommender, now, other, str(view or VIEWS[0]))
    if frame.empty:
        st.caption("No item here.")
        return
    st.dataframe(
        frame, key="tail_items", hide_index=True, column_config=_columns(name), height=420,
        alt=f"{view}: items with their exposure in both settings",
    )
    st.download_button(
        "Download this table (CSV)", frame.to_csv(index=False), on_click="ignore",
        file_name=f"{recommender.study.name}_exposure.csv", mime="text/csv",
        icon=":material/download:", key="tail_download",
        help="Text cells that a spreadsheet would run as a formula begin with an apostrophe.",
    )


def _columns(name: str) -> dict[str, Any]:
    """The item table's columns in words."""
    number = st.column_config.NumberColumn
    return {
        tables.TITLE: st.column_config.TextColumn("Title", width="medium"),
        "interactions": number("Interactions", help="Training interactions of the item"),
        "other": number("Lists before", help=f"Lists that the item stands in: {plain(name)}"),
        "now": number("Lists now", help="Lists that the item stands in with your sliders"),
        "change": number("Change", format="%+d", help="Lists gained or lost with your sliders"),
        tables.ITEM: st.column_config.TextColumn("Item id"),
    }
