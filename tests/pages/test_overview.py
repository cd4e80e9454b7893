"""The overview, through the app's frame."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from llmrec_core.behaviour import Filters
from llmrec_core.study import Study

APP = str(Path(__file__).resolve().parents[2] / "app.py")


def _open() -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60).run()
    assert not at.exception and not at.error
    return at


def _metric(at: AppTest, label: str) -> str:
    return next(m.value for m in at.metric if m.label == label)


def test_an_empty_home_says_how_to_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a study the overview points to the demo and to the data page."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "nothing"))
    at = _open()
    assert "no study yet" in at.info[0].value and not at.metric


def test_a_built_study_shows_counts_weights_and_encoder(built_study: Study) -> None:
    """Key figures, one bar chart of signals, the encoder and the files are all there."""
    at = _open()
    assert _metric(at, "Users") == "24" and _metric(at, "Interactions") == "312"
    assert len(at.get("plotly_chart")) == 2
    assert any("Encoder: fake" in c.value.replace("\\", "") for c in at.caption)
    assert any("ratings.csv" in str(frame.value) for frame in at.dataframe)


def test_a_study_that_is_not_built_says_so(built_study: Study) -> None:
    """Counts are shown, and a link to the build instead of links to results."""
    (built_study.folder / "build.json").unlink()
    at = _open()
    assert "not built yet" in at.info[0].value and _metric(at, "Items") == "24"
    assert [link.label for link in at.page_link] == ["Build it on the data page"]


def test_changed_filters_are_told(built_study: Study) -> None:
    """After other filters the figures are new and the old build is called out of date."""
    built_study.set_filters(Filters(min_value=2.0))
    at = _open()
    assert "changed after the last build" in at.warning[-1].value
    assert _metric(at, "Interactions") == str(24 * 11)


def test_where_the_data_come_from_is_text(built_study: Study) -> None:
    """What a study says of itself is shown, and nothing in it becomes a link."""
    card = built_study.card | {"about": "Simulated [x](http://x.y)"}
    (built_study.folder / "study.json").write_text(json.dumps(card))
    shown = _open().info[0].value
    assert shown.startswith("Simulated") and "](http" not in shown
