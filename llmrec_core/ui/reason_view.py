"""Why an item, in a sentence or two, with the numbers that the words stand for beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import reasons
from llmrec_core.describe import TEMPLATE, Check
from llmrec_core.errors import StudioError
from llmrec_core.recipe import digest
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, frames, writing_key, writing_stream
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.reasons import Feeling, Reason
    from llmrec_core.writing.chosen import Chosen

_MARKS = {
    Check.SUPPORTED: (":material/verified:", "Every name and share in it is in the parts."),
    Check.OPEN: (":material/help:", "It names nothing that could be compared with the parts."),
}


@dataclass(frozen=True)
class _Said:
    """A model's reason in the session: for which question, and what came of it."""

    key: str
    reason: Reason


def show_reason(
    recommender: Recommender, profile: Profiles, entries: Sequence[Entry], item: int, key: str
) -> None:
    """The sentences at once by the template; a model, where one is chosen, says it on a click."""
    past, title = recommender.feelings(profile), recommender.title(item)
    reason = reasons.reason(entries, title, past=past)
    with st.container(border=True):
        words, numbers = st.columns([5, 4], gap="medium")
        with words:
            slot, signature = st.empty(), st.container()
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                said = _by_model(recommender, entries, title, past, key, reason, slot)
                shown = said or reason
                _copy(shown, key)
            slot.text(shown.text)
            with signature:
                _signed(shown)
        with numbers:
            _numbers(shown, key)


def _signed(reason: Reason) -> None:
    """Whose the words are and what the check says of them."""
    icon, meaning = _MARKS.get(Check(reason.check), ("", ""))
    author = "the template" if reason.writer == TEMPLATE else plain(reason.writer, 60)
    st.caption(f"{icon} Written by {author} from the parts beside it.", help=meaning)
    if reason.fallback:
        st.caption(
            ":material/robot_2: The template stands in for the model: "
            f"{plain(reason.fallback, 300)}"
        )


def _copy(reason: Reason, key: str) -> None:
    """The words again, with the button that copies them."""
    with st.popover("Copy", icon=":material/content_copy:", type="tertiary", key=f"{key}_copy"):
        st.code(reason.text, language=None, wrap_lines=True)


def _numbers(reason: Reason, key: str) -> None:
    """The parts that the words name, in points."""
    if not reason.parts:
        return
    st.dataframe(
        frames.reason_frame(reason), key=f"{key}_parts", hide_index=True,
        column_config={
            "Part": st.column_config.TextColumn(
                width=190, help="A past item or a sentence of the description; its lines in all "
                "signals are taken together.",
            ),
            "Points": st.column_config.NumberColumn(
                format="%+.3f", width=70, help="What it adds to the score."
            ),
            "Share": st.column_config.NumberColumn(
                format="%.0f %%", width=64, help="Of all points that speak for the item; negative "
                "for what speaks against it.",
            ),
        },
        alt="The parts of the score that the sentences name",
    )


def _by_model(
    recommender: Recommender, entries: Sequence[Entry], title: str, past: dict[int, Feeling],
    key: str, plain_reason: Reason, slot: DeltaGenerator,
) -> Reason | None:
    """What the model said of exactly this ledger, asked for on a click; None before that."""
    from llmrec_core.writing.chosen import chosen
    from llmrec_core.writing.settings import WriterKind

    settings = chosen(recommender.study)
    if settings.writer == WriterKind.TEMPLATE or not plain_reason.parts:
        return None
    here = f"{key}_said"
    about = digest([recommender.version, repr(settings), title, plain_reason.to_json()])
    said: _Said | None = st.session_state.get(here)
    known = said.reason if said is not None and said.key == about else None
    if known is not None and not known.fallback:
        return known
    place = st.empty()
    if not place.button(
        "Say it with the model", key=f"{key}_say", icon=":material/stylus_note:", type="tertiary",
        help="Asks the model that is chosen on the writing page. It reads the parts beside and "
        "nothing else; words that they do not bear out are not shown.",
    ):
        return known
    try:
        found = _asked(recommender, settings, entries, title, past, slot)
    except (StudioError, OSError) as error:
        st.error(plain(str(error), 300), icon=":material/error:")
        return None
    st.session_state[here] = _Said(about, found)
    if not found.fallback:
        place.empty()
    return found


def _asked(
    recommender: Recommender, settings: Chosen, entries: Sequence[Entry], title: str,
    past: dict[int, Feeling], slot: DeltaGenerator,
) -> Reason:
    """Ask, showing the words as they come; the checked reason."""
    from llmrec_core.writing.desk import Desk

    writing, limits = settings.writing(), settings.limits()
    desk = Desk(cached.chat_model(writing, limits, writing_key.key()), cached.answers(), limits, {})
    lexicon = cached.catalogue_of(recommender.study).lexicon
    out: list[Reason] = []

    def told() -> Iterator[str]:
        out.append((yield from reasons.stream_reason(
            entries, title, past=past, writing=writing, desk=desk, lexicon=lexicon,
        )))

    words = ""
    for piece in writing_stream.pieces(told):
        words += writing_stream.cleaned(piece)
        slot.text(words or "Waiting for the first word…")
    if not out:
        raise StudioError("The model went on without an end: ask again, or choose another model.")
    return out[0]
