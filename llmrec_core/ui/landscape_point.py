"""The weighting that is looked at: its figures against the sliders, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import landscape, signals
from llmrec_core.ui import controls, state
from llmrec_core.ui.text import plain, signed

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.landscape import Gap
    from llmrec_core.recommender import Recommender
    from llmrec_core.ui.cached_landscape import Named
    from llmrec_core.ui.landscape_view import Shown

_NAME = "landscape_name"


def _key(recommender: Recommender) -> str:
    return f"landscape_chosen:{recommender.study.name}"


def look_at(recommender: Recommender, weights: Named | None) -> None:
    """Look at a weighting from now on; None looks at the best of the plane again."""
    st.session_state[_key(recommender)] = weights


def clicked(recommender: Recommender) -> Named | None:
    """What was clicked last; None before any click, and for signals of another build."""
    found: Named | None = st.session_state.get(_key(recommender))
    if found is None or tuple(name for name, _ in found) != recommender.names:
        return None
    return found


def draw(recommender: Recommender, shown: Shown) -> None:
    """Title, ways to other points, figures, weights, and the buttons."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(_title(shown))}**")
            _ways(recommender, shown)
        _cards(shown)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            st.dataframe(
                frame(shown), key="landscape_table", hide_index=True, height="content",
                alt="Weights now and at the point",
                column_config={
                    name: st.column_config.NumberColumn(format="%.2f") for name in ("Now", "There")
                } | {"Change": st.column_config.NumberColumn(format="%+.2f")},
            )
        with right:
            _buttons(recommender, shown)


def _title(shown: Shown) -> str:
    for name, weights in shown.named.items():
        if weights == shown.chosen:
            return name[:1].upper() + name[1:]
    if not shown.clicked:
        return "The best NDCG of the plane"
    return "The point that you clicked"


def _ways(recommender: Recommender, shown: Shown) -> None:
    """Buttons to the points that people look for."""
    plane = shown.plane
    st.button(
        "Best NDCG", key="landscape_best", icon=":material/target:", type="tertiary",
        on_click=look_at, args=(recommender, None), help="Of the plane.",
    )
    if not plane.has_tail:
        return
    good = np.flatnonzero(plane.as_good)
    tail = int(good[np.argmax(plane.points.tail_share[good])])
    st.button(
        "Most tail, as good", key="landscape_tail", icon=":material/show_chart:",
        type="tertiary", on_click=look_at,
        args=(recommender, tuple(plane.weights(tail).items())),
        help="Of the points that are as good as the best in NDCG within the noise, the one with "
        "the largest tail share.",
    )


def _cards(shown: Shown) -> None:
    """NDCG, tail share, coverage and Gini index there, and their distance to the sliders."""
    at, now, n = shown.at, shown.points, shown.plane.n
    ndcg, tail = at.ndcg_gap(0, now), at.tail_gap(0, now)
    same = _same(shown)
    with st.container(horizontal=True, key="landscape_cards"):
        _card(f"NDCG@{n}", f"{at.mean[0]:.4f}", _delta(ndcg, 1, 4), ndcg.beyond, same,
              f"Mean over users, standard error {at.error[0]:.4f}. {_noise(ndcg, 1, 4, '')}")
        if shown.plane.has_tail:
            _card("Tail share", f"{100 * at.tail_share[0]:.1f} %", _delta(tail, 100, 1, " %"),
                  tail.beyond, same,
                  "Share of all places that go to the least popular 80 % of the catalogue. "
                  + _noise(tail, 100, 1, " %"))
        else:
            _card("Tail share", "not defined", "", False, True,
                  "All items are as popular: there is no long tail.")
        gap = 100 * float(at.coverage[0] - now.coverage[0])
        _card("Coverage", f"{100 * at.coverage[0]:.1f} %", f"{gap:+.1f} %", False, same,
              "Share of the catalogue that stands in at least one list of these users. One figure "
              "of all lists together: no noise is known.")
        gap = float(at.gini[0] - now.gini[0])
        _card("Gini index", f"{at.gini[0]:.3f}", f"{gap:+.3f}", False, same,
              "How unevenly places are dealt out over the catalogue: 0 is evenly. One figure of "
              "all lists together: no noise is known.")  # fmt: skip
    st.caption("Small figures: difference to the sliders; grey where it is within the noise or "
               "none is known." if not same else "This is where the sliders stand.")  # fmt: skip


def _same(shown: Shown) -> bool:
    """Whether the sliders stand there already."""
    return shown.chosen == next(iter(shown.named.values()))


def _card(label: str, value: str, delta: str, sure: bool, same: bool, meaning: str) -> None:
    st.metric(
        label, value, None if same else delta, delta_color="normal" if sure else "off",
        border=True, help=meaning,
    )


def _delta(gap: Gap, scale: float, digits: int, unit: str = "") -> str:
    return f"{scale * gap.mean:+.{digits}f}{unit}"  # the arrow follows a plain minus only


def _noise(gap: Gap, scale: float, digits: int, unit: str) -> str:
    """The interval of a difference, in words."""
    low, high = (signed(scale * (gap.mean + side * gap.reach), digits) for side in (-1, 1))
    word = "beyond" if gap.beyond else "within"
    return f"Difference to the sliders: 95 % {low}{unit} to {high}{unit}, {word} the noise."


def frame(shown: Shown) -> pd.DataFrame:
    """One row a signal that weighs something, now or there."""
    import pandas as pd

    now = dict(next(iter(shown.named.values())))
    there = landscape.within(dict(shown.chosen))
    rows = [
        {"Signal": signals.label(name), "Now": now[name], "There": there[name],
         "Change": round(there[name] - now[name], 2) + 0.0}
        for name in there if now[name] or there[name]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Signal", "Now", "There", "Change"])


def _buttons(recommender: Recommender, shown: Shown) -> None:
    """Take the weights, or save them under a name."""
    weights = landscape.within(dict(shown.chosen))
    if weights != dict(shown.chosen):
        st.caption("All weights are scaled alike so that none is above 3: only proportions matter, "
                   "the lists are the same.")  # fmt: skip
    st.button(
        "Take these weights", key="landscape_take", type="primary", icon=":material/tune:",
        on_click=_take, args=(recommender, weights), disabled=_same(shown),
        help="Puts the sliders of all pages here.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Save these weights as", key=_NAME, max_chars=60, persist_state="session", live=True,
            placeholder="for example: more niche", width=300,
        )
        st.button(
            "Save", key="landscape_save", icon=":material/bookmark_add:", on_click=_save,
            args=(recommender, weights), disabled=not name.strip(),
            help="The other pages and the command line take this name too: llmrec recommend … "
            "--weights NAME.",
        )
    if name.strip() in recommender.study.journal.weight_names():
        st.caption("There are weights of this name: it will mean these.")


def _take(recommender: Recommender, weights: dict[str, float]) -> None:
    with state.telling("The sliders of all pages stand at these weights."):
        for name, weight in weights.items():
            st.session_state[controls.weight_key(recommender, name)] = float(weight)
        # Scaled weights are another key for the same lists: what is looked at is where they stand.
        look_at(recommender, tuple((name, round(weight, 5)) for name, weight in weights.items()))


def _save(recommender: Recommender, weights: dict[str, float]) -> None:
    name = str(st.session_state.get(_NAME) or "").strip()
    with state.telling(f"The weights are saved as {name}."):
        recommender.study.journal.save_weights(name, weights)
