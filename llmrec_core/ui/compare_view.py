"""Recipes side by side: metric against metric with the Pareto front, and what is beyond luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.charts.measure_figures import scatter_figure
from llmrec_core.evaluate import comparing, words
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.ui import cached_measure
from llmrec_core.ui.evaluation_view import LEVEL, mark
from llmrec_core.ui.text import inert, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.comparing import Line
    from llmrec_core.metrics import Paired
    from llmrec_core.study import Study
    from llmrec_core.ui.compare_choice import Compared

NATURES = {
    comparing.RAW: "the encoder's own likeness of texts, nothing learned",
    comparing.MAPPED: "texts through a map learned from behaviour",
    comparing.TRAINED: "a sequence model trained on texts",
    comparing.BEHAVIOUR: "who took what, and what items share",
    comparing.BASE: "the yardstick", comparing.BLEND: "all signals, weighted",
}
"""How a recipe uses texts, in words."""


def by_label(lines: list[Line], preferred: str, metric: str) -> int:
    """The place of the best line of recipe `preferred`; of the first line where there is none."""
    mine = [k for k, line in enumerate(lines) if line.recipe == preferred]
    return max(mine, key=lambda k: _or_less(lines[k].metrics.get(metric, math.nan)), default=0)


def _or_less(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def narrowed(found: Compared) -> list[Line]:
    """The lines of the kinds that a person wants to see."""
    kinds = [kind for kind in NATURES if any(line.nature == kind for line in found.lines)]
    wanted = st.pills(
        "Kinds of recipe", kinds, selection_mode="multi", default=kinds, key="compare_kinds",
        help=" ".join(f"{kind}: {meaning}." for kind, meaning in NATURES.items()),
    )
    return [line for line in found.lines if line.nature in (wanted or kinds)]


def warn(lines: list[Line]) -> None:
    """Say of each saved recipe that was chosen on other rows why its figures may flatter."""
    for why in dict.fromkeys(line.doubt for line in lines if line.doubt):
        st.warning(f"{plain(why)}.", icon=":material/visibility:")


def axes(lines: list[Line]) -> tuple[str, str]:
    """The two metrics that recipes are drawn by."""
    known = words.in_order({name: None for line in lines for name in line.metrics})
    left, right = st.columns(2)
    picked = []
    for column, name, wanted in ((left, "Across", "tail_share"), (right, "Upwards", "ndcg")):
        first = next((k for k, m in enumerate(known) if m.startswith(wanted + "@")), len(known) - 1)
        picked.append(
            column.selectbox(name, known, index=first, key=f"compare_{name}",
                             format_func=words.title, persist_state="session")
        )  # fmt: skip
    return str(picked[0]), str(picked[1])


def scatter(lines: list[Line], metrics: tuple[str, str]) -> np.ndarray:
    """The picture of recipes by two metrics; (lines,) bool, who is on the Pareto front."""
    x, y = (np.array([line.metrics.get(m, math.nan) for line in lines], float) for m in metrics)
    on_front = comparing.front(x, y, metrics)
    several = len({line.key for line in lines}) > 1
    st.markdown(
        f"**{words.title(metrics[1])} against {words.title(metrics[0])}**",
        help="On the dotted front nobody is better in one of the two without being worse in the "
        "other.",
    )
    figure = scatter_figure(
        [line.label for line in lines],
        [line.evaluation if several else line.nature for line in lines], x, y, on_front,
        (_axis(metrics[0]), _axis(metrics[1])),
    )
    figure.update_layout(margin={"t": 30, "r": 10})
    st.plotly_chart(figure, key="compare_scatter", alt="Recipes by two metrics, with the front")
    names = [plain(line.label, 60) for line, kept in zip(lines, on_front, strict=True) if kept]
    st.caption(f"On the front: {', '.join(names) or 'nobody, for a figure is undefined'}.")
    return on_front


def _axis(metric: str) -> str:
    """The metric with the side that is better."""
    side = {words.HIGHER: "more is better", words.LOWER: "less is better"}
    better = side.get(words.measure(metric).better)
    return f"{words.title(metric)} ({better})" if better else words.title(metric)


def reference(lines: list[Line], metric: str) -> str:
    """The row that the others are held against; plain EASE before another is chosen."""
    labels = [line.label for line in lines]
    return str(st.selectbox(
        "Against", labels, index=by_label(lines, BASELINE, metric), key="compare_reference",
        format_func=lambda label: plain(label, 80),
        help="All rows are held against this one, user by user; the p-values are corrected for "
        "the number of rows (Holm).",
    ))  # fmt: skip


def table(
    study: Study, found: Compared, lines: list[Line], metrics: tuple[str, str], against: str,
    on_front: np.ndarray,
) -> None:
    """One row a recipe: what it is, both metrics, and its difference to the reference."""
    judged = found.kept[0].metric
    values = comparing.values_of(lines, found.results, judged)
    paired = cached_measure.against(study, found.kept, judged, against, values)
    frame = rows_frame(lines, dict.fromkeys((judged, *metrics)), paired, on_front)
    number = st.column_config.NumberColumn
    st.dataframe(
        frame, key="compare_table", hide_index=True, height="content", alt="Recipes side by side",
        column_config={
            **{words.title(m): number(format="%.4f") for m in (judged, *metrics)},
            "Recipe": st.column_config.TextColumn(pinned=True, width="medium"),
            "": st.column_config.TextColumn(help="Against the reference"),
            "Difference": number(format="%+.4f"), "p": number(format="%.4f"),
            "Seconds": number(format="%.2f"),
        },
    )
    st.caption(
        f"Against {plain(against, 80)} in {words.title(judged)}: ▲ better and ▼ worse beyond luck "
        f"(p below {LEVEL}, corrected for all rows), ≈ not to be told apart."
    )
    st.download_button(
        "This table (CSV)", frame.to_csv(index=False), on_click="ignore", mime="text/csv",
        file_name=f"{study.name}_recipes.csv", icon=":material/download:", key="compare_csv",
        help="Text cells that a spreadsheet would run as a formula begin with an apostrophe.",
    )


def rows_frame(
    lines: list[Line], metrics: dict[str, None], paired: dict[str, Paired], on_front: np.ndarray
) -> pd.DataFrame:
    """What the table shows; text that no spreadsheet takes for a formula."""
    import pandas as pd

    rows = []
    for line, front in zip(lines, on_front, strict=True):
        one = paired.get(line.label)
        low, high = line.interval
        rows.append(
            {
                "Recipe": inert(line.label), "": mark(one), "Kind": line.nature,
                **{words.title(m): line.metrics.get(m, math.nan) for m in metrics},
                "95 %": "" if math.isnan(low) else f"{low:.4f}–{high:.4f}",
                "Difference": math.nan if one is None else one.points,
                "p": math.nan if one is None else one.p, "Front": "★" if front else "",
                "Encoder": inert(line.encoder), "Writer": inert(line.writer),
                "Fields": inert(line.fields), "Signals": line.signals,
                "Settings": inert(line.settings), "Seconds": line.seconds,
            }
        )
    return pd.DataFrame(rows)
