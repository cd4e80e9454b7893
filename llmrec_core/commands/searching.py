"""The command that searches: `search`, for a recipe within a budget of minutes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands import left_out
from llmrec_core.commands.shared import OK, add, add_settings, print_json


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "search", _search,
        "Search settings and weights, judged on users that no fit has seen; resumes.", "study",
    )
    parser.add_argument(
        "--minutes", type=arguments.minutes, default=10.0, metavar="M",
        help="10 if left out; fitting the defaults first is in them, judging the best comes on top",
    )
    parser.add_argument(
        "--protocol", default="temporal",
        help="its training rows are searched on; what it holds out is not read",
    )
    parser.add_argument(
        "--signals", default="auto", type=arguments.signals, metavar="LIST",
        help="with commas: names, auto, all, -NAME",
    )
    add_settings(parser)
    parser.add_argument("--encoder", help="the last build's where it is not given")
    parser.add_argument("--save", metavar="NAME", help="save the best recipe under this name")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _search(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.protocol import named
    from llmrec_core.search.saved import save_found
    from llmrec_core.search.whole import found_lines, search_study
    from llmrec_core.study import Study, home
    from llmrec_core.texts import Texts

    study, protocol = Study.open(options.study), named(options.protocol)
    if not protocol.published:
        protocol = replace(protocol, filters=study.filters)
    texts = Texts(headless.encoder_for(study, options.encoder), home() / "cache")
    with headless.ProgressLine() as line:
        document = search_study(
            study, protocol, texts, options.signals, options.minutes, line.say,
            settings=left_out.settings_given(options.set, None),
        )
    if options.save:
        save_found(study, options.save, document)
    if options.json:
        print_json(document)
        return OK
    for text in found_lines(document):
        print(text)
    if options.save:
        saved = "Saved" if document["value"] > document["begun"] else "The defaults are saved"
        print(
            f"{saved}. Next: llmrec evaluate {study.name} --protocol {protocol.name} "
            f"--recipe '{options.save}', or llmrec build {study.name} --recipe '{options.save}'"
        )
    return OK
