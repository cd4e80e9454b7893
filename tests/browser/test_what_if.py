"""A past item that is unticked in a real browser: the list follows, and so does the address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Studio, Watched
from tests.browser.test_analyst import LIST, _no_accident, _open, _quiet, _until

pytestmark = pytest.mark.browser

KEEP, FIRST_ROW = 31, 52
"""Where the first row's tick is in the table, in pixels from its corner."""


def _told(page: Any) -> str:
    return str(page.locator('[data-testid="stMarkdown"] strong').first.inner_text())


def _file_holds_the_change(page: Any) -> None:
    """Downloaded after the list alone was drawn again: the file is made outside of every run."""
    page.get_by_text("Session as a file, and replay").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the session").click()
    states = json.loads(Path(download.value.path()).read_text())["states"]
    names = [entry["state"]["name"] for entry in states]
    assert names == ["As stored", "Step 1", "Worked on"]
    assert [len(entry["state"]["removed"]) for entry in states] == [0, 1, 1]


def test_a_removed_past_item_changes_list_and_address(studio: Studio, watched: Watched) -> None:
    """Without a reload; the link is kept by one, and the back button takes the change back."""
    user = studio.users("hostile")[4]
    page = _open(watched, studio.page("what_if", study="hostile", user=user))
    assert _told(page) == "The list is the same."
    page.evaluate("window.stays = true")
    corner = page.locator(LIST).first.bounding_box()
    page.mouse.click(corner["x"] + KEEP, corner["y"] + FIRST_ROW)
    _until(lambda: page.get_by_text("1 past item removed").count() > 0, page)
    _until(lambda: "&state=" in page.url, page)
    changed = _told(page)
    assert changed != "The list is the same." and page.evaluate("window.stays") is True
    _file_holds_the_change(page)
    page.reload()
    _until(lambda: page.get_by_text("1 past item removed").count() > 0, page)
    _quiet(page)
    assert _told(page) == changed
    page.go_back()
    _until(lambda: page.get_by_text("Nothing is changed yet").count() > 0, page)
    assert "&state=" not in page.url
    _no_accident(watched)
