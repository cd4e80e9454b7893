"""The command that draws maps: `map`, of a space and with settings of one's own."""

from __future__ import annotations

import argparse
from typing import Any

from llmrec_core.commands.shared import OK, add, print_json, recommender_of
from llmrec_core.commands.writers import resolved
from llmrec_core.errors import WrongUseError
from llmrec_core.writing.settings import WriterKind, Writing

WORDS, WRITER = "words", "writer"
_SPACES = ("text", "taste", "collaborative")


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "map", _map,
        "Lay out the map of a space, and say how far it can be trusted.", "study",
    )
    say = parser.add_argument
    say("--of", default="text", choices=_SPACES,
        help="text: what items say; taste: what liking one says about others; collaborative: who "
        "takes them")  # fmt: skip
    say("--neighbours", type=int, metavar="N", help="nearest items that hold an item; 15")
    say("--min-dist", type=float, metavar="X", help="how close points may lie, 0 to 1; 0.1")
    say("--seed", type=int, metavar="N", help="the same seed gives the same map; 42")
    say("--epochs", type=int, metavar="N", help="steps of the layout; 300")
    say("--names", choices=(WORDS, WRITER),
        help="who names the groups: the words of their items, or a model from them; as they were "
        "named last if left out")  # fmt: skip
    say("--writer", default="", choices=["", WriterKind.LOCAL, WriterKind.SERVER],
        help="whose model names them; the one chosen on the writing page if left out")  # fmt: skip
    say("--model", default="", help="a transformers name, a folder, smollm2, or a server's name")
    say("--server", default="", metavar="URL", help="base URL such as http://localhost:11434/v1")
    say("--language", default="English", help="the language of a model's names")
    say("--json", action="store_true", help="one JSON document on stdout")


def _map(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.headless.mapping import map_document, map_lines
    from llmrec_core.project import MapRecipe

    recommender = recommender_of(options.study)
    given = {
        name: getattr(options, name) for name in ("neighbours", "min_dist", "seed", "epochs")
        if getattr(options, name) is not None
    }
    built = recommender.recipe
    usual = {"neighbours": built.map_neighbours, "seed": built.map_seed}
    recipe = MapRecipe.from_document({**usual, "of": options.of, **given})
    with headless.ProgressLine() as line:
        document = map_document(
            recommender, recipe, line.say, _writing(options, recommender.study),
            plain=options.names == WORDS,
        )
    if options.json:
        print_json(document)
        return OK
    for text in map_lines(document):
        print(text)
    return OK


def _writing(options: argparse.Namespace, study: Any) -> Writing | None:
    """Which model names the groups; None where none is asked."""
    from llmrec_core.writing.chosen import chosen

    if options.names != WRITER:
        if options.writer:
            raise WrongUseError("--writer says whose model names the groups: add --names writer.")
        return None
    if not options.writer:
        found = chosen(study).writing()
        if found.writer == WriterKind.TEMPLATE:
            raise WrongUseError(
                "The template names no groups: add --writer local or --writer server, or choose a "
                "model on the page «Writing»."
            )
        return resolved(found)
    local = options.writer == WriterKind.LOCAL
    return resolved(Writing(
        writer=options.writer, model=options.model or ("smollm2" if local else ""),
        server=options.server, language=options.language,
    ))
