"""Commands of what-if states: whatif makes one, replay tries a session again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands.shared import FAILED, OK, add, print_json, recommender_of


def register(commands: Any) -> None:
    """Add the commands."""
    whatif = add(
        commands, "whatif", _whatif,
        "The list of a user as they might be, against that of the user as stored.",
        "study", "user",
    )
    _add_changes(whatif)
    replay = add(
        commands, "replay", _replay,
        "Make every list of a what-if session again: exit 0 where all are the same, 1 where not.",
        "study", "file",
    )
    for parser in (whatif, replay):
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _add_changes(parser: argparse.ArgumentParser) -> None:
    many: dict[str, Any] = {"action": "extend", "nargs": "+", "default": []}
    say = parser.add_argument
    say("--state", default="", metavar="TOKEN", help="begin with what follows state= in a link")
    say("--remove", metavar="ITEM", help="past items to take away, by id", **many)
    say("--flip", metavar="ITEM", help="past items whose value counts as its opposite", **many)
    say("--value", metavar="ITEM=VALUE", type=arguments.item_value,
        help="another value of a past item, on the study's scale", **many)
    say("--off", metavar="WORDS", action="append", default=[],
        help="words of one sentence of the description that is switched off")
    say("--say", metavar="TEXT", action="append", default=[],
        help="sentences beside the description")
    say("--again", action="store_true", help="removed items may be recommended again")
    say("--weights", help="a saved name, or JSON such as '{\"taste\": 1}'")
    say("--n", type=arguments.length)
    say("--name", default="", help="what the state is called")
    say("--pin", action="store_true", help="keep it beside the user's other states on the page")
    say("--save", metavar="FILE", type=Path,
        help="write the session (the user as stored, then this state) to a new file for replay")


def _whatif(options: argparse.Namespace) -> int:
    from llmrec_core.headless import what_if as answers
    from llmrec_core.whatif import State, pins

    recommender = recommender_of(options.study)
    wanted = answers.Wanted(
        token=options.state, remove=options.remove, flip=options.flip, values=options.value,
        off=options.off, say=options.say, weights=options.weights, n=options.n,
        again=options.again, name=options.name,
    )
    state = answers.state_of(recommender, options.user, wanted)
    document = answers.what_if(recommender, state)
    if options.save:
        stored = State(state.user_id, weights=state.weights, n=state.n, name="As stored")
        answers.save_session(recommender, [stored, state], options.save)
    if options.pin:
        pins.pin(recommender.study.journal, state)
    if options.json:
        print_json(document)
        return OK
    for kind, words in document["changes"]:
        print(f"{kind}: {words}")
    for text in document["gone"]:
        print(f"no longer in the description: {text}")
    before = {move["item_id"]: move["before"] for move in document["moves"]}
    for line in document["items"]:
        was = before[line["item_id"]]
        place = "new" if was is None or was > state.n else f"{was - line['rank']:+d}"
        place = "" if place == "+0" else place
        print(f"{line['rank']:>3}  {place:>4}  {line['score']:7.3f}  {line['item_id']:<12}  "
              f"{line['title']}")
    print(document["effect"])
    return OK


def _replay(options: argparse.Namespace) -> int:
    from llmrec_core.headless import what_if as answers
    from llmrec_core.headless.terminal import ProgressLine

    recommender = recommender_of(options.study)
    with ProgressLine() as line:
        document = answers.replay(
            recommender, Path(options.file),
            lambda done, total: line.say("Replaying", done, total),
        )
    if options.json:
        print_json(document)
    else:
        for text in answers.replay_lines(document):
            print(text)
    return OK if document["same"] else FAILED
