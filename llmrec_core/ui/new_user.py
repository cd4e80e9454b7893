"""What a person who is no stored user says and picks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import find
from llmrec_core.describe import guess_polarity, split_sentences
from llmrec_core.newcomer import silent
from llmrec_core.recipe import digest
from llmrec_core.recommender import Recommender
from llmrec_core.signals import SIGNALS, label
from llmrec_core.ui import cached
from llmrec_core.ui.description_editor import HOW_IT_COUNTS, POLARITIES
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.blend import Block

_TEXT, _EXAMPLE, _SEARCH, _FOUND = "new_text", "new_example", "new_search", "new_found"
_MOST_FOUND = 12
Said = tuple[tuple[str, int], ...]
Picks = tuple[tuple[int, bool], ...]


def sentences(recommender: Recommender) -> Said:
    """Draw the text box; ((sentence, polarity), …) with each guess open to correction."""
    st.text_area(
        "In their own words", key=_TEXT, height=110, persist_state="session",
        placeholder="For example: " + " ".join(cached.starters(recommender)[:1]),
        help="One or several sentences; press Ctrl+Enter or click elsewhere to have them read.",
    )
    examples = cached.starters(recommender)
    if examples:
        st.pills(
            "Add an example", examples, key=_EXAMPLE, on_change=_append, format_func=plain,
            help="Made of what the items of this study have.",
        )
    parts = list(dict.fromkeys(split_sentences(st.session_state.get(_TEXT) or "")))
    return tuple((part, _meaning(part)) for part in parts)


def _append() -> None:
    example = st.session_state.get(_EXAMPLE)
    if example:
        before = (st.session_state.get(_TEXT) or "").rstrip()
        st.session_state[_TEXT] = f"{before} {example}".strip()
        st.session_state[_EXAMPLE] = None


def _meaning(sentence: str) -> int:
    """What a sentence is taken for, guessed from its words and then as the analyst says."""
    key = f"new_polarity_{digest(sentence)}"
    if key not in st.session_state:
        st.session_state[key] = guess_polarity(sentence)
    text, choice = st.columns(2, vertical_alignment="center")
    text.text(sentence)
    chosen = choice.selectbox(
        "Read as", list(POLARITIES), key=key, format_func=POLARITIES.__getitem__,
        label_visibility="collapsed", persist_state="session",
        help=f"Guessed from the words. {HOW_IT_COUNTS}",
    )
    return int(chosen)


def picked(recommender: Recommender) -> Picks:
    """Draw the search for items; ((item number, liked), …) in the order they were picked.

    The session keeps ids: a new import numbers the items anew, and what is gone is left out.
    """
    key = f"new_picks:{recommender.study.name}"
    kept: list[str] = st.session_state.setdefault(key, [])
    picks = [item_id for item_id in kept if item_id in recommender.item_numbers]
    typed = st.text_input(
        "Find items they know", key=_SEARCH, type="search", persist_state="session",
        placeholder="Part of a title", icon=":material/search:",
        help=f"Press Enter; the {_MOST_FOUND} most taken matches are offered. A picked item that "
        "is not liked counts as the lowest value does in this study: it was taken, but says little "
        "for what is like it.",
    )
    _offer(recommender, typed or "", picks, key)
    return tuple(
        (recommender.item_numbers[item_id], _liked(recommender, item_id, key)) for item_id in picks
    )


def _offer(recommender: Recommender, typed: str, picks: Sequence[str], key: str) -> None:
    if not typed.strip():
        return
    matches = find.items(
        recommender.titles.tolist(), typed, recommender.behaviour.counts(), _MOST_FOUND + len(picks)
    )
    ids = [str(recommender.behaviour.item_ids[item]) for item in matches]
    found = [item_id for item_id in ids if item_id not in picks][:_MOST_FOUND]
    if not found:
        st.caption(f"No other title has «{plain(typed, 60)}».")
        return
    st.pills(
        "Click to pick", found, key=_FOUND, on_change=_pick, args=(key,),
        format_func=labels(recommender, found).__getitem__,
    )


def labels(recommender: Recommender, item_ids: Sequence[str]) -> dict[str, str]:
    """What each item is called; its id is added where two share a title."""
    names = [plain(recommender.title(recommender.item_numbers[each]), 60) for each in item_ids]
    return {
        item_id: name if names.count(name) == 1 else f"{name} ({plain(item_id)})"
        for item_id, name in zip(item_ids, names, strict=True)
    }


def _pick(key: str) -> None:
    item_id = st.session_state.get(_FOUND)
    if item_id is not None and item_id not in st.session_state[key]:
        st.session_state[key] = [*st.session_state[key], item_id]


def _unpick(key: str, item_id: str) -> None:
    st.session_state[key] = [other for other in st.session_state[key] if other != item_id]


def _liked(recommender: Recommender, item_id: str, key: str) -> bool:
    """One picked item: its title, liked or not, and a way to take it back."""
    name = f"{key}:{item_id}"
    if name not in st.session_state:
        st.session_state[name] = True
    text, knobs = st.columns([4, 5], vertical_alignment="center")
    text.text(recommender.title(recommender.item_numbers[item_id]))
    with knobs.container(horizontal=True, vertical_alignment="center", gap="small"):
        liked = st.toggle("Liked", key=name, persist_state="session")
        st.button(
            "", key=f"{name}:away", icon=":material/close:", type="tertiary", on_click=_unpick,
            args=(key, item_id), help="Take this item back.",
        )
    return bool(liked)


def what_is_known(block: Block) -> None:
    """Which signals are silent about this person, and why."""
    quiet = silent(block)
    if quiet:
        words = "; ".join(f"{label(name)} ({SIGNALS[name].silent})" for name in quiet)
        st.info(
            f"These signals know nothing of this person and add 0 to every item: {words}.",
            icon=":material/volume_off:",
        )
