"""How long a person waits: from a key or a click to the new list on the screen, in a real browser.

    python benchmarks/browser_speed.py [STUDY [USER]] [--home FOLDER] [--times 30] [--only slider]

Needs playwright and Chromium. Without STUDY it is the demo, built for this run where it is not
built already; without USER the study's first example. What is timed, in the browser's own clock:
from the event (key pressed, switch or box clicked) to the frame in which the pixels of the list's
first rows have changed: the table is drawn on a canvas, and what it tells screen readers follows
0.2 s later by design. Medians of 30 after three that warm up.
"""

from __future__ import annotations

import argparse
import os
import statistics
import urllib.parse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from browser import app, rest, visitor
from studies import named_or_demo
from timing import machine

from llmrec_core.demo import NAME
from llmrec_core.find import example_users

WARM = 3
WATCH = """(place) => {
  const drawn = () => {
    const table = document.querySelectorAll('[data-testid="stDataFrame"]')[place];
    const canvas = table ? table.querySelector('canvas') : null;
    if (!canvas || !canvas.width) return null;
    const pixels = canvas.getContext('2d').getImageData(0, 40, canvas.width, 200).data;
    let sum = 0;
    for (let k = 0; k < pixels.length; k += 12) sum = (sum * 31 + pixels[k]) | 0;
    return sum;
  };
  window.waited = null;
  const before = drawn();
  let start = null;
  const begin = () => { if (start === null) start = performance.now(); };
  for (const kind of ['keydown', 'pointerdown'])
    document.addEventListener(kind, begin, {once: true, capture: true});
  const look = () => {
    const now = start === null ? null : drawn();
    if (now !== null && now !== before) { window.waited = performance.now() - start; }
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def timed(page: Any, act: Callable[[int], None], times: int, place: int = 0) -> list[float]:
    """Milliseconds from each act to the changed list; `place` is the table's place on the page."""
    out = []
    for k in range(WARM + times):
        page.evaluate(WATCH, place)
        act(k)
        page.wait_for_function("window.waited !== null", timeout=30_000)
        if k >= WARM:
            out.append(float(page.evaluate("window.waited")))
        rest_briefly(page)
    return out


def rest_briefly(page: Any) -> None:
    """Until nothing runs: a person looks at a list before moving on."""
    page.wait_for_timeout(250)
    page.wait_for_function(
        "!document.querySelector('[data-testid=\"stApp\"][data-test-script-state=\"running\"]')",
        timeout=60_000,
    )
    page.wait_for_timeout(100)


def open_page(context: Any, url: str, name: str, study: str, user: str) -> Any:
    """A page of the studio, at rest."""
    page = context.new_page()
    page.goto(f"{url}/{name}?" + urllib.parse.urlencode({"study": study, "user": user}))
    page.locator('[data-testid="stDataFrame"] canvas').first.wait_for(timeout=120_000)
    rest(page)
    return page


def slider(context: Any, url: str, study: str, user: str, times: int) -> list[float]:
    """One step of a weight on «For one user»."""
    page = open_page(context, url, "for_one_user", study, user)
    knob = page.get_by_role("slider", name="Taste")
    knob.focus()
    return timed(page, lambda k: knob.press("ArrowRight" if k % 4 < 2 else "ArrowLeft"), times)


def removed(context: Any, url: str, study: str, user: str, times: int) -> list[float]:
    """A past item's tick taken away or put back on «What if»: the table left, the list right."""
    page = open_page(context, url, "what_if", study, user)
    box = page.locator('[data-testid="stDataFrame"] canvas').first.bounding_box()

    def tick(k: int) -> None:
        # The table is a picture: the tick of row r is where the eye sees it.
        page.mouse.click(box["x"] + 31, box["y"] + 36 + 35 * (k // 2 % 8) + 17)

    return timed(page, tick, times, place=1)


def sentence(context: Any, url: str, study: str, user: str, times: int) -> list[float]:
    """A sentence switched off or on, on «What if»."""
    page = open_page(context, url, "what_if", study, user)
    page.get_by_role("tab", name="Sentences").click()
    page.get_by_role("tab", name="Weights").click()
    rest(page)
    knob = page.get_by_role("slider", name="Description")
    knob.focus()
    for _ in range(10):  # a description without weight moves no list
        knob.press("ArrowRight")
    page.get_by_role("tab", name="Sentences").click()
    rest(page)
    switches = page.locator('[data-testid="stTabs"] [data-testid="stCheckbox"] label')
    return timed(page, lambda k: switches.nth(k // 2 % 4).click(), times)


MEASURED: dict[str, Callable[[Any, str, str, str, int], list[float]]] = {
    "slider": slider, "removed": removed, "sentence": sentence,
}
"""What is measured, by name."""


def main() -> None:
    """Start the app, do everything `times` times, print medians."""
    options = _options()
    if options.home:
        os.environ["LLMREC_HOME"] = str(options.home.resolve())
    print(machine())
    with named_or_demo(options.study) as study, app() as url, visitor() as context:
        user = options.user or example_users(study.behaviour())[0].user_id
        print(f"study {study.name}, user {user}")
        for name, measure in MEASURED.items():
            if options.only not in (None, name):
                continue
            found = sorted(measure(context, url, study.name, user, options.times))
            late = found[int(0.9 * (len(found) - 1))]
            print(
                f"{name:<24} median {statistics.median(found):6.0f} ms, "
                f"9 of 10 within {late:6.0f} ms, {len(found)} times", flush=True,
            )


def _options(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("study", nargs="?", default=NAME)
    parser.add_argument("user", nargs="?")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--only", choices=MEASURED)
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
