"""What the landscape page looks at: weights now, shape and axes of the plane, colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import landscape, signals
from llmrec_core.landscape import Shape
from llmrec_core.steer.weights import STEERED
from llmrec_core.ui import cached_landscape, controls

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.ui.cached_landscape import Named

NDCG, TAIL = "NDCG", "Tail share"
SHAPES = {Shape.TRIANGLE: "Triangle", Shape.SQUARE: "Square"}
_LEAST = {Shape.TRIANGLE: 3, Shape.SQUARE: 2}


@dataclass(frozen=True)
class Look:
    """What is asked for: `now` are the sliders, `axes` two or three signals."""

    now: Named
    axes: tuple[str, ...]
    colour: str


def weights_now(recommender: Recommender) -> Named:
    """The sliders of all pages, and the way back to the fitted weights."""
    with st.expander("Weights now", icon=":material/tune:", key="landscape_weights"):
        with st.container(horizontal=True):
            weights = controls.weight_sliders(recommender)
        controls.reset_weights(recommender)
    return cached_landscape.as_key(recommender, weights)


def picked(recommender: Recommender) -> Look | None:
    """Draw the controls; None, and a word why, where the axes are no plane yet."""
    now = weights_now(recommender)
    shapes = [s for s in SHAPES if len(recommender.names) >= _LEAST[s]]
    if not shapes:
        st.info("This study has one signal: there is nothing to weigh it against.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", key="landscape_controls"):
        shape = _shape(shapes)
        axes = st.multiselect(
            "Signals", recommender.names, default=usual(recommender, shape),
            key=f"landscape_{shape}_{recommender.study.name}", format_func=signals.label,
            max_selections=_LEAST[shape], persist_state="session",
            help="Whose weights are varied. Description and popularity move the long tail most "
            "often; two that say nearly the same make a flat picture.",
        )
        colour = st.segmented_control(
            "Colour", [NDCG, TAIL], default=NDCG, key="landscape_colour", persist_state="session",
            required=True, help="What the plane is coloured by.",
        )
    if len(axes) != _LEAST[shape]:
        st.info(
            f"Choose {'three' if shape == Shape.TRIANGLE else 'two'} signals for the "
            f"{shape.value}.", icon=":material/category:",
        )
        return None
    return Look(now, tuple(axes), str(colour or NDCG))


def _shape(shapes: list[Shape]) -> Shape:
    picked = st.segmented_control(
        "Plane", shapes, default=shapes[0], key="landscape_shape", persist_state="session",
        format_func=SHAPES.__getitem__, required=True,
        help="In the triangle three signals share the sum of their weights now. Along the square "
        "two weights go from 0 to 3. The other weights stay as they are now.",
    )
    return Shape(picked or shapes[0])


def usual(recommender: Recommender, shape: Shape) -> list[str]:
    """The three fitted signals of largest weight; the largest one beside the description."""
    fitted = recommender.default_weights
    if shape == Shape.TRIANGLE:
        return list(landscape.largest(fitted))
    beside = STEERED if STEERED in fitted else "popularity"
    rest = {name: weight for name, weight in fitted.items() if name != beside}
    first = landscape.largest(rest, 1)
    return [*first, beside] if beside in fitted else list(landscape.largest(fitted, 2))
