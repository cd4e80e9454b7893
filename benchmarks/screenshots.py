"""The README's pictures, taken from the running app on the demo study: docs/pictures/*.png.

    python benchmarks/screenshots.py [--width 1280] [--dark] [--out docs/pictures] [--only map]

Needs playwright and Chromium (named by the variable CHROMIUM, or by its usual names). The demo
is built first where it is not; pictures show what a newcomer sees, nothing is retouched.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from browser import HEIGHT, ROOT, app, rest, visitor

USER = "r0007"


def more_taste(page: Any) -> None:
    """Move one slider, so that there is something to compare."""
    slider = page.get_by_role("slider", name="Taste")
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")


def one_sentence(page: Any) -> None:
    """What somebody might type who is new."""
    box = page.locator("textarea").first
    box.fill("I love sea voyages and shipwrecks. I dislike romance.")
    box.blur()


PICTURES: dict[str, tuple[str, Callable[[Any], None] | None]] = {
    "overview": ("", None),
    "data": ("data", None),
    "descriptions": ("descriptions", None),
    "map": ("map", None),
    "for-one-user": ("for_one_user", None),
    "new-user": ("new_user", one_sentence),
    "long-tail": ("long_tail", more_taste),
}
"""Name of the picture -> the page's address, and what is done before it is taken."""


def main() -> int:
    """Build the demo where needed, start the app, take the pictures."""
    options = _options()
    subprocess.run([sys.executable, "-m", "llmrec_core.cli", "demo"], cwd=ROOT, check=True)
    options.out.mkdir(parents=True, exist_ok=True)
    with app() as url, visitor(options.width, dark=options.dark) as context:
        for name, (path, act) in PICTURES.items():
            if options.only in (None, name):
                _take(context, url, path, act, options.out / f"{name}.png")
                print(options.out / f"{name}.png")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--only", choices=PICTURES)
    return parser.parse_args()


def _take(
    context: Any, url: str, path: str, act: Callable[[Any], None] | None, out: Path
) -> None:
    """One page from its top to its end, as long as it is."""
    page = context.new_page()
    page.goto(f"{url}/{path}?" + urllib.parse.urlencode({"study": "demo", "user": USER}))
    page.locator('[data-testid="stHeading"]').first.wait_for(timeout=90_000)
    rest(page)
    if act is not None:
        act(page)
        rest(page)
    length = page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(HEIGHT, length)})
    rest(page)
    page.screenshot(path=out)
    page.close()


if __name__ == "__main__":
    raise SystemExit(main())
