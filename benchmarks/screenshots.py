"""The README's pictures, taken from the running app on the demo study: docs/pictures/*.png.

    python benchmarks/screenshots.py [--width 1280] [--dark] [--out docs/pictures] [--only map]

Needs playwright and Chromium (named by the variable CHROMIUM, or by its usual names). The demo
is built first where it is not; pictures show what a newcomer sees, nothing is retouched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
USER = "r0007"
HEIGHT = 900
BUSY = (
    '[data-testid="stApp"][data-test-script-state="running"], [data-testid="stSpinner"], '
    '[data-testid="stSkeleton"]'
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


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
    with _app() as url, _browser(options) as context:
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


@contextmanager
def _app() -> Iterator[str]:
    """The app on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "llmrec_core.cli", "app", "--port", str(port)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The app did not start: try `llmrec app` and read what it says.")


@contextmanager
def _browser(options: argparse.Namespace) -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("Playwright is missing: pip install -e .[test]") from None
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("There is no Chromium: install one, or name it in the variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser.new_context(
            viewport={"width": options.width, "height": HEIGHT},
            color_scheme="dark" if options.dark else "light",
        )
        browser.close()


def _take(
    context: Any, url: str, path: str, act: Callable[[Any], None] | None, out: Path
) -> None:
    """One page from its top to its end, as long as it is."""
    page = context.new_page()
    page.goto(f"{url}/{path}?" + urllib.parse.urlencode({"study": "demo", "user": USER}))
    page.locator('[data-testid="stHeading"]').first.wait_for(timeout=90_000)
    _rest(page)
    if act is not None:
        act(page)
        _rest(page)
    length = page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(HEIGHT, length)})
    _rest(page)
    page.screenshot(path=out)
    page.close()


def _rest(page: Any) -> None:
    """Wait until nothing has run for a second; charts draw a moment longer than the app runs."""
    calm, until = 0, time.monotonic() + 120
    while calm < 8 and time.monotonic() < until:
        page.wait_for_timeout(150)
        calm = 0 if page.locator(BUSY).count() else calm + 1
    page.wait_for_timeout(800)


if __name__ == "__main__":
    raise SystemExit(main())
