"""The writing page, through the app's frame."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from llmrec_core.study import Study
from llmrec_core.writing.chosen import Chosen, chosen, keep

APP = str(Path(__file__).resolve().parents[2] / "app.py")
PAGE = "pages/study/writing.py"
AT_SERVER = Chosen(writer="server", server="http://127.0.0.1:9/v1", server_model="tiny")


def _open() -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60).run().switch_page(PAGE).run()
    assert not at.exception
    return at


def _said(at: AppTest) -> str:
    """All errors, warnings, captions and successes on the page, without escapes."""
    parts = [*at.error, *at.warning, *at.success, *at.info, *at.caption, *at.text]
    return "\n".join(part.value for part in parts).replace("\\", "").replace("\u2060", "")


def test_a_choice_is_kept_with_the_study(built_study: Study) -> None:
    """Every control writes its setting; a fresh visitor finds them all."""
    at = _open()
    assert at.segmented_control(key="writing_tiny_writer").value == "template"
    at.segmented_control(key="writing_tiny_writer").set_value("server").run()
    at.text_input(key="writing_tiny_server").set_value("http://127.0.0.1:9/v1").run()
    at.text_input(key="writing_tiny_server_model").set_value("tiny").run()
    at.number_input(key="writing_tiny_sample").set_value(7).run()
    at.number_input(key="writing_tiny_price_read").set_value(0.5).run()
    at.selectbox(key="writing_tiny_language").set_value("Chinese").run()
    assert not at.exception and not at.error
    assert chosen(built_study) == Chosen(
        writer="server", server="http://127.0.0.1:9/v1", server_model="tiny", sample=7,
        price_read=0.5, language="Chinese",
    )
    again = _open()
    assert again.number_input(key="writing_tiny_sample").value == 7
    assert again.text_input(key="writing_tiny_server_model").value == "tiny"


def test_an_emptied_number_means_no_bound(built_study: Study) -> None:
    """The box stays empty and the setting is 0."""
    keep(built_study, Chosen(writer="local", most_tokens=50))
    at = _open()
    at.number_input(key="writing_tiny_most_tokens").set_value(None).run()
    assert chosen(built_study).most_tokens == 0 and not at.error
    assert at.number_input(key="writing_tiny_most_tokens").value is None


def test_a_secret_in_the_address_is_refused_and_not_kept(built_study: Study) -> None:
    """It stays in the box to be mended, and reaches no file."""
    keep(built_study, AT_SERVER)
    at = _open()
    at.text_input(key="writing_tiny_server").set_value("http://me:sk-secret@h/v1").run()
    assert "LLMREC_API_KEY" in _said(at) and "sk-secret" not in _said(at)
    assert at.text_input(key="writing_tiny_server").value == "http://me:sk-secret@h/v1"
    assert chosen(built_study) == AT_SERVER
    at.text_input(key="writing_tiny_server").set_value("http://h/v1").run()
    assert chosen(built_study).server == "http://h/v1" and not at.error
