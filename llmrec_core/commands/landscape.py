"""The command for what weights are worth: `landscape`."""

from __future__ import annotations

import argparse
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands.shared import OK, add, print_json, recommender_of


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "landscape", _landscape,
        "NDCG against tail share over the weights, on validation rows of a built study.", "study",
    )
    parser.add_argument(
        "--axes", default="", metavar="LIST",
        help="three signals that share their weight, or two; with commas; the three of largest "
        "weight if left out",
    )
    parser.add_argument(
        "--users", type=arguments.users, metavar="N",
        help="users looked at, 2 or more; 500 if left out",
    )
    parser.add_argument(
        "--steps", type=arguments.steps, default=15, metavar="N",
        help="parts of an axis, 1 to 60; 15 if left out",
    )
    parser.add_argument(
        "--weights", help="the plane goes through these: a saved name or JSON; the fitted ones"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _landscape(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    axes = [name.strip() for name in options.axes.split(",") if name.strip()]
    with headless.ProgressLine() as line:
        document = headless.landscape(
            recommender_of(options.study), axes, options.weights, options.users, options.steps,
            line.say,
        )
    if options.json:
        print_json(document)
        return OK
    for text in headless.landscape_lines(document):
        print(text)
    return OK
