"""The map as a picture, for browsers without WebGL: the same traces drawn with Pillow."""

from __future__ import annotations

import html
import io
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from PIL.ImageDraw import ImageDraw

_PALETTE = (
    "#0068c9", "#83c9ff", "#ff2b2b", "#ffabab", "#29b09d",
    "#7defa1", "#ff8700", "#ffd16a", "#6d3fc0", "#a5b0c9",
)  # fmt: skip
"""Streamlit's colours for categories: what the theme gives the live figure."""
_SCALE = ((131, 201, 255), (0, 66, 128))
_INK = {False: "#31333f", True: "#fafafa"}
_LEGEND_WIDTH, _MARGIN, _LINE = 190, 16, 20


def static_map(
    figure: go.Figure, *, width: int = 1100, height: int = 700, dark: bool = False
) -> bytes:
    """A PNG of a figure made by `map_figure`, with its legend; transparent behind the points."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image, "RGBA")
    place = _Place.of(figure, width - _LEGEND_WIDTH, height)
    palette = itertools.cycle(_PALETTE)
    entries: list[tuple[Any, str]] = []
    for trace in figure.data:
        codes, xy = _codes(trace), place.pixels(trace)
        if codes is None:
            ink = _rgb(trace.marker.color or next(palette))
            _draw_points(draw, xy, [ink] * len(xy), trace)
            entries.append((ink, trace.name or ""))
        else:
            _draw_points(draw, xy, [_shade(code) for code in codes], trace)
            bar = trace.marker.colorbar
            ends = zip(bar.tickvals or (), bar.ticktext or (), strict=True)
            entries += [(_shade(code), f"{bar.title.text}: {text}") for code, text in ends]
        if "text" in (trace.mode or ""):
            _draw_names(draw, xy, trace.text, _INK[dark])
    for note in figure.layout.annotations:
        if note.showarrow:
            old, new = place.pixels_of(np.array([[note.ax, note.ay], [note.x, note.y]]))
            _draw_arrow(draw, old, new, _rgb(note.arrowcolor))
    _draw_legend(draw, entries, width - _LEGEND_WIDTH + 8, _INK[dark])
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class _Place:
    """From map positions to pixels, the same scale on both axes."""

    def __init__(self, low: np.ndarray, scale: float, offset: np.ndarray, height: int) -> None:
        self.low, self.scale, self.offset, self.height = low, scale, offset, height

    @classmethod
    def of(cls, figure: go.Figure, width: int, height: int) -> _Place:
        parts = [np.column_stack([trace.x, trace.y]) for trace in figure.data if len(trace.x)]
        points = np.concatenate(parts) if parts else np.zeros((1, 2))
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.array([width, height]) - 2 * _MARGIN
        scale = float((room / np.maximum(high - low, 1e-9)).min())
        offset = _MARGIN + (room - (high - low) * scale) / 2
        return cls(low, scale, offset, height)

    def pixels(self, trace: Any) -> np.ndarray:
        """(n, 2) pixel positions of a trace; y grows downwards."""
        return self.pixels_of(np.column_stack([trace.x, trace.y]))

    def pixels_of(self, points: np.ndarray) -> np.ndarray:
        """(n, 2) pixel positions of map positions."""
        xy = (points - self.low) * self.scale + self.offset
        xy[:, 1] = self.height - xy[:, 1]
        return xy


def _codes(trace: Any) -> np.ndarray | None:
    """Colour codes 0 to 100 of a trace on a scale; None where it has one colour."""
    colour = trace.marker.color
    return None if colour is None or isinstance(colour, str) else np.asarray(colour)


def _shade(code: int) -> tuple[int, int, int]:
    share = float(code) / 100
    red, green, blue = (
        int(low + (high - low) * share) for low, high in zip(*_SCALE, strict=True)
    )
    return red, green, blue


def _rgb(colour: str) -> tuple[int, int, int]:
    from PIL import ImageColor

    return ImageColor.getrgb(colour)[:3]


def _draw_points(
    draw: ImageDraw, xy: np.ndarray, inks: list[tuple[int, int, int]], trace: Any
) -> None:
    radius = trace.marker.size / 2
    alpha = int(255 * (trace.marker.opacity or 1))
    ring = str(trace.marker.symbol or "").endswith("-open")
    for (x, y), ink in zip(xy.tolist(), inks, strict=True):
        box = (x - radius, y - radius, x + radius, y + radius)
        if ring:
            draw.ellipse(box, outline=(*ink, alpha), width=2)
        else:
            draw.ellipse(box, fill=(*ink, alpha))


def _draw_arrow(
    draw: ImageDraw, old: np.ndarray, new: np.ndarray, ink: tuple[int, int, int]
) -> None:
    """A line with a head of two strokes at `new`."""
    draw.line([*old, *new], fill=ink, width=3)
    along = (old - new) / max(float(np.linalg.norm(old - new)), 1e-9) * 12
    for turn in (0.5, -0.5):
        cos, sin = np.cos(turn), np.sin(turn)
        end = new + np.array([along[0] * cos - along[1] * sin, along[0] * sin + along[1] * cos])
        draw.line([*new, *end], fill=ink, width=3)


def _draw_names(draw: ImageDraw, xy: np.ndarray, names: Sequence[str], ink: str) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(13)
    for (x, y), name in zip(xy.tolist(), names, strict=True):
        draw.text((x, y - 14), html.unescape(name), fill=ink, font=font, anchor="mb")


def _draw_legend(draw: ImageDraw, entries: list[tuple[Any, str]], left: int, ink: str) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(13)
    for row, (colour, name) in enumerate(entries):
        top = _MARGIN + row * _LINE
        draw.ellipse((left, top + 3, left + 9, top + 12), fill=(*colour, 255))
        draw.text((left + 16, top), html.unescape(name)[:26], fill=ink, font=font)
