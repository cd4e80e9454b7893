"""An edit in a real browser: words that changed, undo and redo, many users at once and back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llmrec_core.study import Study
from tests.browser.conftest import Studio, Watched
from tests.browser.test_analyst import _no_accident, _open, _quiet, _until

pytestmark = pytest.mark.browser

ADDED = "Cannot resist a lighthouse in the fog."
FOR_ALL = "Cannot stand noisy parties."


def _press(page: Any, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
    _quiet(page)


def _fill(page: Any, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label)
    box.fill(text)
    box.press("Enter")
    _quiet(page)


def test_an_edit_its_words_its_arrow_and_the_way_back(studio: Studio, watched: Watched) -> None:
    """Saved, the words that changed are marked and an arrow is drawn; undo and redo follow."""
    user = studio.users("shelf")[3]
    page = _open(watched, studio.page("descriptions", study="shelf", user=user))
    box = page.locator("textarea").first
    was = box.input_value()
    box.fill(ADDED)
    box.blur()
    _quiet(page)
    _press(page, "Save")
    page.get_by_text("What the edit does").wait_for()
    page.locator(".js-plotly-plot .annotation-arrow-g").first.wait_for(state="attached")
    page.get_by_text("What changed").click()
    _until(lambda: page.get_by_text("\u2212", exact=False).count() > 0, page)
    gone = page.locator("del")
    _until(lambda: gone.count() > 0, page)
    assert gone.first.inner_text() in was
    come = page.locator('[data-testid="stMarkdown"] .stMarkdownColoredBackground')
    assert any(text.startswith("+") for text in come.all_inner_texts())
    _press(page, "Undo")
    _until(lambda: page.locator("textarea").first.input_value() == was, page)
    _press(page, "Redo")
    _until(lambda: page.locator("textarea").first.input_value() == ADDED, page)
    _press(page, "Undo")
    _no_accident(watched)


def test_an_edit_of_many_and_its_undo(studio: Studio, watched: Watched) -> None:
    """Previewed, applied to all as one batch, there on disk, and taken back together."""
    journal = Study(studio.home / "shelf").journal
    before = journal.edited_owners()
    page = _open(watched, studio.page("descriptions", study="shelf"))
    page.get_by_role("tab", name="Many users at once").click()
    _quiet(page)
    _fill(page, "The sentence", FOR_ALL)
    _until(lambda: page.get_by_text("would change").count() > 0, page)
    _press(page, re.compile("Apply to"))
    _until(lambda: page.get_by_text("as new versions").count() > 0, page)
    everybody = studio.users("shelf")
    assert journal.edited_owners() == sorted(everybody)
    last = [text.description.sentences[-1].text for text in journal.all_edited().values()]
    assert last == [FOR_ALL] * len(everybody)
    _press(page, "Take back")
    _until(lambda: journal.edited_owners() == before, page)
    _until(lambda: page.get_by_text("Taken back for").count() > 0, page)
    _no_accident(watched)
