"""The writing page, through the app's frame."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from llmrec_core import made, progress
from llmrec_core.enrich import Enriching
from llmrec_core.llm import Answer, ModelError
from llmrec_core.study import Study
from llmrec_core.ui import cached, cached_writing, jobs
from llmrec_core.writing.chosen import Chosen, chosen, keep
from tests.chat import FakeChat

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


LINES = (
    "LIKES: They like space stories such as Star 2.\nTHEMES: They like robots and far planets.\n"
    "DISLIKES: They dislike romance and Heart 1."
)


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> FakeChat:
    """A scripted model in the place of whatever the settings name."""
    fake = FakeChat(LINES)
    monkeypatch.setattr(cached, "chat_model", lambda *_: fake)
    return fake


def test_one_user_is_written_beside_the_template(built_study: Study, chat: FakeChat) -> None:
    """The evidence is shown, the words are parsed and checked; asked again, nothing is paid."""
    keep(built_study, AT_SERVER)
    at = _open()
    told = "\n".join(block.value for block in at.code)
    assert "things: titles" in told and "You describe the taste" in told
    at.button(key="preview_go").click().run()
    assert not at.exception and not at.error
    assert "They like robots and far planets." in _said(at) and "by the template" in _said(at)
    at.button(key="preview_go").click().run()
    assert len(chat.asked) == 1


def test_a_failing_model_is_one_sentence(built_study: Study, chat: FakeChat) -> None:
    """Nothing else on the page is lost, and another try may succeed."""
    keep(built_study, AT_SERVER)
    chat.script = lambda request: ModelError("The server hung up: try again.")
    at = _open()
    at.button(key="preview_go").click().run()
    assert not at.exception and at.error[0].value.startswith("The server hung up")
    chat.script = lambda request: "I am sorry, I cannot do that."
    at.button(key="preview_go").click().run()
    assert "refusal" in _said(at) and "template's text in its place" in _said(at)


def test_hostile_words_of_a_model_are_text(built_study: Study, chat: FakeChat) -> None:
    """A link, an image and a script in an answer never become markup."""
    keep(built_study, AT_SERVER)
    chat.script = lambda request: "LIKES: They like [x](http://evil.invalid) ![y](http://z.invalid)."
    at = _open()
    at.button(key="preview_go").click().run()
    shown = [*at.markdown, *at.caption, *at.warning, *at.error]
    assert not at.exception and all("](http" not in part.value for part in shown)


def test_a_prompt_is_edited_saved_compared_and_restored(
    built_study: Study, chat: FakeChat
) -> None:
    """What is on the screen is tried at once; saved it is a version, and the file comes back."""
    keep(built_study, AT_SERVER)
    at = _open()
    box = at.text_area(key="writing_tiny_prompt_prose")
    at = box.set_value(box.value + "Be brief.").run()
    assert any("Be brief." in block.value for block in at.code)
    assert at.button(key="batch_estimate").disabled and "not saved" in _said(at)
    at.button(key="prompt_save").click().run()
    version = built_study.journal.prompts("prose")[0]
    assert "Be brief." in version.text and chosen(built_study).prompts["prose"] == version.digest
    at.button(key="prompt_restore").click().run()
    assert "Be brief." not in at.text_area(key="writing_tiny_prompt_prose").value
    assert chosen(built_study).writing().prompt == ""
    assert len(built_study.journal.prompts("prose")) == 1


@pytest.mark.parametrize(("text", "told"), [
    ("Say it. {evidence} {titles}", "There is no {titles} here"),
    ("Say it.", "The prompt has no {evidence}"),
])  # fmt: skip
def test_a_wrong_placeholder_is_named(
    built_study: Study, chat: FakeChat, text: str, told: str
) -> None:
    """In one sentence; it cannot be saved, and what was typed stays."""
    keep(built_study, AT_SERVER)
    at = _open()
    at.text_area(key="writing_tiny_prompt_prose").set_value(text).run()
    assert told in _said(at) and at.button(key="prompt_save").disabled
    assert at.text_area(key="writing_tiny_prompt_prose").value == text


def test_a_batch_is_estimated_before_it_starts(
    built_study: Study, chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts, known ones and the most it costs; the child gets the settings and the consent."""
    keep(built_study, replace(AT_SERVER, sample=6, price_read=10.0, price_written=20.0))
    begun: list[tuple[str, list[str]]] = []
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(
        jobs, "_command", lambda name, encoder, more: begun.append((encoder, [*more])) or waiting
    )
    at = _open()
    assert "batch_start" not in [button.key for button in at.button]
    at.button(key="batch_estimate").click().run()
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Texts to write"] == "6" and figures["Known already"] == "0"
    assert float(figures["Cost, at most"]) >= round(6 * 320 * 20 / 1e6, 2) and chat.asked == []
    try:
        at.button(key="batch_start").click().run()
        assert begun[0][0] == "bundled" and "--yes" in begun[0][1]
        assert "--sample=6" in begun[0][1] and at.get("progress")
        at.button(key="build_cancel").click().run()
    finally:
        jobs.end(built_study)


