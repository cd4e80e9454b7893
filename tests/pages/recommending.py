"""What the tests of the pages on users share: open a page, read what it shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from llmrec_core.ui.navigation import PAGES

APP = str(Path(__file__).resolve().parents[2] / "app.py")
TITLES = {page.path: page.title for page in PAGES}
(FIRST,) = (page.path for page in PAGES if page.default)


def open_page(path: str, **query: str) -> AppTest:
    """The page behind the frame, with the address's parameters, run once without a problem."""
    at = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    if path != FIRST:
        at.switch_page(path)  # as by a link: no other page is drawn before it
    sound(at.run())
    assert at.title[0].value == TITLES[path]
    return at


def sound(at: AppTest) -> AppTest:
    """The same, after a look that nothing failed."""
    assert not at.exception and not at.error, [e.value for e in (*at.exception, *at.error)]
    return at


def tables(at: AppTest) -> list[pd.DataFrame]:
    """All tables on the page."""
    return [table.value for table in at.dataframe]


def said(at: AppTest) -> str:
    """All captions, notes and warnings of the page as one text."""
    parts = (*at.caption, *at.info, *at.warning, *at.markdown, *at.text, *at.subheader)
    return "\n".join(str(part.value) for part in parts)


def weigh(at: AppTest, **weights: float) -> AppTest:
    """The page of the study «tiny» with these weights and 0 for every other signal."""
    for slider in at.slider:
        name = str(slider.key).removeprefix("weight_tiny_")
        if name != slider.key:
            slider.set_value(weights.get(name, 0.0))
    sound(at.run())
    # What follows a slider is drawn alone, and a test's page holds what was drawn last.
    return sound(at.run())
