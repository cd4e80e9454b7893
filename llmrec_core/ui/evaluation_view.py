"""What one evaluation found: the figures with their intervals, what is beyond luck, in words."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core.charts.measure_figures import dots_figure
from llmrec_core.evaluate import stored, words
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.comparing import doubted, nature, settings_words
from llmrec_core.evaluate.lines import extra_lines
from llmrec_core.headless import without_nan
from llmrec_core.ui import cached_measure, evaluation_more
from llmrec_core.ui.text import inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.result import Result
    from llmrec_core.evaluate.stored import Kept
    from llmrec_core.metrics import Paired
    from llmrec_core.study import Study

MARKS = {1: "▲", 0: "≈", -1: "▼"}
"""Better than the reference beyond luck, not to be told apart from it, worse."""
LEVEL = 0.05
TABLED = ("slices", "cold_curve", "new_items", "liking", "faithful")
"""Entries of a document that have a part of the page, beside the marks of significance."""


def draw(study: Study, kept: Kept, result: Result) -> None:
    """Everything about one evaluation, top to bottom."""
    document = result.document
    if kept.data != stored.content_key(study):
        st.caption(":material/history: The study was imported anew since: these figures are of "
                   "its earlier data.")  # fmt: skip
    if doubt := doubted(document):
        st.warning(f"{plain(doubt)}.", icon=":material/visibility:")
    cards(document, kept.metric)
    metric, reference = controls(result)
    against = paired(study, kept, result, metric, reference)
    figure(document, metric, reference)
    table(document, metric, reference, against, kept.name or f"{study.name}_{kept.protocol}")
    st.caption(plain(words.in_one_line(document)))
    with st.expander("What these figures mean: the whole protocol", icon=":material/fact_check:"):
        st.table({what: plain(text) for what, text in words.in_full(document)}, border="horizontal")
    in_words(document)
    evaluation_more.draw(study, kept, result, metric, reference)


def cards(document: dict[str, Any], metric: str) -> None:
    """The blend, the best single signal, plain EASE and what the blend gains on it."""
    rows = {row["recipe"]: row["metrics"].get(metric, math.nan) for row in document["rows"]}
    alone = {n: v for n, v in rows.items() if n in document["weights"] and not math.isnan(v)}
    best = max(alone, key=lambda name: alone[name], default="")
    blend, base = rows.get("blend", math.nan), rows.get(BASELINE, math.nan)
    shown = [
        ("Blend", number(blend), "All signals, weighted as was best in validation."),
        (f"Best alone: {plain(best)}", number(alone.get(best, math.nan)),
         "The signal with the highest figure in the test itself: some of that is its luck."),
        ("Plain EASE", number(base), "Its penalty chosen in validation, and nothing else: the "
         "yardstick."),
        ("Blend / plain EASE", f"{blend / base:.2f}" if base > 0 else "undefined",
         "Above 1 the blend is better."),
    ]  # fmt: skip
    with st.container(horizontal=True, key="evaluation_cards"):
        for name, value, meaning in shown:
            st.metric(name, value, border=True, help=f"{words.title(metric)}. {meaning}")


def number(value: float) -> str:
    """Four decimals, or «undefined»."""
    return "undefined" if math.isnan(value) else f"{value:.4f}"


def controls(result: Result) -> tuple[str, str]:
    """The metric that is drawn, and the row that the others are held against."""
    of_users = words.in_order(next(iter(result.per_user.values())))
    rows = list(result.per_user)
    left, right = st.columns(2)
    metric = left.selectbox(
        "Metric", of_users, index=of_users.index(_first(of_users)), key="evaluation_metric",
        format_func=words.title, persist_state="session",
    )
    left.caption(f"{words.measure(str(metric)).meaning[:1].upper()}"
                 f"{words.measure(str(metric)).meaning[1:]}.")  # fmt: skip
    reference = right.selectbox(
        "Against", rows, index=rows.index(BASELINE) if BASELINE in rows else 0,
        key="evaluation_reference", format_func=plain, persist_state="session",
        help="The row that all others are held against, user by user.",
    )
    return str(metric), str(reference)


def _first(metrics: list[str]) -> str:
    return next((name for name in metrics if name.startswith("ndcg@")), metrics[0])


def paired(
    study: Study, kept: Kept, result: Result, metric: str, reference: str
) -> dict[str, Paired]:
    """Every row against the reference on the same users."""
    values = {n: v[metric] for n, v in result.per_user.items() if metric in v}
    if reference not in values:
        return {}
    return cached_measure.against(study, [kept], metric, reference, values)


def mark(found: Paired | None) -> str:
    """One of MARKS; "" where nothing is known."""
    if found is None or math.isnan(found.p):
        return ""
    return MARKS[0] if found.p >= LEVEL else MARKS[1 if found.points > 0 else -1]


def figure(document: dict[str, Any], metric: str, reference: str) -> None:
    """The dot-and-interval picture of one metric."""
    rows = [row for row in document["rows"] if metric in row["intervals"]]
    bounds = np.array([row["intervals"][metric] for row in rows], float).reshape(-1, 2)
    values = np.array([row["metrics"][metric] for row in rows], float)
    base = next((row["metrics"][metric] for row in rows if row["recipe"] == reference), math.nan)
    st.markdown(f"**{words.title(metric)} by recipe**", help="A dot is the mean over the test "
                "users, the line its 95 % bootstrap interval over users.")  # fmt: skip
    drawn = dots_figure(
        [row["recipe"] for row in rows], [nature(row["recipe"]) for row in rows], values, bounds,
        words.title(metric), reference=float(base), called=reference,
    )
    drawn.update_layout(margin={"t": 30, "r": 10})
    st.plotly_chart(drawn, key="evaluation_dots", alt=f"{metric} of every recipe with intervals")


def table(
    document: dict[str, Any], metric: str, reference: str, against: dict[str, Paired], name: str
) -> None:
    """The rows with the main metrics or all of them, to take along."""
    every = st.toggle("All metrics", key="evaluation_every", persist_state="session")
    known = words.in_order({m: None for row in document["rows"] for m in row["metrics"]})
    chosen = known if every else [m for m in known if m.partition("@")[0] in words.MAIN]
    frame = rows_frame(document, chosen, metric, against)
    number_of = st.column_config.NumberColumn
    st.dataframe(
        frame, key="evaluation_table", hide_index=True, height="content",
        alt="Recipes with their metrics",
        column_config={
            **{words.title(m): number_of(format="%.4f", help=words.measure(m).meaning)
               for m in chosen},
            "Recipe": st.column_config.TextColumn(pinned=True, width="medium"),
            "": st.column_config.TextColumn(help="Against the reference"),
            "p": number_of(format="%.4f", help="Randomisation test on the users' differences, "
                           "corrected for the number of rows (Holm)."),
            "Difference": number_of(format="%+.4f", help=f"In {words.title(metric)}, to "
                                    f"{plain(reference)}, on the same users."),
            "Seconds": number_of(format="%.2f", help="To fit it on all training rows."),
        },
    )  # fmt: skip
    st.caption(
        f"Against {plain(reference)} in {words.title(metric)}: ▲ better and ▼ worse beyond luck "
        f"(p below {LEVEL}, corrected for all rows), ≈ not to be told apart."
    )
    with st.container(horizontal=True):
        _downloads(document, rows_frame(document, known, metric, against), name)


def rows_frame(
    document: dict[str, Any], chosen: list[str], metric: str, against: dict[str, Paired]
) -> pd.DataFrame:
    """One row a recipe; `chosen` metrics in this order, 95 % interval of `metric`."""
    import pandas as pd

    rows = []
    for row in document["rows"]:
        found = against.get(row["recipe"])
        low, high = row["intervals"].get(metric, (math.nan, math.nan))
        rows.append(
            {
                "Recipe": inert(row["recipe"]), "": mark(found),
                **{words.title(m): row["metrics"].get(m, math.nan) for m in chosen},
                "95 %": "" if math.isnan(low) else f"{low:.4f}–{high:.4f}",
                "Difference": math.nan if found is None else found.points,
                "p": math.nan if found is None else found.p,
                "Seconds": row["seconds"], "Settings": inert(settings_words(row["settings"])),
            }
        )
    return pd.DataFrame(rows)


def _downloads(document: dict[str, Any], frame: pd.DataFrame, name: str) -> None:
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)[:60]
    st.download_button(
        "Rows (CSV)", frame.to_csv(index=False), on_click="ignore", mime="text/csv",
        file_name=f"{stem}.csv", icon=":material/download:", key="evaluation_csv",
        help="All metrics. Text cells that a spreadsheet would run begin with an apostrophe.",
    )
    st.download_button(
        "Everything (JSON)", json.dumps(without_nan(document), ensure_ascii=False, indent=1),
        on_click="ignore", mime="application/json", file_name=f"{stem}.json",
        icon=":material/download:", key="evaluation_json",
        help="What `llmrec evaluate --json` prints.",
    )


def in_words(document: dict[str, Any]) -> None:
    """What an evaluation says beyond its tables."""
    quiet = {name: part for name, part in document.items() if name not in TABLED}
    lines = list(extra_lines({**quiet, "significance": {"references": {}}}))
    if lines:
        st.markdown("**In words**")
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
