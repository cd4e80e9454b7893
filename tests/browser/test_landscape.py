"""A click on the triangle of weights in a real browser: the point that is looked at changes."""

from __future__ import annotations

import pytest

from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from tests.browser.conftest import Studio, Watched
from tests.browser.test_analyst import _no_accident, _open, _until
from tests.pages.test_landscape import keep

pytestmark = pytest.mark.browser

POINT = ".st-key-landscape_plane .js-plotly-plot .scatterlayer path.point"


def test_a_click_on_the_triangle_looks_at_that_point(studio: Studio, watched: Watched) -> None:
    """First the best of the plane; then what was clicked, without a reload."""
    keep(Recommender(Study(studio.home / "shelf")))
    page = _open(watched, studio.page("landscape", study="shelf"))
    page.locator(POINT).first.wait_for()
    clicked = page.get_by_text("The point that you clicked", exact=True)
    _until(lambda: page.get_by_text("The best NDCG of the plane").count() > 0, page)
    assert clicked.count() == 0
    page.evaluate("window.stays = true")
    for place in (5, 20):  # one of them may be the best, or have a name
        area = page.locator(POINT).nth(place).bounding_box()
        page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
        page.wait_for_timeout(300)
        page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
        page.wait_for_timeout(500)
    _until(lambda: clicked.count() > 0, page, 20)
    assert page.evaluate("window.stays") is True
    _no_accident(watched)
