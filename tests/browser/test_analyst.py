"""What an analyst does, in a real browser: look, move a slider, edit, come back, follow a link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from llmrec_core.ui import navigation
from tests.browser.conftest import HOSTILE, Studio, Watched

pytestmark = pytest.mark.browser

ADDED = "Cannot resist a lighthouse in the fog."
LIST = '[data-testid="stDataFrame"] canvas'


def _open(visitor: Watched, address: str) -> Any:
    """Go there and wait until the page has been drawn."""
    visitor.page.goto(address)
    visitor.page.locator('[data-testid="stHeading"]').first.wait_for()
    _quiet(visitor.page)
    return visitor.page


def _quiet(page: Any) -> None:
    """Wait until nothing has run for a while."""
    until, calm = time.monotonic() + 90, 0
    running = page.locator('[data-testid="stApp"][data-test-script-state="running"], '
                           '[data-testid="stSpinner"], [data-testid="stSkeleton"]')  # fmt: skip
    while calm < 4:
        assert time.monotonic() < until, "the page does not come to rest"
        page.wait_for_timeout(150)
        calm = 0 if running.count() else calm + 1


def _until(told: Callable[[], bool], page: Any, seconds: float = 60) -> None:
    """Wait for a fact about the page."""
    until = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < until, "it did not happen in time"
        page.wait_for_timeout(200)


def _titles(page: Any) -> list[str]:
    """The third column of the first table: what the grid tells screen readers."""
    return page.locator(LIST).first.locator("tr td:nth-child(3)").all_text_contents()


def _no_accident(visitor: Watched) -> None:
    """Nothing asked of another server, no dialog, nothing run, no error on screen."""
    assert visitor.foreign == [] and visitor.dialogs == []
    assert visitor.page.evaluate("window.pwned") is None
    assert visitor.page.locator('[data-testid="stException"]').count() == 0
    assert visitor.page.get_by_text("Something unforeseen").count() == 0


def test_a_slider_changes_the_list(studio: Studio, watched: Watched) -> None:
    """From the fitted weights to popularity alone: the list is another one, without a reload."""
    page = _open(watched, studio.page("for_one_user", study="shelf"))
    before = _titles(page)
    assert len(before) == 10 and page.get_by_text(re.compile(r"\d ms")).count()
    page.evaluate("window.stays = true")
    slider = page.get_by_role("slider", name="Popularity")
    slider.focus()
    slider.press("End")
    _until(lambda: _titles(page) not in ([], before), page)
    assert page.evaluate("window.stays") is True
    _no_accident(watched)


def test_an_edited_sentence_is_there_after_a_reload(studio: Studio, watched: Watched) -> None:
    """Typed, saved, found again by a fresh load of the link: and the original can be restored."""
    address = studio.page("descriptions", study="shelf")
    page = _open(watched, address)
    box = page.locator("textarea").first
    was = box.input_value()
    box.fill(ADDED)
    box.blur()
    _quiet(page)
    page.get_by_role("button", name="Save", exact=True).click()
    _quiet(page)
    page.goto(address)
    _until(lambda: page.locator("textarea").count() > 0, page)
    _quiet(page)
    assert page.locator("textarea").first.input_value() == ADDED != was
    page.get_by_role("button", name="Restore the original").click()
    _until(lambda: page.locator("textarea").first.input_value() == was, page)
    _no_accident(watched)


def test_a_link_with_a_study_and_a_user_works_cold(studio: Studio, watched: Watched) -> None:
    """A first visit by link lands on that page, study and user, with nothing «not found»."""
    user = studio.users("shelf")[-1]
    page = _open(watched, studio.page("for_one_user", study="shelf", user=user))
    assert page.get_by_text(re.compile(f"User {user} · ")).count() == 1
    assert page.get_by_role("searchbox", name="User id").input_value() == user
    assert page.get_by_role("heading", name="For one user").is_visible()
    assert page.get_by_text("Page not found").count() == 0 and len(_titles(page)) == 10
    _no_accident(watched)


@pytest.mark.parametrize("spec", navigation.PAGES, ids=lambda spec: spec.title)
def test_hostile_data_is_text_on_every_page(
    spec: navigation.PageSpec, studio: Studio, watched: Watched
) -> None:
    """Markup in titles, texts, attributes and ids makes no element, request, dialog or script."""
    path = "" if spec.default else spec.path.rsplit("/", 1)[1].removesuffix(".py")
    assert HOSTILE[1] in studio.users("hostile")
    page = _open(watched, studio.page(path, study="hostile", user=HOSTILE[1]))
    _harmless(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        _quiet(page)
        _harmless(page)
    _no_accident(watched)


def _harmless(page: Any) -> None:
    """No element that only the data could have asked for."""
    made = (
        '[src*="evil.invalid"], [href*="evil.invalid"], [href^="javascript"], iframe[src*="evil"], '
        '.katex, [data-testid="stMain"] svg[onload], [data-testid="stMain"] h1 + table'
    )
    assert page.locator(made).count() == 0
    assert page.locator('[data-testid="stApp"]').is_visible()  # no style sheet of theirs either


POINT = """() => {
  const plot = document.querySelector(".js-plotly-plot")
  const area = plot.querySelector(".nsewdrag").getBoundingClientRect()
  const {xaxis, yaxis} = plot._fullLayout
  for (const trace of plot._fullData.filter(trace => trace.meta === "items")) {
    for (let k = 0; k < trace.x.length; k++) {
      const at = [area.x + xaxis.l2p(trace.x[k]), area.y + yaxis.l2p(trace.y[k])]
      if (at[0] > area.x + 20 && at[1] > area.y + 60) return [...at, trace.text[k]]
    }
  }
}"""
"""Where an item lies on the screen, and its title."""


def _go_round(page: Any) -> None:
    """Draw a lasso round the whole map."""
    page.locator('.modebar-btn[data-val="lasso"]').click()
    plot = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    left, top = plot["x"] + 10, plot["y"] + 40
    right, bottom = plot["x"] + plot["width"] - 10, plot["y"] + plot["height"] - 10
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def test_a_click_and_a_lasso_on_the_map(studio: Studio, watched: Watched) -> None:
    """A clicked point stands in words beside the map; a lasso fills the table below."""
    page = _open(watched, studio.page("map", study="shelf"))
    page.locator(".js-plotly-plot .nsewdrag").wait_for()
    page.wait_for_timeout(1500)
    x, y, title = page.evaluate(POINT)
    page.mouse.move(x - 25, y - 25)
    page.mouse.move(x, y, steps=5)
    page.wait_for_timeout(500)
    page.mouse.click(x, y)
    _until(lambda: page.get_by_text("Similar items").count() > 0, page)
    assert page.locator('[data-testid="stMain"] strong').get_by_text(title, exact=True).count()
    _go_round(page)
    told = page.get_by_text(re.compile(r"\d+ items and \d+ users picked"))
    _until(lambda: told.count() > 0, page)
    _until(lambda: page.locator(LIST).count() > 0, page)
    _no_accident(watched)


SEEN = """() => document.querySelector(".js-plotly-plot")._fullLayout.xaxis.range"""
"""From where to where the map is seen."""


def test_the_maps_zoom_outlives_another_colour(studio: Studio, watched: Watched) -> None:
    """Another colour is another chart for Streamlit; the part of the map that is seen stays."""
    page = _open(watched, studio.page("map", study="shelf"))
    page.locator(".js-plotly-plot .nsewdrag").wait_for()
    page.wait_for_timeout(1500)
    whole = page.evaluate(SEEN)
    plot = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2)
    page.mouse.wheel(0, -500)
    _until(lambda: page.evaluate(SEEN) != whole, page)
    page.wait_for_timeout(800)  # Plotly tells of a new view when the wheel rests
    seen = page.evaluate(SEEN)
    page.locator(".st-key-map_colour").get_by_role("combobox").click()
    page.get_by_role("option", name="Popularity").click()
    _until(lambda: page.locator(".js-plotly-plot .cbtitle, .js-plotly-plot .colorbar").count() > 0,
           page)  # fmt: skip
    _until(lambda: page.evaluate(SEEN) == pytest.approx(seen, abs=1e-3), page)
    _no_accident(watched)


def test_a_search_on_the_map(studio: Studio, watched: Watched) -> None:
    """What is found can be chosen, and what is similar to it after that."""
    page = _open(watched, studio.page("map", study="shelf"))
    page.get_by_role("searchbox", name="Find items or users").fill("the")
    page.keyboard.press("Enter")
    found = page.locator('[class*="st-key-map_found_item"] button')
    _until(lambda: found.count() > 0, page)
    title = found.first.inner_text()
    found.first.click()
    told = page.locator('[data-testid="stMain"] strong')
    _until(lambda: told.get_by_text(title, exact=True).count() > 0, page)
    similar = page.locator('[class*="st-key-map_go_"] button').first
    other = similar.inner_text().rpartition(" · ")[0]
    similar.click()
    _until(lambda: told.get_by_text(other, exact=True).count() > 0, page)
    _no_accident(watched)


def test_without_webgl_the_map_is_a_picture(
    chromium: str, browser: Any, studio: Studio
) -> None:
    """Never blank: the page says that WebGL is missing, and shows an image of the map."""
    plain = browser.browser_type.launch(
        executable_path=chromium,
        args=["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"],
    )
    try:
        page = plain.new_page()
        page.goto(studio.page("map", study="shelf"))
        picture = page.locator('[data-testid="stMain"] img')
        picture.wait_for(timeout=90_000)
        assert page.get_by_text("This browser has no WebGL").is_visible()
        _until(lambda: picture.evaluate("image => image.naturalWidth") > 300, page)
    finally:
        plain.close()
