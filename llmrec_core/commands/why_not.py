"""The command that answers why an item is not in a list."""

from __future__ import annotations

import argparse
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands.shared import OK, add, print_json, recommender_of


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "whynot", _whynot,
        "Why an item is not in a user's list, and what would bring it in.",
        "study", "user", "item",
    )
    parser.add_argument("--n", type=arguments.length, default=10, help="length of the list")
    parser.add_argument("--weights", help="a saved name, or JSON such as '{\"taste\": 1}'")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _whynot(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.whynot(
        recommender_of(options.study), options.user, options.item, options.n, options.weights
    )
    if options.json:
        print_json(document)
        return OK
    for line in headless.whynot_lines(document):
        print(line)
    return OK
