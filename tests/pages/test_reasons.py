"""Why an item in words: at once by the template, on a click by the model that is chosen."""

from __future__ import annotations

import pytest

from llmrec_core.llm import ModelUnavailableError
from llmrec_core.ui import cached
from llmrec_core.writing.chosen import Chosen, keep
from tests.chat import FakeChat
from tests.pages.recommending import open_page, said, sound, tables, weigh

ONE, NEW = "pages/recommend/for_one_user.py", "pages/recommend/new_user.py"


@pytest.fixture
def model(built_study, monkeypatch):
    """A chosen local model that says what the test gives it."""
    keep(built_study, Chosen(writer="local", local_model="fake"))
    chat = FakeChat("It comes up because the user liked Titanic.")
    monkeypatch.setattr(cached, "chat_model", lambda *_: chat)
    return chat


def _collaborative(at):
    """The page with that signal alone: only past items can be reasons."""
    return weigh(at, collaborative=1.0)


def _parts(at):
    return next(t for t in tables(at) if list(t.columns) == ["Part", "Points", "Share"])


def _button(at):
    return [button for button in at.button if button.label == "Say it with the model"]


def test_the_words_stand_beside_their_numbers(built_study):
    """Every title of the sentence is in the table; without a chosen model none is offered."""
    at = _collaborative(open_page(ONE, user="u05"))
    parts = _parts(at)
    sentence = next(part.value for part in at.text if "Heart 5" in part.value)
    liked = [p.removesuffix(" (liked)") for p in parts["Part"] if p.endswith(" (liked)")]
    assert liked and all(title in sentence for title in liked)
    assert (parts["Points"].iloc[: len(liked)] > 0).all() and parts["Share"].sum() <= 100
    assert "Written by the template" in said(at) and not _button(at)


def test_a_model_says_it_on_a_click_and_only_then(model):
    """A lie is told and not shown, true words are, and a slider asks nobody."""
    at = _collaborative(open_page(ONE, user="u05"))
    assert model.asked == []
    at = sound(_button(at)[0].click().run())
    words = said(at)
    assert "names «Titanic»" in words and "the user liked Titanic." not in words
    assert "The template stands in for the model" in words

    at = sound(at.text_input(key="user").set_value("u07").run())
    title = _parts(at)["Part"][0].removesuffix(" (liked)")
    model.script = lambda request: f"It comes up because the user liked {title}."
    at = sound(_button(at)[0].click().run())
    assert f"It comes up because the user liked {title}." in said(at)
    assert "Written by fake\\-chat" in said(at) and len(_parts(at)) > 1 and not _button(at)

    # Not by the slider's own callback: a test's page then holds what follows it and nothing else.
    at.session_state["weight_tiny_collaborative"] = 1.5
    at = sound(at.run())
    assert "Written by the template" in said(at) and len(model.asked) == 2
    at = sound(_button(at)[0].click().run())  # the same parts in the same shares: remembered
    assert "Written by fake\\-chat" in said(at) and len(model.asked) == 2


def test_a_model_that_is_gone_is_one_sentence(model, monkeypatch):
    """The page stays whole."""
    def gone(*_):
        raise ModelUnavailableError("The model is not there: install it.")

    monkeypatch.setattr(cached, "chat_model", gone)
    at = _button(open_page(ONE, user="u05"))[0].click().run()
    assert not at.exception and "is not there" in at.error[0].value
    assert "Written by the template" in said(at)


def test_a_new_user_gets_a_reason_from_what_they_said(built_study):
    """The typed sentence is quoted; signals that know nothing are named once they have weight."""
    at = open_page(NEW)
    at.text_area(key="new_text").set_value("Loves a spaceship on a far planet.")
    at = sound(at.run())
    assert "«Loves a spaceship on a far planet»" in said(at)
    for slider in at.slider:
        if "_weight_" in f"_{slider.key}":
            slider.set_value(float(str(slider.key).endswith(("_taste", "_description"))))
    assert "The taste signal adds nothing" in said(sound(at.run()))
