"""What picked users have in common: what is said of them, their lists, exposure and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import selection
from llmrec_core.evaluate import stored, words
from llmrec_core.ui import cached_map, cached_measure
from llmrec_core.ui.evaluation_pick import title
from llmrec_core.ui.text import count, plain
from llmrec_core.ui.weights import NO_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from llmrec_core.recommender import Recommender
    from llmrec_core.selection import Sampled

SAID, LISTED, EXPOSED, MEASURED = "What is said of them", "Their list", "Exposure", "Measured"
SAID_VIEWS, LIST_VIEWS = [SAID], [LISTED, EXPOSED, MEASURED]
VIEWS = [*SAID_VIEWS, *LIST_VIEWS]
_TOLD = 5
_RECIPE = "blend"


def show(
    recommender: Recommender, weights: np.ndarray, users: list[int], view: str
) -> pd.DataFrame | None:
    """One view of the picked `users` in words; its table, or None where there is nothing."""
    if view == SAID:
        return _said(recommender, users)
    if view == MEASURED:
        return _measured(recommender, users)
    if not weights.any():
        st.warning(NO_WEIGHT, icon=":material/tune:")
        return None
    them = cached_map.lists(recommender, weights, users)
    everybody = cached_map.lists(recommender, weights)
    show_lists: Callable[[Recommender, Sampled, Sampled], pd.DataFrame] = (
        _listed if view == LISTED else _exposed
    )
    return show_lists(recommender, them, everybody)


def percent(share: float) -> str:
    """«62 %»; one digit more where it is below 10 %."""
    return f"{100 * share:.{0 if share >= 0.0995 else 1}f} %"


def of_whom(sampled: Sampled, whose: str) -> str:
    """«the 120 picked users», «300 of the 812 picked users, drawn»."""
    return drawn(len(sampled.users), sampled.of, whose)


def drawn(number: int, of: int, whose: str) -> str:
    """«the 120 picked users»; where they are fewer than all, how they were chosen."""
    if number < of:
        return f"{number:,} of the {of:,} {whose}, drawn with a fixed seed"
    return f"the {of:,} {whose}"


def _said(recommender: Recommender, users: list[int]) -> pd.DataFrame | None:
    phrases, everybody = cached_map.phrases(recommender, users)
    found = selection.shared_phrases(phrases, users, everybody=everybody)
    if found.empty:
        st.caption(
            "Their descriptions share nothing that others' lack: pick more users, or users who lie "
            "close together."
        )
        return None
    st.markdown(
        "\n".join(
            f"- {row['about'].capitalize()} **{plain(row['phrase'], 60)}**: "
            f"{percent(row['share'])} of them, {percent(row['share_all'])} of all"
            for row in _records(found.head(_TOLD))
        )
    )
    read = len(np.intersect1d(phrases.users, users))
    st.caption(
        f"Read: the descriptions in force of {drawn(read, len(users), 'picked users')}. What they "
        f"say more often than those of {len(everybody):,} users do, likes and dislikes apart; an "
        "example of each stands in the table."
    )
    return found.rename(columns={"share": "share_them", "users": "said_of"})


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _listed(recommender: Recommender, them: Sampled, everybody: Sampled) -> pd.DataFrame:
    found = selection.listed_for(them, everybody, len(recommender.titles))
    items = found.pop("item").tolist()
    found.insert(0, "title", [recommender.title(item) for item in items])
    st.caption(
        f"What the weights of the sliders recommend most often: lists of {them.lists.shape[1]} for "
        f"{of_whom(them, 'picked users')}, against those of {of_whom(everybody, 'users')}."
    )
    ids = [str(recommender.behaviour.item_ids[item]) for item in items]
    return found.rename(columns={"share": "share_them"}).assign(item_id=ids)


def _exposed(recommender: Recommender, them: Sampled, everybody: Sampled) -> pd.DataFrame:
    found = selection.exposure_of(them, everybody, recommender.behaviour.counts())
    tail = f"tail_share@{them.lists.shape[1]}"
    row = next(one for one in _records(found) if one["figure"] == tail)
    if np.isfinite(row["them"]):
        st.markdown(
            f"**{percent(row['them'])}** of the places in their lists go to the least popular 80 % "
            f"of the catalogue; in lists of as many users drawn at random it is "
            f"{percent(row['usual'])}."
        )
    st.caption(
        f"Lists of {of_whom(them, 'picked users')}. Coverage and the Gini index depend on how many "
        f"lists there are, so they stand beside {selection.lists.DRAWS} draws of as many users of "
        "everybody: their mean, the lowest and the highest."
    )
    found.insert(1, "meaning", [words.measure(name).meaning for name in found["figure"]])
    return found.assign(figure=[words.title(name) for name in found["figure"]])


def _measured(recommender: Recommender, users: list[int]) -> pd.DataFrame | None:
    study = recommender.study
    listed = [one for one in stored.listing(study) if not one.problem]
    today = stored.content_key(study)  # behind the same ids may be other people's rows
    kept = next((one for one in listed if one.data == today), None)
    if kept is None:
        why = "The kept evaluations are of earlier data" if listed else "No evaluation is kept"
        st.info(
            f"{why}: measure one, or run `llmrec evaluate {study.name}`.",
            icon=":material/straighten:",
        )
        st.page_link("pages/measure/evaluation.py", label="To the evaluation page",
                     icon=":material/straighten:")  # fmt: skip
        return None
    result = cached_measure.result_of(study, kept)
    ids = [str(recommender.behaviour.user_ids[user]) for user in users]
    found = selection.measured_for(result, ids, recipe=_RECIPE)
    st.caption(
        f"From the latest kept evaluation of today's data: {plain(title(kept), 120)}. "
        f"{plain(words.in_one_line(result.document))}"
    )
    if found.empty:
        st.caption("It tested none of the picked users.")
        return None
    _main_figure(found, len(users))
    order = words.in_order(found["metric"])
    found = found.set_index("metric").loc[order].reset_index()
    return found.assign(
        metric=[words.title(name) for name in order],
        meaning=[words.measure(name).meaning for name in order],
    ).rename(columns={"metric": "figure", "users": "tested"})


def _main_figure(found: pd.DataFrame, picked: int) -> None:
    """The first metric in a sentence, with its interval, against everybody else."""
    one = next((row for row in _records(found) if row["metric"].startswith("ndcg@")), None)
    if one is None:
        return
    st.markdown(
        f"The blend's {words.title(one['metric'])} for **{count(int(one['users']), 'user')}** of "
        f"the {picked:,} picked is **{one['value']:.3f}** (95 %: {one['low']:.3f} to "
        f"{one['high']:.3f}); for all others it is {one['others']:.3f}."
    )


def columns() -> dict[str, Any]:
    """Units and meanings of the columns."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    share = "percent"
    return {
        "about": text("", width="small"), "phrase": text("Phrase", width="medium"),
        "said_of": number("Users", help="Picked users of whom it is said"),
        "share_them": number("Share of them", format=share, help="Of the picked users"),
        "share_all": number("Share of all", format=share, help="Of everybody"),
        "example": text("For example", width="large", help="A sentence about one of them"),
        "lists": number("Lists", help="Lists that hold the item"),
        "place": number("Mean place", format="%.1f", help="In their lists, from 1"),
        "figure": text("Figure", width="medium"), "meaning": text("What it says", width="large"),
        "them": number("Their lists", format="%.3f"),
        "usual": number("As many at random", format="%.3f", help="The mean of the draws"),
        "tested": number("Users", help="Picked users whom the evaluation tested"),
        "value": number("Them", format="%.4f", help="Their mean"),
        "low": number("Low", format="%.4f", help="Of the 95 % interval, or of the draws"),
        "high": number("High", format="%.4f", help="Of the 95 % interval, or of the draws"),
        "others": number("All others", format="%.4f", help="The mean of everybody else tested"),
    }
