"""The data page, through the app's frame: files in, study out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from llmrec_core.study import Study
from llmrec_core.ui import jobs
from tests import world

APP = str(Path(__file__).resolve().parents[2] / "app.py")
PAGE = "pages/study/data.py"


def _open() -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60).run().switch_page(PAGE).run()
    assert not at.exception
    return at


@pytest.fixture
def empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    return tmp_path


def _give(at: AppTest, files: list[Path]) -> AppTest:
    for file in files:
        at.file_uploader[0].upload(file.name, file.read_bytes())
    return at.run()


def _labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_two_files_become_a_study(empty_home: Path) -> None:
    """Upload, guessed columns, import: the study is there, chosen, and its report shown."""
    at = _give(_open(), world.write_files(empty_home / "files"))
    assert at.selectbox(key=_key(at, "_timestamp")).value == 3  # the fourth column
    at.button(key="upload_import").click().run()
    assert not at.exception and not at.error
    assert Study.open("ratings").card["report"]["counts"]["interactions"] == 312
    at.run()
    assert at.session_state["study"] == "ratings" and "Build the study" in _labels(at)


def _key(at: AppTest, ending: str) -> str:
    return next(str(box.key) for box in at.selectbox if str(box.key).endswith(ending))


def test_a_changed_column_reaches_the_import(empty_home: Path) -> None:
    """With «none» for the time, the study has no times."""
    at = _give(_open(), world.write_files(empty_home / "files")[:1])
    at.selectbox(key=_key(at, "_timestamp")).select_index(0).run()
    at.button(key="upload_import").click().run()
    assert Study.open("ratings").tables().interactions.frame["timestamp"].isna().all()


def test_a_useless_file_is_one_sentence_and_no_import(empty_home: Path) -> None:
    """A file without content is named in an error; the import stays closed."""
    (empty_home / "empty.csv").write_bytes(b"\n\n")
    at = _give(_open(), [empty_home / "empty.csv"])
    assert not at.exception and "empty" in at.error[0].value
    assert at.button(key="upload_import").disabled


def test_a_hostile_name_is_shown_and_never_a_path(empty_home: Path) -> None:
    """The browser's name is text: markup is escaped and no folder is left."""
    good = world.write_files(empty_home / "files")[0]
    at = _open()
    at.file_uploader[0].upload("../../[x](http:evil).csv", good.read_bytes())
    at.run()
    assert not at.exception and not at.error
    assert all("](http" not in text.value for text in at.markdown)
    folder = Path(at.session_state["upload_folder"].name)
    stored = list(at.session_state["upload_paths"].values())
    assert [path.parents[1] for path in stored] == [folder]
    assert all(set(path.name) <= set("httpevilcsvx_.") for path in stored)


def test_a_click_during_an_import_is_told(empty_home: Path) -> None:
    """The mark that an ended import leaves is shown once, with the study's name."""
    at = _open()
    at.session_state["upload_reading"] = "mine"
    assert "mine" in at.run().warning[0].value
    assert not at.run().warning


def test_filters_are_tried_and_then_used(built_study: Study) -> None:
    """The figures follow the controls at once; only the button puts them in force."""
    at = _open()
    at.number_input(key="filter_value_tiny").set_value(2.0).run()
    rows = next(m for m in at.metric if m.label == "Rows")
    assert rows.value == str(24 * 11) and Study.open("tiny").filters.min_value is None
    at.button(key="filters_apply").click().run()
    assert Study.open("tiny").filters.min_value == 2.0 and not at.error


def test_filters_that_leave_nothing_cannot_be_used(built_study: Study) -> None:
    """An empty study is refused before it is made."""
    at = _open()
    at.number_input(key="filter_value_tiny").set_value(99.0).run()
    assert at.button(key="filters_apply").disabled


def test_build_shows_progress_and_can_be_cancelled(
    built_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start button begins a child, the panel shows it, cancel ends it."""
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(jobs, "_command", lambda *_: waiting)
    at = _open()
    try:
        at.button(key="build_start").click().run()
        assert jobs.running(built_study) and at.get("progress")
        at.button(key="build_cancel").click().run()
        jobs.end(built_study)
        at.run()
        assert not at.get("progress") and not at.button(key="build_start").disabled
    finally:
        jobs.end(built_study)


def test_deleting_needs_the_name(built_study: Study) -> None:
    """The button stays closed until the study's name is typed; then the folder is gone."""
    at = _open()
    assert at.button(key="delete_go").disabled
    at.text_input(key="delete_name_tiny").set_value("tiny").run()
    at.button(key="delete_go").click().run()
    assert not at.exception and not built_study.folder.exists()


def test_signals_are_asked_for_as_on_the_command_line(
    built_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list begins with what the last build was asked for; what is picked reaches the build."""
    asked: list[list[str]] = []
    monkeypatch.setattr(
        jobs, "_command",
        lambda name, encoder, more: asked.append(list(more)) or [sys.executable, "-c", ""],
    )
    at = _open()
    control = at.multiselect(key="build_signals_tiny")
    assert control.value == ["auto"]
    control.set_value(["auto", "bpr"]).run()
    assert any("BPR: factors that put" in caption.value for caption in at.caption)
    at.button(key="build_start").click().run()
    jobs.end(built_study)
    assert "--signals=auto,bpr" in asked[0]


def test_settings_are_given_as_on_the_command_line(
    built_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong value is told and stays in its field; a right one reaches the build, or is dropped.
    """
    asked: list[list[str]] = []
    monkeypatch.setattr(
        jobs, "_command",
        lambda name, encoder, more: asked.append(list(more)) or [sys.executable, "-c", ""],
    )
    at = _open()
    at.selectbox(key="setting_signal").set_value("taste").run()
    at.selectbox(key="setting_name_taste").set_value("level").run()
    at.text_input(key="setting_value").set_value("7").run()
    at.button(key="setting_give").click().run()
    assert "from 0 to 1" in at.error[0].value
    assert at.text_input(key="setting_value").value == "7"
    at.text_input(key="setting_value").set_value("0.25").run()
    at.button(key="setting_give").click().run()
    assert not at.error and not at.exception
    at.number_input(key="build_distil_tiny").set_value(0.5).run()
    at.button(key="build_start").click().run()
    jobs.end(built_study)
    assert "--set=taste.level=0.25" in asked[0] and "--distil=0.5" in asked[0]
    at.button(key="setting_drop_taste.level=0.25").click().run()
    assert not at.exception
    at.button(key="build_start").click().run()
    jobs.end(built_study)
    assert "--set=" in asked[1]
