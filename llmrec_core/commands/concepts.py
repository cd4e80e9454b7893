"""The command that says what named ideas make of scores, and where a user stands along them."""

from __future__ import annotations

import argparse
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands.shared import OK, add, print_json, recommender_of


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "concepts", _concepts,
        "Named ideas: how much of the scores they make, which overlap, where a user stands, and "
        "the list under their weights.",
        "study",
    )
    parser.add_argument("user", nargs="?", help="a user to hold against the mean user")
    parser.add_argument(
        "--phrases", metavar="NAME|FILE",
        help="a set kept on the page «Concepts», or a file with one phrase a line; without it "
        "what the catalogue offers",
    )
    parser.add_argument(
        "--said", action="store_true",
        help="also words that users' descriptions often say and that tell their readers apart",
    )
    parser.add_argument(
        "--item", metavar="ID", help="also where an item stands, and with a user its score",
    )
    parser.add_argument(
        "--signal", help="the signal whose concepts weigh; without it the kept set's, else the "
        "first that reads texts",
    )
    parser.add_argument("--weights", help="a saved name, or JSON such as '{\"taste\": 1}'")
    parser.add_argument("--n", type=arguments.length, default=10, help="length of the lists")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _concepts(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.concepts(
        recommender_of(options.study), options.user, options.phrases, options.n,
        item_id=options.item, signal=options.signal, weights=options.weights,
        said=options.said,
    )
    if options.json:
        print_json(document)
        return OK
    for line in headless.concept_lines(document):
        print(line)
    return OK
