"""100,000 map points in a real browser: seconds until they are drawn, and how smoothly they pan.

    python benchmarks/map_speed.py [N_POINTS] [--times 5]

A page with nothing but the map's figure, made and sent by a real server as the map page does.
Timed in the browser from the click on a button to the chart's own word that it is drawn
(`plotly_afterplot`), which includes building the figure, sending it and drawing it; «again» is
the same page with another figure, when WebGL is warm. Then the map is dragged for two seconds:
frames a second, and the longest a frame took. Without a graphics card WebGL is drawn by the
processor (SwiftShader), which is what is measured on a machine that has none.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import ROOT, SOFTWARE_WEBGL, free_port, visitor, wait_until_healthy
from timing import machine

PAGE = '''
import numpy as np
import streamlit as st

from llmrec_core.charts.map_colours import Colouring
from llmrec_core.charts.map_figure import map_figure

n = {n}
times = st.number_input("times", 0, key="times")
if times:
    rng = np.random.default_rng(int(times))
    centre = rng.normal(0, 6, (40, 2))
    xy = (centre[rng.integers(0, 40, n)] + rng.normal(0, 1, (n, 2))).astype(np.float32)
    codes = rng.integers(0, 10, n).astype(np.int8)
    colouring = Colouring("Group", codes, tuple(f"Group {{k}}" for k in range(10)))
    figure = map_figure(xy, [""] * n, colouring, counts=rng.zipf(1.6, n))
    st.plotly_chart(
        figure.update_layout(height=640), key="map", on_select="rerun",
        config={{"scrollZoom": True, "displaylogo": False}},
    )
'''
DRAWN = """() => {
  window.drawn = null; window.begun = null;
  document.addEventListener('keydown', e => {
    if (e.key === 'Enter' && window.begun === null) window.begun = performance.now();
  }, {capture: true});
  const watched = new WeakSet();
  const look = () => {
    const plot = document.querySelector('.js-plotly-plot');
    if (plot && plot.on && !watched.has(plot)) {
      watched.add(plot);
      plot.on('plotly_afterplot', () => {
        if (window.begun !== null) window.drawn = performance.now() - window.begun;
      });
      if (plot._fullLayout && window.begun !== null && window.drawn === null
          && plot.querySelector('canvas')) window.drawn = performance.now() - window.begun;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
FRAMES = """() => { window.frames_ = []; let last = performance.now();
  const tick = now => { window.frames_.push(now - last); last = now;
    if (!window.stop_) requestAnimationFrame(tick); };
  window.stop_ = false; requestAnimationFrame(tick); }"""


@contextmanager
def page_of(n: int) -> Iterator[str]:
    """A server with the page above, until the block ends."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "page.py"
        script.write_text(PAGE.format(n=n), encoding="utf-8")
        command = [
            sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
            "--server.headless", "true", "--server.fileWatcherType", "none",
            "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def draw(page: Any, k: int) -> float:
    """Seconds from Enter in the number field to the drawn chart."""
    page.evaluate("window.drawn = null; window.begun = null")
    box = page.locator("input").first
    box.fill(str(k))
    box.press("Enter")
    page.wait_for_function("window.drawn !== null", timeout=120_000)
    time.sleep(1.0)  # Plotly may draw once more
    return float(page.evaluate("window.drawn")) / 1000


def pan(page: Any, seconds: float = 2.0) -> tuple[float, float]:
    """(frames a second, milliseconds of the longest frame) while the map is dragged."""
    box = page.locator(".js-plotly-plot .draglayer .nsewdrag").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    begun, k = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        k += 1
        page.mouse.move(x + 120 * ((k % 40) / 40), y + 60 * ((k % 25) / 25))
    found = page.evaluate("() => { window.stop_ = true; return window.frames_; }")
    page.mouse.up()
    return len(found) / (sum(found) / 1000), max(found)


def main() -> None:
    """Draw, draw again, pan; print seconds and frames."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    n, times = (numbers or [100_000])[0], 5
    print(machine())
    with page_of(n) as url, visitor(1280, arguments=SOFTWARE_WEBGL) as context:
        page = context.new_page()
        page.goto(url)
        page.locator("input").first.wait_for(timeout=60_000)
        page.evaluate(DRAWN)
        first = draw(page, 1)
        again = [draw(page, k) for k in range(2, 2 + times)]
        rate, longest = pan(page)
    print(
        f"{n:,} points: first drawn after {first:.2f} s, again after "
        f"{statistics.median(again):.2f} s (median of {times}); dragging {rate:.0f} frames/s, "
        f"longest frame {longest:.0f} ms"
    )


if __name__ == "__main__":
    main()
