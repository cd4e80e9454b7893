"""The probability of a like in an evaluation: is it right, and does it mean what it says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from llmrec_core.charts.liking_figures import reliability_figure
from llmrec_core.evaluate.liking import MEANS, MODEL
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    from llmrec_core.study import Study

COLUMNS = {
    "auc": ("AUC", "How often a liked pair is given more than another one: 0.5 is chance, 1 is "
            "perfect. Over all pairs together."),
    "auc_per_user": ("AUC by user", "The same within one user's pairs, the mean over users: "
                     "knowing who rates high is no help here."),
    "log_loss": ("Log-loss", "How surprised the model was, in nats a pair: lower is better."),
    "brier": ("Brier score", "The mean squared gap between what was said and what happened: lower "
              "is better."),
    "ece": ("Calibration error", "The mean gap between what was said and what happened in ten "
            "steps of probability: lower is better."),
}  # fmt: skip
"""Metric -> what it is called and means."""


def draw(study: Study, document: dict[str, Any]) -> None:
    """The section of one evaluation; nothing where likes were not measured."""
    found = document.get("liking")
    if not found:
        return
    st.markdown("**Likes**", help="How likely a user likes an item, asked for held-out pairs.")
    st.caption(
        f"{count(found['pairs'], 'held-out pair')} of {count(found['users'], 'user')}; "
        f"{100 * found['likes']:.1f} % are likes. A like is {plain(found['like'])}."
    )
    cards(found)
    models(found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(
            "**What was said and what happened**",
            help="Of the pairs that were given about 30 %, about 30 % should be likes. Lines are "
            "95 % intervals; the bars count the pairs.",
        )
        figure = reliability_figure(found["reliability"])
        figure.update_layout(margin={"t": 30, "r": 10})
        st.plotly_chart(
            figure, key="liking_reliability", alt="Share of likes by the probability that was said"
        )
    with right:
        report(found["report"])


def cards(found: dict[str, Any]) -> None:
    """Four figures of the model; the small one is what means alone reach."""
    rows = {row["model"]: row["metrics"] for row in found["models"]}
    with st.container(horizontal=True, key="liking_cards"):
        for name in ("auc", "auc_per_user", "log_loss", "ece"):
            label, meaning = COLUMNS[name]
            st.metric(
                label, _number(rows[MODEL][name]), f"{_number(rows[MEANS][name])} by means alone",
                delta_color="off", delta_arrow="off", border=True, help=meaning,
            )


def models(found: dict[str, Any]) -> None:
    """All models and metrics, and what the model gains on means alone."""
    rows = [
        {"Model": inert(row["model"])}
        | {label: row["metrics"][name] for name, (label, _) in COLUMNS.items()}
        for row in found["models"]
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, key="liking_table",
        column_config={
            label: st.column_config.NumberColumn(format="%.4f", help=meaning)
            for label, meaning in COLUMNS.values()
        },
        alt="Models of a like with their metrics",
    )
    gain = found["worth"]["auc_per_user"]
    if not math.isnan(gain["points"]):
        low, high = gain["interval"]
        st.caption(
            f"User by user the AUC is {gain['points']:+.4f} (95 % {low:+.4f} to {high:+.4f}) "
            "against the means of item and user."
        )


def report(found: dict[str, Any]) -> None:
    """What comes of calling everything above one half a like."""
    share = 100 * found["threshold"]
    st.markdown(
        f"**If everything from {share:.0f} % is called a like**",
        help="Precision: how many of those called so are so. Recall: how many of those that are so "
        "are called so. F1 is their harmonic mean.",
    )
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "": name, "Precision": found[key]["precision"], "Recall": found[key]["recall"],
                    "F1": found[key]["f1"], "Pairs": found[key]["pairs"],
                }
                for name, key in (("Like", "like"), ("Other", "other"))
            ]
        ),
        hide_index=True, key="liking_report", alt="Precision and recall of likes and others",
        column_config={
            name: st.column_config.NumberColumn(format="%.3f")
            for name in ("Precision", "Recall", "F1")
        },
    )
    st.caption(f"{100 * found['accuracy']:.1f} % of all pairs are called what they are.")


def _number(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.4f}"
