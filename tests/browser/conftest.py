"""A running studio and a real browser: the app on a free port, two small studies, Chromium."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from llmrec_core.build import build
from llmrec_core.embed import Encoder
from llmrec_core.study import Study

ROOT = Path(__file__).resolve().parents[2]
SHELF_BOOKS, SHELF_READERS = 80, 60
"""Enough for lists and lessons, few enough to be built in seconds."""

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

    def users(self, study: str) -> list[str]:
        """The ids of a study's users."""
        return [str(user) for user in Study(self.home / study).behaviour().user_ids]

    def page(self, path: str = "", **query: str) -> str:
        """The address of a page."""
        return f"{self.url}/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")


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
def studio(
    chromium: str, bundled_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """The app on a free port with a small bookshop and its hostile twin, built with the encoder."""
    home = tmp_path_factory.mktemp("studio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(home))
        for name in ("shelf", "hostile"):
            files = _write_sources(tmp_path_factory.mktemp(name), name, name == "hostile")
            if name == "hostile":  # the same rows: no need to search for their settings twice
                patch.setattr("llmrec_core.choosing.MOST_SEARCHED", 0)
            build(Study.create(name, files), encoder=bundled_encoder)
    environment = {**os.environ, "LLMREC_HOME": str(home), "PYTHONPATH": str(ROOT)}
    port = _free_port()
    command = [sys.executable, "-m", "llmrec_core.cli", "app", "--port", str(port)]
    with open(home / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        running = Studio(f"http://127.0.0.1:{port}", home)
        _wait_until_healthy(running, server)
        yield running
    finally:
        server.terminate()
        server.wait(timeout=20)


def _write_sources(folder: Path, name: str, hostile: bool) -> list[Path]:
    """A cut through the demo's books and their keenest readers; hostile: with HOSTILE in them."""
    text = (ROOT / "data" / "books.jsonl").read_text(encoding="utf-8")
    books = [json.loads(line) for line in text.splitlines()]
    books = books[:: len(books) // SHELF_BOOKS][:SHELF_BOOKS]
    kept = {book["item_id"] for book in books}
    with open(ROOT / "data" / "readings.csv", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    rows = [row for row in rows if row[1] in kept]
    keen = [user for user, _ in Counter(row[0] for row in rows).most_common(SHELF_READERS)]
    names = {user: user for user in keen}
    if hostile:
        names |= dict(zip(keen, HOSTILE, strict=False))
        for number, book in enumerate(books):
            _poison(book, HOSTILE[number % len(HOSTILE)], number)
    catalogue, readings = folder / f"{name}.jsonl", folder / f"{name}.csv"
    catalogue.write_text("\n".join(map(json.dumps, books)), encoding="utf-8")
    with open(readings, "w", encoding="utf-8", newline="") as file:
        written = [[names[row[0]], *row[1:]] for row in rows if row[0] in names]
        csv.writer(file).writerows([head, *written])
    return [readings, catalogue]


def _poison(book: dict[str, Any], text: str, number: int) -> None:
    book["title"] = f"{text} {number}"
    book["creator"] = text
    book["genres"] = [text, *book["genres"]]
    book["description"] = f"{text} {book['description']}"


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
