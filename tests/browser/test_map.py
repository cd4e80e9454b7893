"""Two maps in a real browser with WebGL: what is picked in one, then in the other, stays lit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Studio
from tests.browser.test_analyst import _quiet, _until

pytestmark = pytest.mark.browser

SOFTWARE_WEBGL = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader",
                  "--enable-unsafe-swiftshader"]  # fmt: skip
LIT = """
() => [".st-key-map_chart", ".st-key-map_chart_2"].map((name) => {
  const plot = document.querySelector(`${name} .js-plotly-plot`)
  const rows = (plot?.data ?? []).filter((trace) => trace.meta === "items").flatMap((trace) => {
    const data = trace.customdata
    const all = data?.bdata ? new Int32Array(
      Uint8Array.from(atob(data.bdata), (one) => one.charCodeAt(0)).buffer) : data
    return (trace.selectedpoints ?? []).map((point) => [all[point]].flat()[0])
  })
  return [...new Set(rows)].sort((a, b) => a - b)
})
"""
"""The items that are lit in each map, as the browser draws them."""


@pytest.fixture
def maps(browser: Any, chromium: str, studio: Studio) -> Iterator[Any]:
    """The map page with a second map, in a browser that draws WebGL without a graphics card."""
    able = browser.browser_type.launch(executable_path=chromium, args=SOFTWARE_WEBGL)
    page = able.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(studio.page("map", study="shelf"))
    page.locator(".st-key-map_second").get_by_role("combobox").click()
    page.get_by_role("option", name="Taste").click()
    page.locator(".st-key-map_chart_2 .js-plotly-plot .nsewdrag").wait_for()
    _quiet(page)
    yield page
    able.close()


def _box(page: Any, chart: str, begin: float, end: float) -> list[list[int]]:
    """Draw a box in a map; the rows that are lit in both when the page has followed."""
    before = page.evaluate(LIT)
    plot = page.locator(f".st-key-{chart} .js-plotly-plot")
    plot.hover()
    plot.locator('.modebar-btn[data-val="select"]').click()
    area = plot.locator(".nsewdrag").first.bounding_box()
    x, y, width, height = (area[name] for name in ("x", "y", "width", "height"))
    page.mouse.move(x + width * begin, y + height * begin)
    page.mouse.down()
    page.mouse.move(x + width * end, y + height * end, steps=4)
    page.mouse.up()
    _until(lambda: (now := page.evaluate(LIT)) != before and now[0] == now[1], page, 15)
    _quiet(page)
    return page.evaluate(LIT)


def test_boxes_in_two_maps_in_turn_are_lit_in_both(maps: Any) -> None:
    """First, second, first: each time both maps light the same items, and others than before."""
    seen = [
        _box(maps, "map_chart", 0.05, 0.6), _box(maps, "map_chart_2", 0.3, 0.95),
        _box(maps, "map_chart", 0.4, 0.95),
    ]  # fmt: skip
    for first, second in seen:
        assert first == second and len(first) > 8
    assert len({tuple(first) for first, _ in seen}) == 3
    assert maps.locator('[data-testid="stException"], [data-testid="stAlert"]').count() == 0
