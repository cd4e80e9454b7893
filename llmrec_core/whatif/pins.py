"""States that are kept beside each other: up to four a user, in the journal, and their links.

The states of one user are one document: a state that is taken away is a document without it, and
what was there before stays in the file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from llmrec_core.errors import InputError
from llmrec_core.journal import Kept
from llmrec_core.whatif.state import State
from llmrec_core.whatif.token import token_of

if TYPE_CHECKING:
    from llmrec_core.journal import Journal

MOST = 4
"""States that fit side by side."""


def pinned(journal: Journal, user_id: str) -> tuple[State, ...]:
    """A user's kept states in the order they were pinned; raises `InputError` for damaged ones."""
    text = journal.document(Kept.WHAT_IF, user_id)
    if text is None:
        return ()
    try:
        states = json.loads(text)["states"]
        return tuple(State.from_document(state) for state in states)[:MOST]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"The pinned states of user {user_id!r} cannot be read ({error}): pin them anew."
        ) from error


def pin(journal: Journal, state: State) -> State:
    """Keep a state, which gets a name where it has none; gives it as it was kept.

    Raises `InputError` for a fifth state and for a name that another one has.
    """
    kept = pinned(journal, state.user_id)
    if len(kept) >= MOST:
        raise InputError(
            f"{MOST} states are pinned already, which is all that fit beside each other: "
            "take one away first."
        )
    names = {other.name for other in kept}
    if state.name in names and state.name:
        raise InputError(f"A pinned state is called {state.name!r} already: give another name.")
    if not state.name:
        free = next(f"State {k}" for k in range(1, MOST + 2) if f"State {k}" not in names)
        state = state.called(free)
    _save(journal, state.user_id, (*kept, state))
    return state


def rename(journal: Journal, user_id: str, name: str, new: str) -> None:
    """Call the pinned state `name` otherwise; raises `InputError` for a name that is taken."""
    kept, wanted = pinned(journal, user_id), " ".join(new.split())
    if not wanted:
        raise InputError("A pinned state needs a name: type one.")
    if wanted != name and wanted in {state.name for state in kept}:
        raise InputError(f"A pinned state is called {wanted!r} already: give another name.")
    _save(
        journal, user_id,
        tuple(state.called(wanted) if state.name == name else state for state in kept),
    )


def unpin(journal: Journal, user_id: str, name: str) -> None:
    """Take the pinned state `name` away; it stays in the journal's past."""
    kept = pinned(journal, user_id)
    _save(journal, user_id, tuple(state for state in kept if state.name != name))


def _save(journal: Journal, user_id: str, states: tuple[State, ...]) -> None:
    document = {"states": [state.document() for state in states]}
    journal.save_document(Kept.WHAT_IF, user_id, json.dumps(document, ensure_ascii=False))


def link_of(state: State) -> str | None:
    """What follows `state=` in the address of the page; None for a state too large for it."""
    try:
        return token_of(state)
    except InputError:
        return None
