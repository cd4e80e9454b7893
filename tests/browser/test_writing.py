"""Descriptions by a server that dies in the middle, in a real browser and a real build."""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from llmrec_core.study import Study
from llmrec_core.ui import jobs
from llmrec_core.writing.chosen import Chosen, keep
from tests.browser.conftest import Studio, Watched
from tests.llm.scripted import Handler, Scripted, completion

pytestmark = pytest.mark.browser

USERS, ANSWERED = 10, 3
ANSWER = completion("LIKES: They like long stories.\nHABITS: They read much of what others read.")


class Mortal:
    """Answers so many requests, then resets every connection until it is started again."""

    def __init__(self, server: Scripted, most: int) -> None:
        self.left, self.answered = most, Counter[str]()
        self._lock = threading.Lock()
        server.acts = [self.act]

    def act(self, handler: Handler) -> None:
        """One request."""
        with self._lock:
            self.left -= 1
            alive = self.left >= 0
            if alive:
                self.answered[handler.asked["messages"][-1]["content"]] += 1
        if alive:
            handler.reply(200, ANSWER)
        else:
            handler.break_off()


@pytest.fixture
def letters(studio: Studio) -> Iterator[Study]:
    """A study of its own, built by the template."""
    shutil.copytree(studio.home / "shelf", studio.home / "letters")
    study = Study(studio.home / "letters")
    yield study
    jobs.end(study, wait=30)
    study.delete()


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A scripted server."""
    running = Scripted()
    yield running
    running.stop()


def _press(page: Any, key: str) -> None:
    button = page.locator(f".st-key-{key} button:not([disabled])").first
    button.wait_for(timeout=120_000)
    page.wait_for_timeout(1000)  # a click while the page is still drawn is lost
    button.click()


def test_a_dying_server_costs_nobody_twice(
    studio: Studio, watched: Watched, letters: Study, server: Scripted
) -> None:
    """It dies after three answers: the page says what is kept; started again, it goes on."""
    keep(letters, Chosen(writer="server", server=server.url, server_model="small", sample=USERS,
                         timeout=10, at_once=1))  # fmt: skip
    mortal = Mortal(server, ANSWERED)
    page = watched.page
    page.goto(studio.page("writing", study="letters"))
    _press(page, "batch_estimate")
    _press(page, "batch_start")
    told = page.get_by_text(re.compile(f"failed: {ANSWERED} of {USERS} descriptions are written"))
    told.wait_for(timeout=240_000)
    kept = page.get_by_text(re.compile(f"{ANSWERED} of {USERS} texts are written and kept"))
    kept.wait_for(timeout=60_000)
    assert f"other {USERS - ANSWERED}" in kept.inner_text()
    assert mortal.answered.total() == ANSWERED
    mortal.left = 1000
    _press(page, "batch_start")
    page.get_by_text(re.compile(f"{USERS} of {USERS} texts are written and kept")).wait_for(
        timeout=240_000
    )
    assert len(mortal.answered) == USERS and set(mortal.answered.values()) == {1}
    assert watched.foreign == [] and page.get_by_text("Something unforeseen").count() == 0
