"""The command that audits a study's descriptions."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from llmrec_core import arguments
from llmrec_core.commands import writers
from llmrec_core.commands.shared import OK, add, print_json, recommender_of
from llmrec_core.writing.settings import WriterKind

if TYPE_CHECKING:
    from llmrec_core.llm.budget import Estimate


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "audit", _audit, "How true, telling and alike the descriptions are.", "study"
    )
    parser.add_argument("--n", type=arguments.length, default=20, help="worst users to name")
    parser.add_argument(
        "--wordings", metavar="USER", help="write this user six ways instead, and say the spread"
    )
    writers.add_bounds(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _audit(options: argparse.Namespace) -> int:
    from llmrec_core.audit import audit_study

    if options.wordings:
        return _wordings(options)
    report = audit_study(recommender_of(options.study))
    document = report.to_json(options.n)
    if options.json:
        print_json(document)
        return OK
    for name, value in document["figures"].items():
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        print(f"{name.replace('_', ' '):<22} {shown.replace('nan', 'undefined')}")
    for writer, count in document["writers"].items():
        print(f"written by {writer}: {count:,}")
    if report.leak is not None:
        from llmrec_core.audit.whole import READS_ALL

        print(report.leak.sentence() + READS_ALL)
    for row in document["worst"]:
        if row["problem"]:
            print(f"{row['user_id']}: {row['problem']}")
    for pair in document["duplicates"]:
        print(f"{pair['first']} and {pair['second']} share {pair['alike']:.0%} of their word pairs")
    return OK


def _wordings(options: argparse.Namespace) -> int:
    from llmrec_core.audit import wordings

    recommender, limits = recommender_of(options.study), writers.limits_of(options)
    writing = recommender.recipe.writing

    def agree(said: Estimate) -> None:
        if writing.writer == WriterKind.SERVER:
            writers.agree(options, said, limits, writing.server, sys.stderr)

    found = wordings(recommender, options.wordings, limits, agree)
    texts = [one.text() for one in found.texts]
    if options.json:
        print_json({"user": options.wordings, "cosine": found.cosine,
                    "with_others": found.others, "texts": texts})
        return OK
    for text in texts:
        print(text)
    shown = f"{found.cosine:.3f} between wordings, {found.others:.3f} with other users' texts"
    print(f"mean cosine: {shown}".replace("nan", "undefined"))
    return OK
