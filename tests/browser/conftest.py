"""A running studio and a real browser: the app on a free port, two small studies, Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELF_BOOKS, SHELF_READERS = 80, 60
"""Enough for lists and lessons, few enough to be built in seconds."""

EVIL = "http://evil.invalid/"
HOSTILE = (
    "<script>window.pwned=1</script>",
    "<img src=http://evil.invalid/a.png onerror=window.pwned=1>",
    "<svg onload=window.pwned=1></svg>",
    "<a href='http://evil.invalid/'>click</a>",
    "<iframe src='http://evil.invalid/'></iframe>",
    "[click](javascript:window.pwned=1)",
    "[click](http://evil.invalid/)",
    "![picture](http://evil.invalid/b.png)",
    "<http://evil.invalid/>",
    "http://evil.invalid/c",
    "$\\href{http://evil.invalid/}{x^2}$",
    "$$\\frac{1}{2}$$",
    "**bold** _it_ `code`",
    "# heading",
    ":material/skull: :red[red] :smile:",
    "</div></body><style>*{display:none}</style>",
    "=HYPERLINK(\"http://evil.invalid/\")",
    "%{customdata[0]}<b>tag</b>",
    "\u202eright to left \u200bzero width",
    "| a | b |\n|---|---|\n| 1 | 2 |",
)
"""What a title may hold: markup of every kind that the screen could obey."""


@dataclass(frozen=True)
class Studio:
    """A running app: its address and the folder of its studies."""

    url: str
    home: Path

    def page(self, path: str = "", **query: str) -> str:
        """The address of a page."""
        asked = "&".join(f"{k}={v}" for k, v in query.items())
        return f"{self.url}/{path}" + (f"?{asked}" if asked else "")


@dataclass
class Watched:
    """A browser page and what it did behind our back."""

    page: Any
    foreign: list[str] = field(default_factory=list)
    """Requests to anything but the studio."""
    dialogs: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: `CHROMIUM`, or one of the usual names."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("no Chromium here: install one, or name it in the variable CHROMIUM")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.fixture
def watched(browser: Any, studio: Studio) -> Iterator[Watched]:
    """A fresh visitor, who notes every request elsewhere and every dialog."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    visitor = Watched(context.new_page())

    def asked(request: Any) -> None:
        if not request.url.startswith((studio.url, "data:", "blob:")):
            visitor.foreign.append(request.url)

    def told(dialog: Any) -> None:
        visitor.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("request", asked)
    visitor.page.on("dialog", told)
    yield visitor
    context.close()


@pytest.fixture(scope="session")
def studio(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The app on a free port with a small bookshop and its hostile twin, built with the encoder."""
    home = tmp_path_factory.mktemp("studio")
    environment = {**os.environ, "LLMREC_HOME": str(home), "PYTHONPATH": str(ROOT)}
    _make_study(home, "shelf", environment)
    _make_study(home, "hostile", environment, hostile=True)
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with open(home / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        running = Studio(f"http://127.0.0.1:{port}", home)
        _wait_until_healthy(running, server)
        yield running
    finally:
        server.terminate()
        server.wait(timeout=20)


def _make_study(home: Path, name: str, environment: dict[str, str], hostile: bool = False) -> None:
    folder = home / "sources"
    folder.mkdir(exist_ok=True)
    files = _write_sources(folder, name, hostile)
    _llmrec(["import", name, *map(str, files)], environment)
    _llmrec(["build", name], environment)


def _write_sources(folder: Path, name: str, hostile: bool) -> list[Path]:
    """A cut through the demo's books and their keenest readers; hostile: with HOSTILE in them."""
    text = (ROOT / "data" / "books.jsonl").read_text(encoding="utf-8")
    books = [json.loads(line) for line in text.splitlines()]
    books = books[:: len(books) // SHELF_BOOKS][:SHELF_BOOKS]
    kept = {book["item_id"] for book in books}
    lines = (ROOT / "data" / "readings.csv").read_text(encoding="utf-8").splitlines()
    by_user: dict[str, list[str]] = {}
    for line in lines[1:]:
        if line.split(",")[1] in kept:
            by_user.setdefault(line.split(",")[0], []).append(line)
    keen = sorted(by_user, key=lambda user: -len(by_user[user]))[:SHELF_READERS]
    if hostile:
        for number, book in enumerate(books):
            text = HOSTILE[number % len(HOSTILE)]
            book["title"] = f"{text} {number}"
            book["creator"] = text
            book["genres"] = [text, *book["genres"]]
            book["description"] = f"{text} {book['description']}"
    catalogue, readings = folder / f"{name}.jsonl", folder / f"{name}.csv"
    catalogue.write_text("\n".join(map(json.dumps, books)), encoding="utf-8")
    readings.write_text("\n".join([lines[0], *(row for u in keen for row in by_user[u])]))
    return [readings, catalogue]


def _llmrec(arguments: list[str], environment: dict[str, str]) -> None:
    """One command of the studio; its words are in the failure."""
    done = subprocess.run(
        [sys.executable, "-m", "llmrec_core.cli", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )
    assert done.returncode == 0, f"llmrec {' '.join(arguments)}: {done.stderr[-1500:]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(studio: Studio, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert server.poll() is None, (studio.home / "server.log").read_text()[-1500:]
        try:
            with urllib.request.urlopen(f"{studio.url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("The app did not answer within two minutes.")
