"""Who writes: the settings of the writing page, kept with the study at every change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from llmrec_core.errors import StudioError
from llmrec_core.study import Study
from llmrec_core.ui import state, writing_key, writing_test
from llmrec_core.ui.text import plain
from llmrec_core.writing.chosen import SMALL, Chosen, checked_address, chosen, keep
from llmrec_core.writing.settings import Scheme, Unsupported, WriterKind

WRITERS = {
    WriterKind.TEMPLATE.value: "Rules (the template)",
    WriterKind.LOCAL.value: "A model on this machine",
    WriterKind.SERVER.value: "A server",
}
SCHEMES = {
    Scheme.PROSE.value: "Prose: likes, themes, dislikes, habits",
    Scheme.KEYWORDS.value: "Keywords: at most five",
    Scheme.PERSONA.value: "Persona: a short portrait",
}
UNSUPPORTED = {
    Unsupported.MARK.value: "Keep and mark it",
    Unsupported.REWRITE.value: "Ask once more, then mark it",
    Unsupported.TEMPLATE.value: "Put the template's in its place",
}
_EMPTY = {"sample", "most_tokens", "most_cost", "price_read", "price_written"}
"""Numbers whose 0 is shown as an empty box with a word in it."""
LANGUAGES = ("English", "Chinese", "German", "French", "Spanish", "Japanese")


def name_of(study_name: str, field: str) -> str:
    """The widget key of a setting."""
    return f"writing_{study_name}_{field}"


def who(study: Study) -> Chosen:
    """The writer and where it is."""
    now = chosen(study)
    _field(study, now, "writer", lambda key, change: st.segmented_control(
        "Writer", list(WRITERS), format_func=WRITERS.__getitem__, required=True, key=key,
        label_visibility="collapsed", **change,
    ))
    if now.writer == WriterKind.TEMPLATE:
        st.caption(
            "Rules put the counted facts into sentences: the same rows give the same words, "
            "nothing is invented and nothing is paid."
        )
    elif now.writer == WriterKind.LOCAL:
        _local(study, now)
    else:
        _server(study, now)
    return now


def _local(study: Study, now: Chosen) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        _field(study, now, "local_model", lambda key, change: st.text_input(
            "Model", key=key, placeholder=SMALL, **change,
            help="«smollm2» needs no network (install it once with `make smollm2`); or a folder, "
            "or the name of a transformers chat model. Safetensors only, no code of its own is "
            "run.",
        ))
    with right:
        writing_test.button(study, "Load it and ask")
    if (now.local_model.strip() or SMALL) == SMALL:
        st.caption(
            "SmolLM2 has 135 million parameters: it shows that the way works, and writes worse "
            "than the template."
        )
    writing_test.result(study, now)


def _server(study: Study, now: Chosen) -> None:
    left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
    with left:
        _field(study, now, "server", lambda key, change: st.text_input(
            "Address", key=key, placeholder="http://localhost:11434/v1", **change,
            help="The base URL of any server that speaks as OpenAI's does: Ollama, llama.cpp, "
            "vLLM, a company's gateway.",
        ))
    listed = writing_test.models(study, now)
    with middle:
        if listed:
            _field(study, now, "server_model", lambda key, change: st.selectbox(
                "Model", _with(listed, now.server_model), key=key, accept_new_options=True,
                index=None, placeholder="Choose or type one", **change,
                help="The models that the server lists; another name may be typed.",
            ))
        else:
            _field(study, now, "server_model", lambda key, change: st.text_input(
                "Model", key=key, **change, help="The model's name on the server.",
            ))
    with right:
        writing_test.button(study, "Test")
    st.caption(plain(writing_key.said(now.server)))
    if now.server.strip():
        try:
            checked_address(now.server)
        except StudioError as error:
            st.error(plain(error), icon=":material/link_off:")
    writing_test.result(study, now)


def _with(options: list[str], value: str) -> list[str]:
    return options if not value or value in options else [value, *options]


def form(study: Study, now: Chosen) -> None:
    """In which form and language, and what happens to what cannot be believed."""
    first, second, third = st.columns([3, 2, 3])
    with first:
        _field(study, now, "scheme", lambda key, change: st.selectbox(
            "Form", list(SCHEMES), format_func=SCHEMES.__getitem__, key=key, **change,
            help="Each form has a prompt of its own.",
        ))
    with second:
        _field(study, now, "language", lambda key, change: st.selectbox(
            "Language", _with(list(LANGUAGES), now.language), key=key, accept_new_options=True,
            **change, help="As a model understands it; another one may be typed.",
        ))
    with third:
        _field(study, now, "unsupported", lambda key, change: st.selectbox(
            "A sentence that the evidence does not bear out", list(UNSUPPORTED), key=key,
            format_func=UNSUPPORTED.__getitem__, **change,
            help="Every title, name, genre, year and count in a sentence is looked for in the "
            "evidence it was written from.",
        ))


def caps(study: Study, now: Chosen) -> None:
    """How many users, how long, and where it stops by itself."""
    with st.grid(4, min_column_width=180):
        _number(study, now, "sample", "Users to write for", 0, int, "all",
                "0 is all. A sample is drawn evenly and is the same every time; the template "
                "writes for the others.")
        _number(study, now, "max_tokens", "Longest answer, tokens", 1, int, "",
                "A token is about three quarters of an English word.")
        _number(study, now, "timeout", "Patience, seconds", 1.0, float, "",
                "How long an answer may take before it is given up and asked again.")
        if now.writer == WriterKind.SERVER:
            _number(study, now, "at_once", "Requests at once", 1, int, "",
                    "How many the server is asked at the same time.")
        _number(study, now, "most_tokens", "Stop after tokens", 0, int, "no cap",
                "Tokens read and written by one build together; what is written until then is "
                "kept.")
        if now.writer == WriterKind.SERVER:
            _number(study, now, "most_cost", "Stop after spending", 0.0, float, "no cap",
                    "In the currency of the prices, for one build.")
            _number(study, now, "price_read", "Price per million read", 0.0, float, "free",
                    "Of a million tokens of prompt, as the server's owner says.")
            _number(study, now, "price_written", "Price per million written", 0.0, float, "free",
                    "Of a million tokens of answers.")


def _number(
    study: Study, now: Chosen, name: str, label: str, least: float, kind: type, empty: str,
    words: str,
) -> None:
    whole = kind is int

    def draw(key: str, change: dict[str, Any]) -> None:
        # No default: 0 is shown as an empty box with a word in it.
        st.number_input(
            label, kind(least), value=None, step=kind(1), format=None if whole else "%g", key=key,
            placeholder=empty, help=words, **change,
        )

    _field(study, now, name, draw)


def _field(
    study: Study, now: Chosen, name: str, draw: Callable[[str, dict[str, Any]], object]
) -> None:
    """Draw one setting as it is kept; a change is kept before the page is drawn again."""
    key = name_of(study.name, name)
    # What could not be kept stays on the screen as it was typed.
    if (key, st.session_state.get(key)) != st.session_state.get(f"{key}_unkept"):
        value = getattr(now, name)
        st.session_state[key] = None if name in _EMPTY and not value else value
    draw(key, {"on_change": _changed, "args": (study.name, name)})


def _changed(study_name: str, name: str) -> None:
    key = name_of(study_name, name)
    typed = st.session_state.get(key)
    st.session_state[f"{key}_unkept"] = (key, typed)
    with state.telling():
        study = Study.open(study_name)
        value = getattr(Chosen(), name) if typed is None else typed  # an emptied box
        keep(study, replace(chosen(study), **{name: value}))
        del st.session_state[f"{key}_unkept"]
