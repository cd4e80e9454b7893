"""Save, undo, redo, restore: the versions of a description in the journal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import row_ids
from llmrec_core.describe import Description
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import word_diff
from llmrec_core.ui.drafts import Draft
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    from llmrec_core.journal import Version

AUTHOR = "author"
"""The session key of the name that versions are saved under."""
_NOBODY = "analyst"


def who() -> str:
    """The name that versions are saved under."""
    return (st.session_state.get(AUTHOR) or "").strip() or _NOBODY


def bar(recommender: Recommender, user_id: str, key: str, draft: Draft) -> None:
    """What is unsaved, the buttons that change versions, and the history of them."""
    history = recommender.study.journal.history(user_id)
    head = next((version for version in history if version.head), None)
    redoable = head is not None and any(v.undone and v.parent == head.version for v in history)
    with st.container(horizontal=True, vertical_alignment="center"):
        _button("Save", "save", key, _save, (recommender, user_id, key), True,
                "Saves what is on screen as a new version; the ones before stay in the history.",
                primary=draft.changed)
        if draft.changed:
            _button("Discard changes", "delete_sweep", key, _discard, (key,), True,
                    "Goes back to the version that is saved.")
        else:
            undoable = head is not None and head.version > 0
            _button("Undo", "undo", key, _step, (recommender, user_id, key, "undo"), undoable,
                    "Puts the version before this one in force.")
            _button("Redo", "redo", key, _step, (recommender, user_id, key, "redo"), redoable,
                    "Takes the last undo back.")
        original = original_of(recommender, user_id)
        _button("Restore the original", "restart_alt", key, _restore,
                (recommender, user_id, key), draft.now != original,
                "Saves the text that the machine wrote as the newest version.")
        with st.popover(
            count(len(history), "version") if history else "Versions", icon=":material/history:",
            key=f"{key}:history", type="tertiary",
        ):
            _history(history)
        _status(draft, head)
    told = st.session_state.pop(f"{key}:told", None)
    if told:
        st.caption(told)
    if not history and not draft.changed:
        return
    part = st.expander(
        "What changed", key=f"{key}:diff", on_change="rerun", icon=":material/difference:"
    )
    if part.open:
        with part:
            word_diff.show_diff(
                recommender, user_id, key, history, draft.now if draft.changed else None
            )


def original_of(recommender: Recommender, user_id: str) -> Description:
    """What the machine wrote of a user, before any edit."""
    return recommender.written[recommender.user_number(user_id)]


def earlier(recommender: Recommender, user_id: str) -> list[tuple[str, Description]]:
    """(name, description) of every version but the one in force, the latest parent first."""
    history = recommender.study.journal.history(user_id)
    head = next((version for version in history if version.head), None)
    if head is None:
        return []
    others = [version for version in history if not version.head]
    others.sort(key=lambda version: (version.version != head.parent, -version.version))
    return [(_name(version), version.description) for version in others]


def _name(version: Version) -> str:
    if version.version == 0:
        return "The original"
    when = version.created.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"Version {version.version} by {version.author}, {when}"


def name_box() -> None:
    """Under which name versions are saved; one name for the session."""
    st.text_input(
        "Your name", key=AUTHOR, max_chars=60, placeholder=_NOBODY, persist_state="session",
        help="Stands beside the versions that you save.",
    )


def _button(
    label: str, icon: str, key: str, act: object, args: tuple[object, ...], enabled: bool,
    words: str, *, primary: bool = False,
) -> None:
    st.button(
        label, key=f"{key}:{icon}", icon=f":material/{icon}:", on_click=act,  # type: ignore[arg-type]
        args=args, disabled=not enabled, help=words, type="primary" if primary else "secondary",
    )


def _status(draft: Draft, head: Version | None) -> None:
    if draft.changed:
        st.badge("Not saved yet", icon=":material/edit:", color="orange",
                 help="The draft is kept while this browser tab is open, also on other pages.")
    elif head is None or head.version == 0:
        st.badge(f"Written by the {plain(draft.base.writer)}", icon=":material/robot_2:",
                 color="gray", help="Nobody has changed this description.")
    else:
        st.badge(f"Version {head.version} is in force", icon=":material/check:", color="green",
                 help=plain(f"Saved by {head.author}."))


def _history(history: list[Version]) -> None:
    name_box()
    if not history:
        st.caption("No version is saved yet: the text is as the machine wrote it.")
        return
    rows = []
    for version in reversed(history):
        state = "in force" if version.head else "undone" if version.undone else ""
        rows.append(
            {
                "Version": "original" if version.version == 0 else str(version.version),
                "Who": version.author,
                "When": version.created.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
                "Sentences": len(version.description.sentences), "State": state,
                "Together": "" if version.batch is None else "with other users",
            }
        )
    st.dataframe(rows, hide_index=True, width=520, alt="Versions of this description, latest first")


def _save(recommender: Recommender, user_id: str, key: str) -> None:
    """Write the draft to the journal; it stays as it is when that fails."""
    author = who()
    try:
        draft = typed_into(st.session_state[key], key)
        st.session_state[key] = draft
        saved, data = draft.now, draft.data
        if draft.changed:  # the row ids of an import that was replaced are not saved as today's
            saved = row_ids.of_today(recommender, user_id, draft.now, draft.data)
            data = recommender.rows_key
        version = recommender.study.journal.save_description(
            saved, author, original=original_of(recommender, user_id), data=data
        )
    except (StudioError, OSError) as error:
        st.session_state[f"{key}:problem"] = f"Not saved, your draft is kept: {error}"
        return
    changed = draft.changed
    st.session_state[key] = draft.saved(saved, data)
    st.session_state[f"{key}:told"] = (
        f"Saved as version {version}." if changed else "Nothing changed: there is no new version."
    )


def typed_into(draft: Draft, key: str) -> Draft:
    """The draft with what stands in the boxes at this moment.

    A click on save leaves a box and presses the button at once: which callback comes first is not
    ours to say.
    """
    for mark in draft.marks:
        box = f"{key}:text:{mark}"
        if box in st.session_state:
            draft = draft.reworded(mark, st.session_state[box])
    new = st.session_state.get(f"{key}:new", "")
    if new.strip():
        draft = draft.with_text(new)
        st.session_state[f"{key}:new"] = ""
    return draft


def _discard(key: str) -> None:
    draft: Draft = st.session_state[key]
    st.session_state[key] = draft.replaced(draft.base)


def _step(recommender: Recommender, user_id: str, key: str, which: str) -> None:
    journal = recommender.study.journal
    try:
        moved = journal.undo(user_id) if which == "undo" else journal.redo(user_id)
    except (StudioError, OSError) as error:
        st.session_state[f"{key}:problem"] = str(error)
        return
    if moved is not None:
        st.session_state[f"{key}:told"] = "Undone." if which == "undo" else "Done again."


def _restore(recommender: Recommender, user_id: str, key: str) -> None:
    """The machine's text as the newest version, or, with nothing saved, as the draft again."""
    draft: Draft = st.session_state[key]
    whole = replace(draft.replaced(original_of(recommender, user_id)), data=recommender.rows_key)
    st.session_state[key] = whole
    if recommender.study.journal.history(user_id):
        _save(recommender, user_id, key)
