"""Beyond the table of an evaluation: slices, published figures, cold users, new items, likes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core.charts.cold_figures import cold_figure, new_items_figure
from llmrec_core.charts.measure_figures import dots_figure
from llmrec_core.evaluate import stored, words
from llmrec_core.evaluate.cold import KNOWING
from llmrec_core.protocol.published import beside
from llmrec_core.ui import cached_measure, faithful_view
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.result import Result
    from llmrec_core.evaluate.stored import Kept
    from llmrec_core.study import Study

MOST_DRAWN = 3
"""Recipes drawn beside each other before others are chosen."""
_CHOSEN = "Settings and weights are those that were chosen with all training rows."


def draw(study: Study, kept: Kept, result: Result, metric: str, reference: str) -> None:
    """A tab for each thing that was measured beyond the rows; only the open one is computed."""
    document = result.document
    parts: dict[str, Callable[[], None]] = {
        ":material/groups: Slices": lambda: slices(study, kept, result, metric, reference)
    }
    found = beside(document)
    if found is not None:
        parts[":material/menu_book: Published table"] = lambda: published(found)
    if "cold_curve" in document:
        parts[":material/ac_unit: Few interactions"] = lambda: cold(document["cold_curve"])
    if "new_items" in document:
        parts[":material/fiber_new: New items"] = lambda: new_items(document["new_items"])
    if "liking" in document:
        parts[":material/thumb_up: Likes"] = lambda: liking(study, document)
    if "match" in document:
        parts[":material/join: Concepts"] = lambda: concepts(document["match"])
    if "faithful" in document:
        parts[":material/verified: Faithful"] = lambda: faithful_view.measured(document["faithful"])
    tabs = st.tabs(list(parts), key="evaluation_tabs", on_change="rerun")
    for tab, part in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                part()


def slices(study: Study, kept: Kept, result: Result, metric: str, reference: str) -> None:
    """Who is served well and with what: recipes by kinds of users, or of held-out items."""
    if kept.data != stored.content_key(study):
        st.caption("The study was imported anew since: its users and items are no longer those "
                   "of these figures.")  # fmt: skip
        return
    names = list(result.per_user)
    left, right = st.columns(2)
    first = list(dict.fromkeys(n for n in ("blend", reference, "popularity") if n in names))
    chosen = right.multiselect(
        "Recipes", names, default=first[:MOST_DRAWN], key="slices_recipes", format_func=plain
    )
    frame = cached_measure.slices(study, kept, tuple(chosen or first[:MOST_DRAWN]))
    kinds = list(dict.fromkeys(zip(frame["about"], frame["by"], strict=True)))
    if not kinds:
        st.caption("No slice has users.")
        return
    about, by = left.selectbox(
        "By", kinds, key="slices_by", format_func=lambda kind: plain(f"{kind[0]}: {kind[1]}", 60),
        help="Users by how much and how popular is what they have in training, and by their "
        "attributes; held-out items by their popularity and attributes.",
    )
    mine = frame[(frame["about"] == about) & (frame["by"] == by)]
    # Of held-out items only recall is known: a share of those of the kind.
    told = metric if metric in set(mine["metric"]) else str(mine["metric"].iloc[0])
    mine = mine[mine["metric"] == told]
    place = {name: k for k, name in enumerate(dict.fromkeys(mine["slice"]))}
    mine = mine.sort_values("slice", key=lambda names: names.map(place), kind="stable")
    figure = dots_figure(
        [f"{name} ({n:,})" for name, n in zip(mine["slice"], mine["n"], strict=True)],
        mine["recipe"].tolist(), mine["value"].to_numpy(float),
        mine[["low", "high"]].to_numpy(float), words.title(told),
    )
    figure.update_layout(margin={"t": 30, "r": 10})
    st.plotly_chart(figure, key="slices_dots", alt=f"{told} by slice and recipe")
    st.dataframe(
        slice_table(mine), key="slices_table", hide_index=True, height="content",
        alt="Slices by recipe", column_config=_decimals(list(dict.fromkeys(mine["recipe"]))),
    )
    st.caption(
        f"{words.title(told)}: means over the users of a slice who have a value; lines are 95 % "
        "bootstrap intervals over them. Slices are small: an interval says more than its dot."
    )


def slice_table(mine: pd.DataFrame) -> pd.DataFrame:
    """One row a slice, one column a recipe."""
    wide = mine.pivot(index=["slice", "n"], columns="recipe", values="value")
    order = list(dict.fromkeys(zip(mine["slice"], mine["n"], strict=True)))
    wide = wide.loc[order, list(dict.fromkeys(mine["recipe"]))]
    out = wide.reset_index().rename(columns={"slice": "Slice", "n": "Users"})
    out["Slice"] = [inert(str(name)) for name in out["Slice"]]
    out.columns.name = None
    return out


def _decimals(names: list[str]) -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(format="%.4f") for name in names}


def published(found: Mapping[str, Any]) -> None:
    """Theirs beside ours, by the same denominators."""
    names = found["names"]
    st.dataframe(
        published_frame(found), key="evaluation_published", hide_index=True, height="content",
        alt="Published figures beside those measured here",
        column_config={
            **_decimals(list(names.values())),
            "Times": st.column_config.NumberColumn(
                format="%.3f", help=f"Our {names[found['main']]} by theirs."
            ),
            "of": st.column_config.TextColumn(help="Whose figure the ratio is to: the same model, "
                                              "else the best published one."),
        },
    )  # fmt: skip
    st.caption(plain(f"{found['source']}, {found['data']}. {found['note']}"))


def published_frame(found: Mapping[str, Any]) -> pd.DataFrame:
    """One row a model, what `protocol.published.beside` gives."""
    import pandas as pd

    names = found["names"]
    rows = [
        {
            "Model": inert(row["model"]), "Whose": "published" if row["published"] else "here",
            **{word: row["values"][metric] for metric, word in names.items()},
            "Times": math.nan if row["published"] else row["ratio"],
            "of": "" if row["published"] else row["same"] or found["best"]["model"],
        }
        for row in found["rows"]
    ]
    return pd.DataFrame(rows)


def cold(found: Mapping[str, Any]) -> None:
    """How good lists are for people of whom little is known."""
    drawn = cold_drawn(found)
    title = words.title(found["metric"])
    figure = cold_figure(found["known"], found["rows"], title, sorted(drawn))
    st.plotly_chart(figure, key="evaluation_cold", alt=f"{title} by known interactions")
    st.caption(
        f"{count(found['users'], 'user')} hidden from every fit; then their last interactions are "
        "known, as many as stand below. Candidates and held-out rows are the same at every point. "
        f"{_CHOSEN} A click in the legend shows or hides a recipe."
    )


def cold_drawn(found: Mapping[str, Any]) -> set[str]:
    """The lines to begin with: the best signals where most is known, and what little known suits.
    """
    most = max((k for k, name in enumerate(found["known"]) if name.isdigit()), default=0)
    values = {row["recipe"]: float(row["values"][most]) for row in found["rows"]}
    alone = [name for name in values if not name.startswith("blend")]
    best = sorted(alone, key=lambda name: -float(np.nan_to_num(values[name])))[:MOST_DRAWN]
    return {*best, "description", "popularity", KNOWING} & set(values)


def new_items(found: Mapping[str, Any]) -> None:
    """How well items are found that no fit has seen."""
    rows = found["rows"]
    title = words.title(found["metric"])
    chance = next((row["value"] for row in rows if row["recipe"] == "random"), math.nan)
    figure = new_items_figure(rows, chance, title)
    st.plotly_chart(figure, key="evaluation_new", alt=f"{title} among new items, by recipe")
    st.caption(
        f"{count(found['items'], 'item')} lost all training rows and can be reached by their texts "
        f"and attributes alone; {count(found['users'], 'user')} with a held-out row of one. Lists "
        f"hold hidden items only. {_CHOSEN}"
    )


def liking(study: Study, document: dict[str, Any]) -> None:
    """How good the probability of a like is."""
    from llmrec_core.ui import liking_view

    liking_view.draw(study, document)


def concepts(found: Mapping[str, Any]) -> None:
    """The weights of concepts that the match was fitted with."""
    st.dataframe(
        {"Concept": [inert(name) for name in found["concepts"]],
         "Weight": list(found["concepts"].values())},
        key="evaluation_concepts", hide_index=True, alt="Concepts and their weights",
        column_config={"Weight": st.column_config.NumberColumn(format="%.2f")},
    )  # fmt: skip
    st.caption("At a weight of 1 a concept counts as in the plain match.")
