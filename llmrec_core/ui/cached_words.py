"""The cache of words, as in `cached`: what a text is made of in the eyes of a study's encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from llmrec_core.explain import ReadText, WordReader
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=128, show_spinner=False)
def _read(version_key: str, text: str, _recommender: Recommender) -> ReadText:
    from llmrec_core.explain import read_text

    return read_text(_recommender.texts, text)


@st.cache_resource(max_entries=3, show_spinner=False)
def _reader(version_key: str, _recommender: Recommender) -> WordReader:
    from llmrec_core.explain import WordReader

    def read(text: str) -> ReadText:
        return _read(_recommender.version, text, _recommender)

    return WordReader(_recommender, read)


def word_reader(recommender: Recommender) -> WordReader:
    """What opens lines of a study's ledgers to their words; texts are read once."""
    return _reader(recommender.version, recommender)
