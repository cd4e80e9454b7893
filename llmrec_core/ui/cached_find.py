"""The cache of what was searched for, as in `cached`: a slider's step does not search again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import find

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

MOST = 50


@st.cache_resource(max_entries=32, show_spinner=False)
def _found(version_key: str, typed: str, _recommender: Recommender) -> tuple[tuple[int, ...], int]:
    ids, counts = _recommender.behaviour.item_ids.tolist(), _recommender.behaviour.counts()
    found = find.matching(_recommender.titles.tolist(), typed, counts, ids)
    return tuple(found[:MOST]), len(found)


def found(recommender: Recommender, typed: str) -> tuple[tuple[int, ...], int]:
    """The first items that a title or an id finds, and how many there are."""
    return _found(recommender.version, typed, recommender)
