"""Zoom and tool of the live maps outlive another figure: Streamlit draws every figure anew.

A chart's identity is its whole specification, so another colour is another chart that knows nothing
of the zoom of the one before. What is seen is only known to the browser, and so it is kept there.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import streamlit as st

_KEEPER = """
const kept = (window.llmrecMapViews ??= new Map())

function follow(plot, name) {
  const seen = kept.get(name)
  if (seen && window.Plotly) {
    const change = { dragmode: seen.dragmode }
    if (seen.x) Object.assign(change, { "xaxis.range": seen.x, "yaxis.range": seen.y })
    window.Plotly.relayout(plot, change)
  }
  plot.on("plotly_relayout", (change) => {
    const keys = Object.keys(change)
    if (!keys.some((key) => key === "dragmode" || /^[xy]axis[.]/.test(key))) return
    const { xaxis, yaxis, dragmode } = plot._fullLayout
    const whole = xaxis.autorange && yaxis.autorange
    kept.set(name, whole ? { dragmode } : { dragmode, x: [...xaxis.range], y: [...yaxis.range] })
  })
}

export default function (component) {
  const charts = component.data.charts
  const watch = () => {
    for (const [key, name] of Object.entries(charts)) {
      const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`)
      if (!plot || !plot._fullLayout || !plot.on || plot.llmrecFollowed === name) continue
      plot.llmrecFollowed = name
      follow(plot, name)
    }
  }
  watch()
  const timer = setInterval(watch, 50)
  return () => clearInterval(timer)
}
"""


@functools.cache
def _component() -> Any:
    # Registered once and not on import: outside a running server there is nothing to register with.
    return st.components.v2.component("map_zoom", js=_KEEPER, isolate_styles=True)


def keep_zoom(charts: Mapping[str, str]) -> None:
    """Keep the zoom and the tool of each chart: its widget key -> the name of the map it shows.

    A chart that shows another map begins with all of it; going back to the first map finds its
    zoom again. Where the browser does not tell, every figure begins with the whole map.
    """
    _component()(key="map_zoom", data={"charts": dict(charts)}, height=1)
