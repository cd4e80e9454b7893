"""What written texts changed: vectors, neighbours, places, exposure, before and after."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import signals
from llmrec_core.enrich.effect import NEIGHBOURS, Effect, neighbours
from llmrec_core.errors import MissingArtefactError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_items
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import pandas as pd

FITTED = "Fitted weights"
_WEIGHTS = "item_texts_weights"


def effect(recommender: Recommender, item: int | None) -> None:
    """The comparison of the build with written texts to the same build without."""
    try:
        before, _ = cached_items.both_builds(recommender)
    except MissingArtefactError as error:
        st.info(plain(error), icon=":material/info:")
        return
    names = {FITTED: ""} | {f"{signals.label(name)} alone": name for name in recommender.names}
    chosen = st.segmented_control(
        "Ranked with", list(names), default=FITTED, key=_WEIGHTS, required=True,
        help="Each build has weights of its own, fitted on held-out rows; or one signal alone.",
    )
    found = cached_items.effect_of(recommender, names.get(chosen or FITTED, ""))
    _cards(found)
    st.dataframe(
        _frame(recommender, found), key="item_texts_effect", hide_index=True,
        alt="Written items before and after", column_config=_columns(),
    )
    st.caption(
        f"Ranks are means over {count(found.users, 'user')} who do not have the item, edited "
        f"descriptions left out; «lists» are users in whose first {found.n} it stands."
    )
    if item is not None:
        _neighbours(before, recommender, item)


def _cards(found: Effect) -> None:
    middle = found.medians
    tail = found.metrics[f"tail_share@{found.n}"]
    cards = (
        ("Mean rank (median item)", middle.get("rank_after"), middle.get("rank_before"), ",.0f",
         "inverse", "Where the written items stand on average; smaller is nearer to the top."),
        ("Places of written items", 100 * found.shares[1], 100 * found.shares[0], ",.2f",
         "off", f"Share of all places in lists of {found.n}; the change in points."),
        ("Tail share", 100 * tail[1], 100 * tail[0], ",.2f", "off",
         "Share of places of the least popular 80 % of the catalogue; the change in points."),
        ("Neighbours kept", _percent(middle.get("kept")), None, ",.0f", "off",
         f"Of the {NEIGHBOURS} nearest items, the share that stayed (median item)."),
    )
    with st.container(horizontal=True):
        for label, now, then, form, colour, about in cards:
            unit = "" if colour == "inverse" else " %"
            known = now is not None and math.isfinite(now)
            moved = known and then is not None and math.isfinite(then)
            st.metric(
                label, format(now, form) + unit if known else "undefined",
                format(now - then, "+" + form) if moved and now is not None and then is not None
                else None,
                border=True, help=plain(about), delta_color=colour,  # type: ignore[arg-type]
            )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _frame(recommender: Recommender, found: Effect) -> pd.DataFrame:
    items = found.items
    titles = [inert(recommender.title(int(item))) for item in items["item"]]
    ids = [str(recommender.behaviour.item_ids[item]) for item in items["item"]]
    authors = [inert(recommender.item_texts[item_id].writer) for item_id in ids]
    out = items.drop(columns="item").round({"rank_before": 0, "rank_after": 0})
    out.insert(0, "Title", titles)
    out.insert(1, "Text by", authors)
    return out.assign(gain=out["rank_before"] - out["rank_after"]).sort_values(
        "gain", ascending=False, kind="stable"
    ).drop(columns="gain")


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "cosine": number("Cosine", format="%.2f",
                         help="Of the item's mean vector without and with the written text."),
        "kept": number("Neighbours kept", format="percent"),
        "rank_before": number("Rank before", format="localized"),
        "rank_after": number("Rank after", format="localized"),
        "lists_before": number("Lists before", format="localized"),
        "lists_after": number("Lists after", format="localized"),
    }


def _neighbours(before: Recommender, after: Recommender, item: int) -> None:
    """The nearest items of the one that is looked at, in both builds."""
    if str(after.behaviour.item_ids[item]) not in after.item_texts:
        st.caption("Nothing was written for the item above: its neighbours are not compared.")
        return
    title = plain(after.title(item), 120)
    st.markdown(f"**Nearest items of {title}**")
    old, new = (neighbours(one, item) for one in (before, after))
    st.dataframe(
        _beside(before, old, new), key="item_texts_neighbours", hide_index=True,
        alt="Nearest items before and after", height="content",
        column_config={"Came in": st.column_config.CheckboxColumn(
            help="Was not among the nearest before."
        )},
    )


def _beside(recommender: Recommender, old: list[int], new: list[int]) -> pd.DataFrame:
    """The nearest items of both builds, the nearest first."""
    import pandas as pd

    def titles(found: list[int]) -> pd.Series:
        return pd.Series([inert(recommender.title(other)) for other in found], dtype="str")

    came = pd.Series([other not in old for other in new], dtype="bool")
    return pd.DataFrame({"Before": titles(old), "After": titles(new), "Came in": came})
