"""States that are kept beside each other: up to four a user, in the journal, and their links.

The states of one user are one document: a state that is taken away is a document without it, and
what was there before stays in the file. Each change is one transaction: two tabs lose nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    """A user's kept states in the order they were pinned; raises `InputError` for unreadable ones.

    Those are damaged, or were written by a later version of the program.
    """
    return _read(journal.document(Kept.WHAT_IF, user_id), user_id)


def readable(journal: Journal, user_id: str) -> tuple[State, ...]:
    """The same, and none where they cannot be read: for what works without them."""
    return _readable(journal.document(Kept.WHAT_IF, user_id), user_id)


def _readable(text: str | None, user_id: str) -> tuple[State, ...]:
    try:
        return _read(text, user_id)
    except InputError:
        return ()


def _read(text: str | None, user_id: str) -> tuple[State, ...]:
    if text is None:
        return ()
    try:
        states = json.loads(text)["states"]
        return tuple(State.from_document(state) for state in states)[:MOST]
    except (ValueError, TypeError, KeyError, RecursionError, InputError) as error:
        raise InputError(
            f"The pinned states of user {user_id!r} cannot be read ({str(error).rstrip('.')}): "
            "pin a state anew; the old ones stay in the journal's file."
        ) from error


def pin(journal: Journal, state: State) -> State:
    """Keep a state, which gets a name where it has none; gives it as it was kept.

    Kept states that cannot be read make room for it. Raises `InputError` for a fifth state and for
    a name that another one has.
    """
    named: list[State] = []

    def act(text: str | None) -> str:
        kept = _readable(text, state.user_id)
        named.append(_named(kept, state))
        return _text((*kept, named[0]))

    journal.change_document(Kept.WHAT_IF, state.user_id, act)
    return named[0]


def _named(kept: tuple[State, ...], state: State) -> State:
    """The state with a name that none of the kept ones has."""
    if len(kept) >= MOST:
        raise InputError(
            f"{MOST} states are pinned already, which is all that fit beside each other: "
            "take one away first."
        )
    names = {other.name for other in kept}
    if state.name in names and state.name:
        raise InputError(f"A pinned state is called {state.name!r} already: give another name.")
    if state.name:
        return state
    return state.called(next(f"State {k}" for k in range(1, MOST + 2) if f"State {k}" not in names))


def rename(journal: Journal, user_id: str, name: str, new: str) -> None:
    """Call the pinned state `name` otherwise; raises `InputError` for a name that is taken."""
    wanted = " ".join(new.split())
    if not wanted:
        raise InputError("A pinned state needs a name: type one.")

    def act(text: str | None) -> str:
        kept = _read(text, user_id)
        if wanted != name and wanted in {state.name for state in kept}:
            raise InputError(f"A pinned state is called {wanted!r} already: give another name.")
        return _text([state.called(wanted) if state.name == name else state for state in kept])

    journal.change_document(Kept.WHAT_IF, user_id, act)


def unpin(journal: Journal, user_id: str, name: str) -> None:
    """Take the pinned state `name` away; it stays in the journal's past."""
    journal.change_document(
        Kept.WHAT_IF, user_id,
        lambda text: _text([one for one in _read(text, user_id) if one.name != name]),
    )


def _text(states: Sequence[State]) -> str:
    document = {"states": [state.document() for state in states]}
    return json.dumps(document, ensure_ascii=False)


def link_of(state: State) -> str | None:
    """What follows `state=` in the address of the page; None for a state too large for it."""
    try:
        return token_of(state)
    except InputError:
        return None
