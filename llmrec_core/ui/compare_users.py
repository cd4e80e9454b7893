"""Users whom one recipe serves better than another: who they are, and what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from llmrec_core import selection, tables
from llmrec_core.evaluate import comparing, words
from llmrec_core.evaluate.slices import BINS, HEAVY
from llmrec_core.ui import cached
from llmrec_core.ui.compare_view import by_label
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.comparing import Line
    from llmrec_core.study import Study
    from llmrec_core.ui.compare_choice import Compared

MOST_USERS = 200
MOST_ITEMS = 30
"""Items that stand for what a group likes more than everybody."""
MOST_TRAITS = 12
LEAST_LIFT = 1.2
"""How many times as often as with everybody a trait must be to be told."""


def draw(study: Study, found: Compared, lines: list[Line], reference: str) -> None:
    """Two recipes, the users of the first who are better off with it, and their traits."""
    metric = found.kept[0].metric
    labels = [line.label for line in lines]
    left, right = st.columns(2)
    one = left.selectbox(
        "Served better by", labels, index=by_label(lines, "blend", metric), key="compare_one",
        format_func=lambda label: plain(label, 80),
    )
    other = right.selectbox(
        "than by", labels, index=labels.index(reference), key="compare_other",
        format_func=lambda label: plain(label, 80),
    )
    values = comparing.values_of(lines, found.results, metric)
    result = found.results[found.line(str(one)).key]
    frame = comparing.served(result, values[str(one)], values[str(other)])
    both = int((~np.isnan(values[str(one)] - values[str(other)])).sum())
    worse = int((values[str(one)] < values[str(other)]).sum())
    st.caption(
        f"{plain(str(one), 80)} serves {len(frame):,} of {count(both, 'user')} better in "
        f"{words.title(metric)}, {worse:,} worse, {both - len(frame) - worse:,} alike."
    )
    if frame.empty:
        return
    st.dataframe(
        rows(frame.head(MOST_USERS), study.name, (str(one), str(other))), key="compare_users",
        hide_index=True, height=360, alt="Users whom one recipe serves better than another",
        column_config={
            "User": st.column_config.LinkColumn(
                display_text=r"[?&]user=([^&]*)", help="Opens «For one user»."
            ),
            **{name: st.column_config.NumberColumn(format="%.4f")
               for name in (f"1: {one}", f"2: {other}")},
            "Difference": st.column_config.NumberColumn(format="%+.4f"),
            "Mainstream": st.column_config.NumberColumn(
                format="percent", help="How popular their training items are: the share of the "
                "catalogue that is less popular, on average."
            ),
            "Training items": st.column_config.NumberColumn(format="localized"),
        },
    )  # fmt: skip
    if len(frame) > MOST_USERS:
        st.caption(f"The first {MOST_USERS:,} of {len(frame):,} users, by difference.")
    traits(study, frame["user_id"].tolist())


def rows(frame: pd.DataFrame, study: str, names: tuple[str, str]) -> pd.DataFrame:
    """What the table of users shows: links to their lists, and both figures."""
    import pandas as pd

    one, other = (inert(name) for name in names)
    links = ["for_one_user?" + urlencode({"study": study, "user": u}) for u in frame["user_id"]]
    return pd.DataFrame(
        {
            "User": links, f"1: {one}": frame["one"], f"2: {other}": frame["other"],
            "Difference": frame["difference"], "Training items": frame["rows"],
            "Slice": [slice_of(int(amount)) for amount in frame["rows"]],
            "Mainstream": frame["mainstream"],
        }
    )


def slice_of(amount: int) -> str:
    """«light», for a user with so many training items (see `slices.BINS`)."""
    name = next((name for most, name in BINS if amount <= most), HEAVY)
    return name.partition(":")[0]


def traits(study: Study, users: list[str]) -> None:
    """What these users have more often than everybody: attributes, and kinds of items."""
    loaded = cached.tables_of(study)
    behaviour, _ = cached.crowd_of(study)
    numbers = {user: number for number, user in enumerate(behaviour.user_ids.tolist())}
    chosen = [numbers[user] for user in users if user in numbers]
    liked = selection.favourites_of(behaviour, chosen)["item"].to_numpy()[:MOST_ITEMS]
    of_items = selection.shared_values(loaded.items.frame, loaded.items.attributes, liked)
    people = comparing.listed(loaded.users)
    mine = np.flatnonzero(people[tables.USER].isin(set(users)))
    of_users = selection.shared_values(people, loaded.users.attributes, mine)
    left, right = st.columns(2, gap="medium")
    with left:
        _traits("Who they are", of_users, "Users", "compare_who",
                "Attributes that these users have more often than everybody.")  # fmt: skip
    with right:
        _traits("What they like", of_items, "Items", "compare_likes",
                f"What is common among the {MOST_ITEMS} items that they like most beyond what "
                "everybody does, against the whole catalogue.")  # fmt: skip


def _traits(heading: str, found: pd.DataFrame, what: str, key: str, meaning: str) -> None:
    st.markdown(f"**{heading}**", help=meaning)
    shown = found[found["lift"] >= LEAST_LIFT].head(MOST_TRAITS)
    if shown.empty:
        st.caption(f"Nothing at least {LEAST_LIFT:g} times as often as everybody.")
        return
    st.dataframe(
        {
            "Attribute": [inert(name) for name in shown["attribute"]],
            "Value": [inert(value) for value in shown["value"]], what: shown["items"],
            "Share": shown["share"], "Times as often": shown["lift"],
        },
        key=key, hide_index=True, alt=heading,
        column_config={
            "Share": st.column_config.NumberColumn(format="percent"),
            "Times as often": st.column_config.NumberColumn(format="%.1f"),
        },
    )
