"""The landscape page's view: a plane by colour, accuracy against the long tail, what is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import landscape, signals
from llmrec_core.answered import FITTED
from llmrec_core.charts import landscape_figures as figures
from llmrec_core.charts.landscape_figures import Mark, Values
from llmrec_core.landscape import Shape
from llmrec_core.ui import cached_landscape, landscape_axes, landscape_point, state
from llmrec_core.ui.text import count, plain
from llmrec_core.ui.weights import NO_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    import plotly.graph_objects as go

    from llmrec_core.landscape import About, Plane, Points
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study
    from llmrec_core.ui.cached_landscape import Named

NOW = "sliders now"
_MOST_SAVED = 8
"""Saved weights that are marked, the first by name: more would hide the plane."""
NO_TAIL = "All items are as popular, so there is no long tail and no tail share."
_CONFIG = {"displayModeBar": False}


@dataclass(frozen=True)
class Shown:
    """A plane and the weightings that have a name; `named` begins with the sliders."""

    plane: Plane
    named: dict[str, Named]
    points: Points
    chosen: Named
    """What is looked at: what was clicked, the best point where nothing was."""
    clicked: bool
    at: Points
    """`chosen` alone."""

    def number(self, place: int) -> Named | None:
        """The weighting that a picture knows as number `place`."""
        if 0 <= place < len(self.plane.points):
            return tuple(self.plane.weights(place).items())
        rest = list(self.named.values())
        place -= len(self.plane.points)
        return rest[place] if 0 <= place < len(rest) else None


def nothing_yet(study: Study) -> None:
    """What there would be to see, and the command."""
    st.info(
        "Nothing is measured for today's rows and settings yet: press «Measure», or run "
        f"`llmrec landscape {study.name}`.", icon=":material/landscape:",
    )


@st.fragment
def explored(recommender: Recommender, about: About) -> None:
    """Everything that follows the sliders, the axes and a click: they redraw this only."""
    state.show_told()
    with state.shown_errors():
        look = landscape_axes.picked(recommender)
        if look is not None and not any(weight for _, weight in look.now):
            st.warning(NO_WEIGHT, icon=":material/tune:")
        elif look is not None:
            shown = seen(recommender, about, look)
            pictures(recommender, shown, look.colour)
            said(shown)
            landscape_point.draw(recommender, shown)
    protocol(recommender, about)


def seen(recommender: Recommender, about: About, look: landscape_axes.Look) -> Shown:
    """The plane through the sliders, and beside it what has a name and what was clicked."""
    plane = cached_landscape.plane(recommender, about, look.axes, look.now)
    known = landscape.with_names(recommender)
    kept = dict(list(known.items())[: _MOST_SAVED + 2])
    named = {NOW: look.now} | {name: tuple(weights.items()) for name, weights in kept.items()}
    points = cached_landscape.points(recommender, about, tuple(named.values()))
    clicked = landscape_point.clicked(recommender)
    chosen = clicked or tuple(plane.weights(plane.best).items())
    at = cached_landscape.points(recommender, about, (chosen,))
    return Shown(plane, named, points, chosen, clicked is not None, at)


def pictures(recommender: Recommender, shown: Shown, colour: str) -> None:
    """The plane on the left, accuracy against the long tail on the right."""
    plane, marks = shown.plane, _marks(shown)
    left, right = st.columns(2, gap="medium")
    n = plane.n
    values = {
        landscape_axes.NDCG: Values(plane.points.mean, f"NDCG@{n}", ".3f"),
        landscape_axes.TAIL: Values(100 * plane.points.tail_share, "tail share (%)", ".1f"),
    }[colour if plane.has_tail else landscape_axes.NDCG]
    draw = figures.triangle_figure if plane.shape == Shape.TRIANGLE else figures.square_figure
    labels = [signals.label(name) for name in plane.axes]
    with left:
        where = plane.points.weights[:, plane.columns]
        figure = draw(where, labels, values, plane.as_good, marks)
        _chart(
            figure, "landscape_plane", lambda: _take(recommender, "landscape_plane", shown),
            f"{values.title[:1].upper()}{values.title[1:]} over the weights",
            "Click a point for its weights. Outlined points are as good as the best in NDCG: "
            "their mean difference over the same users is within 1.96 standard errors.",
        )
    with right:
        if plane.has_tail:
            _trade(recommender, shown, marks)
        else:
            st.info(NO_TAIL, icon=":material/show_chart:")


def _trade(recommender: Recommender, shown: Shown, marks: list[Mark]) -> None:
    plane, n = shown.plane, shown.plane.n
    figure = figures.trade_figure(
        plane.points.mean, plane.points.tail_share, plane.front, plane.as_good, marks,
        (f"Tail share of the lists of {n} (%), more is better", f"NDCG@{n}, more is better"),
    )
    _chart(
        figure, "landscape_trade", lambda: _take(recommender, "landscape_trade", shown),
        "NDCG against tail share",
        "On the dotted front no point of the plane has more of one without less of the other. "
        "Tail share: places that go to the least popular 80 % of the catalogue.",
    )


def _chart(
    figure: go.Figure, key: str, take: Callable[[], None], title: str, meaning: str
) -> None:
    st.markdown(f"**{title}**", help=meaning)
    st.plotly_chart(
        figure, key=key, on_select=take, selection_mode="points", config=_CONFIG, alt=title
    )


def _take(recommender: Recommender, key: str, shown: Shown) -> None:
    """Keep what was clicked as weights: a figure that changes forgets its own selection."""
    event: Any = st.session_state[key]
    points = event["selection"]["points"]
    if points:
        number = points[0].get("customdata")
        number = number[0] if isinstance(number, list | tuple) else number
        weights = None if number is None else shown.number(int(number))
        if weights is not None:
            landscape_point.look_at(recommender, weights)


def _marks(shown: Shown) -> list[Mark]:
    """The named weightings, and a ring round what is looked at."""
    first, plane = len(shown.plane.points), shown.plane
    marks = [
        Mark(name if name != FITTED else "fitted weights", first + k, float(shown.points.mean[k]),
             float(shown.points.tail_share[k]), plane.place(dict(weights)), k)
        for k, (name, weights) in enumerate(shown.named.items())
    ]
    ring = Mark("looked at", -1, float(shown.at.mean[0]), float(shown.at.tail_share[0]),
                plane.place(dict(shown.chosen)))  # fmt: skip
    # The sliders lie on top of what they are equal to.
    return [ring, *(replace(mark) for mark in reversed(marks))]


def said(shown: Shown) -> None:
    """What the plane comes to, in a sentence or two."""
    plane, now = shown.plane, shown.points
    best, n = plane.best, plane.n
    gap = plane.points.ndcg_gap(best, now)
    told = (
        f"{count(int(plane.as_good.sum()), 'weighting')} of {len(plane.points):,} "
        f"{'is' if plane.as_good.sum() == 1 else 'are'} as good as the best in NDCG@{n} within the "
        "noise between users"
    )
    tail = 100 * plane.points.tail_share[plane.as_good]
    if plane.has_tail:
        told += f"; tail share goes from {tail.min():.1f} % to {tail.max():.1f} % among them"
    told += "."
    better = f"The best point of the plane gains {gap.mean:+.4f} over the sliders"
    told += f" {better}, {'beyond' if gap.beyond else 'within'} the noise."
    st.caption(plain(told))


def protocol(recommender: Recommender, about: About) -> None:
    """What the figures mean."""
    with st.expander("What is measured", icon=":material/info:", key="landscape_protocol"):
        st.markdown(
            f"- **Validation rows**: the last fifth of every user's own rows of the study "
            f"({about.held_out:,} rows), as in the first fold that the build chose on. Every "
            f"signal is fitted on the other {about.fitted:,} rows, with the build's settings and "
            "descriptions by the template from these rows alone.\n"
            f"- **Users**: {about.users:,} of {about.tested:,} who have such rows, drawn with seed "
            f"{about.seed}. Lists of {recommender.recipe.n} from the whole catalogue without a "
            "user's own items.\n"
            "- **NDCG**: held-out items in the list, worth less the further down. **Tail share**: "
            "of the same lists; popularity counts the rows that were fitted on.\n"
            "- **Noise**: the same users have both lists, so their differences are compared; "
            "beyond noise is more than 1.96 standard errors. The best of many points is partly "
            "luck, and the build fitted its weights on these rows too: measure a choice on "
            "held-out rows on the page «Evaluation» before you believe it.\n"
            f"- **Time**: fitted and scored in {about.seconds:,.1f} s, {about.bytes / 1e6:,.0f} MB "
            "kept. The same in a terminal: "
            f"`llmrec landscape {recommender.study.name}`."
        )
