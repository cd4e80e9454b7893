"""A what-if state asked for in a terminal, and sessions tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core import compare, whatif
from llmrec_core.errors import WrongUseError
from llmrec_core.headless.shared import check_length, named, weights_for
from llmrec_core.whatif import State, audit, editing, pins, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmrec_core.recommender import Recommender


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked to be changed, as it is typed.

    `token` is the state of a link, which everything else is done to; `values` are (item id, value),
    `off` words of one sentence each, `n` None where the token or the default says.
    """

    token: str = ""
    remove: Sequence[str] = ()
    flip: Sequence[str] = ()
    values: Sequence[tuple[str, float]] = ()
    off: Sequence[str] = ()
    say: Sequence[str] = ()
    weights: str | None = None
    n: int | None = None
    again: bool = False
    name: str = ""


def state_of(recommender: Recommender, user_id: str, wanted: Wanted) -> State:
    """The state that is asked for, its weights written out.

    Raises `StudioError` kinds that name what the study does not have.
    """
    recommender.user_number(user_id)
    state = whatif.from_token(wanted.token) if wanted.token else State(user_id)
    if state.user_id != user_id:
        raise WrongUseError(f"The link is of user {state.user_id!r}, not of {user_id!r}.")
    if wanted.n is not None:
        check_length(wanted.n)
        state = replace(state, n=wanted.n)
    state = replace(
        state, removed=(*state.removed, *wanted.remove), again=state.again or wanted.again,
        name=wanted.name or state.name,
    )
    for item in wanted.flip:
        state = editing.flipped(recommender, state, item)
    for item, value in wanted.values:
        state = editing.with_value(recommender, state, item, value)
    for part in wanted.off:
        state = editing.without_words(recommender, state, part)
    for text in wanted.say:
        state = editing.with_words(state, text)
    if wanted.weights is None and state.weights:
        return whatif.with_weights(recommender, state, whatif.weights_of(recommender, state))
    rows = len(recommender.profiles.at(recommender.user_number(user_id)).item)
    _, weights = weights_for(recommender, wanted.weights, rows)
    return whatif.with_weights(recommender, state, weights)


def what_if(recommender: Recommender, state: State) -> dict[str, Any]:
    """{user, state, key, link, changes, gone, weights, effect, items, moves, milliseconds}.

    `moves` hold the list against that of the user as stored under the same weights; `link` is
    what follows `state=` in the address of the page, None for a state too large for one.
    """
    record = audit.record(recommender, state)
    _, before = whatif.block_of(recommender, State(state.user_id))
    _, after = whatif.block_of(recommender, state)
    weights = whatif.weights_of(recommender, state)
    moves = compare.moves(before, after, weights, state.n)
    return {
        "user": state.user_id, "state": record["state"], "key": record["key"],
        "link": pins.link_of(state), "changes": record["changes"], "gone": record["gone"],
        "weights": named(recommender, weights), "effect": told.effect(moves, state.n),
        "items": record["items"],
        "moves": [
            {"item_id": str(recommender.behaviour.item_ids[move.item]),
             "title": recommender.title(move.item), "before": move.before or None,
             "after": move.after or None, "score_before": move.score_before,
             "score_after": move.score_after} for move in moves
        ],
        "milliseconds": record["milliseconds"],
    }  # fmt: skip


def save_session(recommender: Recommender, states: Sequence[State], path: Path) -> None:
    """Write the session of `states` to a new file; raises `WrongUseError` where there is one."""
    document = audit.session(recommender, states)
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    except FileExistsError as error:
        raise WrongUseError(f"There is a file {path} already: give another name.") from error


def replay(
    recommender: Recommender, path: Path, tell: Callable[[int, int], object] | None = None
) -> dict[str, Any]:
    """{study, made, same, moved, keys: [{what, then, now, same}], states: [{name, user, key, same,
    problem, gone, edited, places: [{rank, same, gap, then, now}]}]} of the session in a file.

    `moved` says in words what is other than it was, `edited` whether the description of the
    state's user is."""
    try:
        with open(path, "rb") as file:
            data = file.read(audit.LARGEST + 1)
    except OSError as error:
        raise WrongUseError(f"{path} cannot be read ({error.strerror}).") from error
    session = audit.read(data)
    found = audit.replay(recommender, session, tell)
    return {
        "study": session.study, "made": session.made, "same": found.same, "moved": found.moved,
        "keys": [{"what": what, "then": then, "now": now, "same": then == now}
                 for what, then, now in found.keys],
        "states": [_replayed(one) for one in found.states],
    }  # fmt: skip


def _replayed(one: audit.Replayed) -> dict[str, Any]:
    return {
        "name": one.state.name, "user": one.state.user_id, "key": one.state.key(),
        "same": one.same, "problem": one.problem, "gone": list(one.gone),
        "edited": one.edited,
        "places": [
            {"rank": place.rank, "same": place.same, "gap": place.gap,
             "then": place.then and asdict(place.then), "now": place.now and asdict(place.now)}
            for place in one.places
        ],
    }  # fmt: skip


def replay_lines(document: dict[str, Any]) -> Iterator[str]:
    """A replay as lines: what is other than it was, then every state with its differences."""
    moved = document["moved"]
    yield (
        f"Recorded {document['made']} on the study {document['study']!r}. Since then "
        + (f"other: {', '.join(moved)}." if moved else "nothing that lists depend on has changed.")
    )
    for number, state in enumerate(document["states"], 1):
        told = state["name"] or f"state {number}"
        if state["problem"]:
            yield f"{told} (user {state['user']}): cannot be made again. {state['problem']}"
            continue
        off = [place for place in state["places"] if not place["same"]]
        yield f"{told} (user {state['user']}): " + (
            f"{len(off)} of {len(state['places'])} places differ" if off else "the same list"
        )
        yield from (f"  no longer in the description: {text}" for text in state["gone"])
        yield from map(_place_line, off)


def _place_line(place: dict[str, Any]) -> str:
    then, now = (
        f"{one['title'] or one['item_id']} ({one['score']:.4f})" if one else "nothing"
        for one in (place["then"], place["now"])
    )
    return f"  {place['rank']:>3}  {then} → {now}"
