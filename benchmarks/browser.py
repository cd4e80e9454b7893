"""A running app and a real browser, for programs that look at the screen."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HEIGHT = 900
BUSY = (
    '[data-testid="stApp"][data-test-script-state="running"], [data-testid="stSpinner"], '
    '[data-testid="stSkeleton"]'
)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SOFTWARE_WEBGL = (
    *(a for a in ARGUMENTS if a != "--disable-gpu"),
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
)
"""WebGL without a graphics card."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def app(home: Path | None = None) -> Iterator[str]:
    """The app on a free port with the studies of `home`, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "llmrec_core.cli", "app", "--port", str(port)]
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "LLMREC_HOME": str(home)} if home else None
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers; leaves with one sentence where it does not."""
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("The app did not start: try `llmrec app` and read what it says.")


@contextmanager
def visitor(
    width: int = 1280, *, dark: bool = False, arguments: Sequence[str] = ARGUMENTS
) -> Iterator[Any]:
    """A browser context of a fresh visitor; leaves with one sentence where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("Playwright is missing: pip install -e .[test]") from None
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("There is no Chromium: install one, or name it in the variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(arguments))
        yield browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
        )
        browser.close()


def rest(page: Any) -> None:
    """Wait until nothing has run for a second; charts draw a moment longer than the app runs."""
    calm, until = 0, time.monotonic() + 120
    while calm < 8 and time.monotonic() < until:
        page.wait_for_timeout(150)
        calm = 0 if page.locator(BUSY).count() else calm + 1
    page.wait_for_timeout(800)