def test_the_estimate_holds_what_the_build_will_ask(
    built_study: Study, chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Item texts of the last build are written again by the model: they are counted and said."""
    keep(built_study, replace(AT_SERVER, sample=6, unsupported="rewrite", price_written=20.0))
    monkeypatch.setattr(made, "items_written", lambda study: 3)
    at = _open()
    at.button(key="batch_estimate").click().run()
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Texts to write"] == "9"
    assert at.button(key="batch_start").label == "Write for 6 users and 3 items"
    assert "asked for once more come on top" in _said(at)


def test_a_half_last_sentence_is_shown_as_a_build_reads_it(
    built_study: Study, chat: FakeChat
) -> None:
    """An answer that was cut off loses its last words; what a build does to the wrong is said."""
    keep(built_study, replace(AT_SERVER, unsupported="rewrite"))
    chat.script = lambda request: Answer(
        "LIKES: They like Zanzibar Nights.\nTHEMES: They like robots and far pl", "length"
    )
    at = _open()
    at.button(key="preview_go").click().run()
    assert not at.exception
    assert "1 sentence in" in _said(at) and "a build asks for them once more" in _said(at)


def test_what_is_kept_is_told_after_a_stop(built_study: Study, chat: FakeChat) -> None:
    """Four of six are in the memory when the build stops: the page says so, and the pace."""
    settings = replace(AT_SERVER, sample=6)
    keep(built_study, settings)
    requests = cached_writing.asked_of(built_study, settings.writing(), Enriching()).all
    for request in requests[:4]:
        cached.answers().keep(request.key(chat.key), Answer(LINES, "stop", 100, 20, 3.0))
    now = time.time()
    said = progress.State(progress.CANCELLED, "x", 0, 0, 0, 7, now, now, now, 1, "Cancelled.")
    built_study.progress_path.write_text(json.dumps(asdict(said)))
    at = _open()
    at.button(key="batch_estimate").click().run()
    assert "4 of 6 texts are written and kept: 400 tokens read, 80 written." in _said(at)
    assert "Starting again goes on with the other 2." in _said(at)
    assert "About 2 s at the pace of the 4 texts" in _said(at)  # 2 x 3 s, four at once


def test_a_test_says_what_happened(built_study: Study, chat: FakeChat) -> None:
    """Seconds where it worked, the sentence where it did not; a changed address makes it old."""
    keep(built_study, Chosen(writer="local", local_model="folder"))
    at = _open()
    at.button(key="writing_tiny_test").click().run()
    assert "fake-chat answered in" in at.success[0].value.replace("\\", "")
    chat.script = lambda request: ModelError("It is gone.")
    at.button(key="writing_tiny_test").click().run()
    assert at.error[0].value.startswith("It is gone")
    at.text_input(key="writing_tiny_local_model").set_value("other").run()
    assert not at.error


def test_the_key_is_nowhere_on_the_page(
    built_study: Study, chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that there is one; neither page, session nor files hold it."""
    monkeypatch.setenv("LLMREC_API_KEY", "sk-secret-123")
    keep(built_study, AT_SERVER)
    at = _open()
    for key in ("writing_tiny_test", "preview_go", "batch_estimate"):
        at.button(key=key).click().run()
    assert "A key is in the environment" in _said(at) and "sk-secret" not in _said(at)
    assert "sk-secret" not in repr(at.session_state)
    files = [path for path in built_study.folder.rglob("*") if path.is_file()]
    assert all(b"sk-secret" not in path.read_bytes() for path in files)
