"""The audit page's view: figures, their spread, the worst users, and texts that are alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from llmrec_core.audit.whole import READS_ALL
from llmrec_core.charts.audit_figures import spread_figure
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.audit import AuditReport, Pair

_MOST_ROWS = 200
_MOST_PAIRS = 50
_SHOWN = {
    "contradicted": "Contradicted", "unsupported": "Unsupported", "faithful": "Faithful",
    "specificity": "Specificity", "words": "Words", "alike": "Near-duplicates",
    "problem": "First problem", "writer": "Written by",
}


def amount(value: float, digits: int = 0, unit: str = "") -> str:
    """A figure in words; «undefined» for nan."""
    return "undefined" if math.isnan(value) else f"{value:,.{digits}f}{unit}"


def key_figures(report: AuditReport) -> None:
    """The headline numbers, each with what it means."""
    f = report.figures()
    cards = (
        ("Faithful", amount(100 * f["faithful"], 1, " %"),
         "Sentences that the evidence bears out or that claim nothing, as a mean over users. Each "
         "title, kind, maker, year, count and name is looked up in what the user was read from."),
        ("Contradicted", f"{f['contradicted']:,}",
         "Sentences that say the opposite of the evidence: liked is called disliked, or the other "
         "way round."),
        ("Unsupported", f"{f['unsupported']:,}",
         "Sentences that name something the evidence does not hold."),
        ("Near-duplicates", amount(100 * f["near_duplicates"], 1, " %"),
         "Users whose text shares 70 % or more of its word pairs with another user's."),
        ("Specificity", amount(f["specificity"], 3),
         "Distance of a text's vector from the mean text's, as a mean over users. Near 0, the "
         "texts say the same of everybody."),
        ("Words", amount(f["words"]), "Words in a description, as a mean over users."),
        ("Template instead", f"{f['fallbacks']:,}",
         "Users for whom a model was asked and gave nothing that could be used."),
        ("Refusals", f"{f['refusals']:,}", "Texts in which a model says that it cannot answer."),
        ("Other language", f"{f['other_language']:,}",
         "Texts that are not in the language that was asked for."),
    )
    with st.container(horizontal=True, key="audit_cards"):
        for name, value, meaning in cards:
            st.metric(name, value, border=True, help=meaning)


def told(report: AuditReport) -> None:
    """Who wrote, and what the texts had read of rows that an evaluation would hold out."""
    writers = report.users["writer"].value_counts()
    parts = [f"{count(int(n), 'text')} by {plain(name, 60)}" for name, n in writers.items()]
    st.caption(f"Written: {', '.join(parts)}.")
    if report.leak is not None:
        st.caption(
            "Against the last fifth of each user's rows: " + report.leak.sentence() + READS_ALL,
            help="A text that has read a row cannot be used to predict it. `llmrec evaluate` "
            "writes texts of its own from training rows, so its figures are not touched by this.",
        )


def spreads(report: AuditReport) -> None:
    """How length, specificity and faithfulness are spread over users."""
    users = report.users
    pictures = (
        (users["words"], "Length", "Words"), (users["specificity"], "Specificity", "Distance"),
        (100 * users["faithful"], "Faithfulness", "Sentences that hold (%)"),
    )
    for column, (values, title, unit) in zip(st.columns(3), pictures, strict=True):
        figure = spread_figure(values.to_numpy(np.float64), title, unit)
        column.plotly_chart(
            figure, key=f"audit_{title}", config={"displayModeBar": False},
            alt=f"How many users have which {title.lower()}",
        )


def worst(report: AuditReport, study: str) -> None:
    """The table of users, worst first; each links to the user's description."""
    only = st.toggle(
        "Only users with a problem", key="audit_only", persist_state="session",
        help="A contradicted or unsupported sentence, a refusal, another language, or the "
        "template standing in for a model.",
    )
    table = rows(report, study, only=only)
    if table.empty:
        st.success("No user has a problem.", icon=":material/check_circle:")
        return
    st.dataframe(
        table.head(_MOST_ROWS), key="audit_worst", hide_index=True, height=360,
        alt="Users, the worst descriptions first",
        column_config={
            "User": st.column_config.LinkColumn("User", display_text=r"[?&]user=([^&]*)"),
            "Faithful": st.column_config.NumberColumn(format="percent"),
            "Specificity": st.column_config.NumberColumn(format="%.3f"),
            "First problem": st.column_config.TextColumn(width="large"),
        },
    )
    if len(table) > _MOST_ROWS:
        st.caption(f"The first {_MOST_ROWS:,} of {len(table):,} users. All: `llmrec audit --json`.")


def rows(report: AuditReport, study: str, *, only: bool = False) -> pd.DataFrame:
    """What the table shows: links, and text that no spreadsheet takes for a formula."""
    users = report.users
    if only:
        trouble = users["contradicted"] + users["unsupported"] + users["refusal"]
        users = users[(trouble > 0) | (users["fallback"] != "") | (users["language"] != "")]
    out = users[list(_SHOWN)].rename(columns=_SHOWN)
    for name in ("First problem", "Written by"):
        out[name] = [inert(str(cell)) for cell in out[name]]
    links = ["descriptions?" + urlencode({"study": study, "user": u}) for u in users["user_id"]]
    out.insert(0, "User", links)
    return out


def alike(report: AuditReport) -> None:
    """Two near-duplicates side by side, chosen from a list."""
    pairs = report.pairs[:_MOST_PAIRS]
    if not pairs:
        st.caption("No two texts share 70 % of their word pairs.")
        return
    ids = [one.owner_id for one in report.descriptions]
    names = [f"{_short(ids[p.first])} and {_short(ids[p.second])}, {p.alike:.0%}" for p in pairs]
    number = st.selectbox(
        "Pair", range(len(pairs)), format_func=lambda n: names[n], key="audit_pair",
        help="The share is that of common word pairs.",
    )
    _side_by_side(report, pairs[min(number, len(pairs) - 1)])
    if len(report.pairs) > _MOST_PAIRS:
        st.caption(f"The {_MOST_PAIRS} most alike of {len(report.pairs):,} pairs.")


def _short(user: str) -> str:
    return plain(user, 40)


def _side_by_side(report: AuditReport, pair: Pair) -> None:
    for column, number in zip(st.columns(2), (pair.first, pair.second), strict=True):
        one = report.descriptions[number]
        with column.container(border=True):
            st.markdown(f"**{plain(one.owner_id, 60)}**")
            for sentence in one.sentences:
                if sentence.on:
                    st.markdown(plain(sentence.text))
