"""What every command shares: how it is added, how it prints, what it opens."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmrec_core import arguments

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

OK, FAILED, WRONG_USE = 0, 1, 2


def add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], about: str, *positional: str
) -> argparse.ArgumentParser:
    """A command with its positional arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    for argument in positional:
        parser.add_argument(argument)
    return parser


def add_settings(parser: argparse.ArgumentParser, more: str = "") -> None:
    """The option that gives settings of signals instead of letting them be chosen."""
    parser.add_argument(
        "--set", action="append", type=arguments.setting, metavar="SIGNAL.SETTING=VALUE",
        help="a setting that is given and not chosen, such as match.similarity=euclidean or "
        "neural.shape=lstm; may be repeated" + more,
    )


def print_json(document: object) -> None:
    """One JSON document on stdout; undefined is null."""
    from llmrec_core.headless import without_nan

    print(json.dumps(without_nan(document), ensure_ascii=False, indent=1))


def recommender_of(name: str) -> Recommender:
    """The built study called `name`."""
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study

    return Recommender(Study.open(name))
