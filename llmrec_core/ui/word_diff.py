"""What changed between two versions of a description, word by word: colour and sign together."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from llmrec_core.describe import Description, Sentence
from llmrec_core.describe.diff import Line, Mark, compare, in_words
from llmrec_core.journal import Version
from llmrec_core.recommender import Recommender
from llmrec_core.ui.sentence_marks import author
from llmrec_core.ui.text import JOINER, count, plain

_LIKES = {1: "likes", -1: "dislikes", 0: "neither"}


@dataclass(frozen=True)
class Named:
    """A text that can be compared: its name, who made it and when ("" for a draft)."""

    name: str
    description: Description
    who: str = ""


def markup(line: Line) -> str:
    """One sentence with what went struck through behind a minus, what came behind a plus."""
    out = []
    for piece in line.pieces:
        shown = plain(piece.text)
        lead = " " if piece.text[:1].isspace() else ""
        end = " " if piece.text[-1:].isspace() else ""
        if shown and piece.mark is Mark.REMOVED:
            shown = f"{JOINER}:red-background[\u2212~~{shown}~~]"
        elif shown and piece.mark is Mark.ADDED:
            shown = f"{JOINER}:green-background[\\+{shown}]"
        out.append(lead + shown + (end if shown else ""))
    return "".join(out).strip()


def show_lines(lines: list[Line], *, authors: bool = True) -> None:
    """All changed sentences, and how many stayed; `authors` says whose the words are."""
    changed = [line for line in lines if line.changed]
    for line in changed:
        st.markdown(markup(line))
        notes = _notes(line.before, line.after, authors)
        if notes:
            st.caption(notes)
    rest = len(lines) - len(changed)
    if rest:
        st.caption(f"{count(rest, 'sentence')} as before.")


def _notes(before: Sentence | None, after: Sentence | None, authors: bool) -> str:
    """Who, and what changed besides the words."""
    if before is None or after is None:
        alone = before or after
        what = "New" if before is None else "Removed"
        if alone is None or not authors:
            return ""
        return f"{what}; written by {plain(author(alone.author), 60)}."
    notes = []
    if authors and before.author != after.author:
        notes.append(f"by {plain(author(before.author), 60)} → {plain(author(after.author), 60)}")
    if before.polarity != after.polarity:
        notes.append(f"{_LIKES[before.polarity]} → {_LIKES[after.polarity]}")
    if before.on != after.on:
        notes.append("switched on" if after.on else "switched off")
    words = "; ".join(notes)
    return words[:1].upper() + words[1:] + "." if words else ""


def versions_named(recommender: Recommender, user_id: str, history: list[Version]) -> list[Named]:
    """Every stored text of a user, the latest first; the machine's of today where none is."""
    if not history:
        written = recommender.written[recommender.user_number(user_id)]
        return [Named("What the machine wrote", written, author(written.writer))]
    return [
        Named(
            name_of(version), version.description,
            f"{version.author}, {version.created.astimezone():%Y-%m-%d %H:%M:%S}",
        )
        for version in reversed(history)
    ]


def name_of(version: Version) -> str:
    """«Version 2», with its state."""
    name = "The original" if version.version == 0 else f"Version {version.version}"
    return name + (" (in force)" if version.head else " (undone)" if version.undone else "")


def show_diff(
    recommender: Recommender, user_id: str, key: str, history: list[Version],
    draft: Description | None,
) -> None:
    """Compare any two texts; at first the draft with what is saved, or what is in force with its
    parent."""
    texts = versions_named(recommender, user_id, history)
    if draft is not None:
        texts = [Named("Your draft (not saved)", draft), *texts]
    if len(texts) < 2:
        st.caption("There is one text only: change a sentence, and the difference is shown here.")
        return
    old, new = _default(texts, history, draft is not None)
    left, right = st.columns(2)
    names = [text.name for text in texts]
    with left:
        first = _choice("From", f"{key}:diff_from", names, old)
    with right:
        second = _choice("To", f"{key}:diff_to", names, new)
    lines = compare(texts[first].description, texts[second].description)
    who = texts[second].who
    st.caption(in_words(lines) + (f" Saved by {plain(who)}." if who else ""))
    show_lines(lines)


def _default(texts: list[Named], history: list[Version], drafted: bool) -> tuple[int, int]:
    """(from, to): places in `texts`, which are latest first behind the draft."""
    head = next((k for k, version in enumerate(reversed(history)) if version.head), 0)
    if drafted:
        return head + 1, 0
    parents = [version.version for version in reversed(history)]
    parent = list(reversed(history))[head].parent
    return (parents.index(parent) if parent in parents else min(head + 1, len(texts) - 1)), head


def _choice(label: str, key: str, names: list[str], place: int) -> int:
    # The key holds the texts there are: after a save or an undo the choice begins anew.
    chosen = st.selectbox(
        label, range(len(names)), index=place, key=f"{key}:{'|'.join(names)}:{place}",
        format_func=names.__getitem__,
    )
    return int(chosen)
