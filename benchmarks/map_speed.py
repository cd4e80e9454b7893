"""A map of 100,000 items in a real browser: seconds until it is drawn, how smoothly it pans.

    python benchmarks/map_speed.py [ITEMS] [--users 20000] [--times 5]

What the map page draws, made and sent by its own code (`ui.map_view`) on a real server: items by
group, all users beneath them, the names of the groups, and the note of what a sample left out. The
map is simulated and the chosen user's marks and what stands around the figure are not there. Up to
100,000 of the items and of the users are drawn, the most that the page offers.

Timed in the browser from a key to the chart's own word that it is drawn (`plotly_afterplot`), which
includes building the figure, sending it and drawing it; «again» is the same page with another
figure, when WebGL is warm. Then the map is dragged for two seconds: frames a second, and the
longest a frame took. Without a graphics card WebGL is drawn by the processor (SwiftShader), which
is what is measured on a machine that has none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import ROOT, SOFTWARE_WEBGL, free_port, visitor, wait_until_healthy
from timing import machine

PAGE = '''
import streamlit as st
from map_world import simulated_atlas, turned

from llmrec_core.ui import map_controls, map_picks, map_view

world = st.cache_resource(simulated_atlas)({items}, {users})
times = st.number_input("times", 0, key="times")
if times:
    atlas = turned(world, int(times))
    shown = map_controls.Shown(
        users=True, user=False, names=True, most=map_controls.BUDGETS[-1], static=False
    )
    asked = map_view.Asked(atlas, None, map_controls.GROUPS, shown, ([], []))
    figure = map_view.figure(asked, atlas, map_picks.FIRST)
    map_view.draw(asked, atlas, figure, map_picks.FIRST)
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
def page_of(items: int, users: int) -> Iterator[str]:
    """A server with the page above, until the block ends."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "page.py"
        script.write_text(PAGE.format(items=items, users=users), encoding="utf-8")
        command = [
            sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
            "--server.headless", "true", "--server.fileWatcherType", "none",
            "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        found = os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")])
        environment = {**os.environ, "PYTHONPATH": found}
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
    options = _options()
    print(machine())
    browser = visitor(1280, arguments=SOFTWARE_WEBGL)
    with page_of(options.items, options.users) as url, browser as context:
        page = context.new_page()
        page.goto(url)
        page.locator("input").first.wait_for(timeout=60_000)
        page.evaluate(DRAWN)
        first = draw(page, 1)
        again = [draw(page, k) for k in range(2, 2 + options.times)]
        rate, longest = pan(page)
    print(
        f"{options.items:,} items and {options.users:,} users: first drawn after {first:.2f} s, "
        f"again after {statistics.median(again):.2f} s (median of {options.times}); dragging "
        f"{rate:.0f} frames/s, longest frame {longest:.0f} ms"
    )


def _options(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("items", nargs="?", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=5)
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
