"""Whether the browser can draw with WebGL; without it a Plotly map would stay blank."""

from __future__ import annotations

import functools
from typing import Any

import streamlit as st

MISSING = "missing"

_PROBE = """
export default function (component) {
  const canvas = document.createElement("canvas")
  let context = null
  try {
    context = canvas.getContext("webgl") || canvas.getContext("experimental-webgl")
  } catch (error) {
    context = null
  }
  if (!context) {
    component.setStateValue("webgl", "missing")
    return
  }
  const lose = context.getExtension("WEBGL_lose_context")
  if (lose) lose.loseContext()
}
"""
"""Reports only what is missing, so that a browser that has it causes no second run. The context is
given back: browsers allow few."""


@functools.cache
def _component() -> Any:
    # Registered once and not on import: outside a running server there is nothing to register with.
    return st.components.v2.component("webgl_probe", js=_PROBE, isolate_styles=True)


def available() -> bool:
    """False once the browser has reported that it has no WebGL; True until then."""
    result = _component()(key="webgl_probe", on_webgl_change=lambda: None, height=1)
    return getattr(result, "webgl", None) != MISSING


def known() -> bool:
    """The same, as far as `available` has found out: the probe is drawn once on a page."""
    return getattr(st.session_state.get("webgl_probe"), "webgl", None) != MISSING
