"""Commands that answer for a built study: recommend, explain, exposure."""

from __future__ import annotations

import argparse
from typing import Any

from llmrec_core import arguments
from llmrec_core.commands.shared import OK, add, print_json, recommender_of
from llmrec_core.commands.writers import resolved
from llmrec_core.errors import WrongUseError
from llmrec_core.writing.settings import WriterKind, Writing


def register(commands: Any) -> None:
    """Add the commands."""
    recommend = add(
        commands, "recommend", _recommend, "The list of one user.", "study", "user"
    )
    recommend.add_argument("--n", type=arguments.length, default=10)
    recommend.add_argument("--text", help="sentences to use instead of the user's description")
    explain = add(
        commands, "explain", _explain, "The ledger of one score.", "study", "user", "item"
    )
    _add_words(explain)
    explain.add_argument(
        "--by-word", action="store_true",
        help="open sentences and past items to their words, the user's and the item's",
    )
    explain.add_argument(
        "--faithful", action="store_true",
        help="take its reasons away, the strongest first and in random orders, and score anew",
    )
    exposure = add(commands, "exposure", _exposure, "The long tail of everybody's lists.", "study")
    exposure.add_argument("--n", type=arguments.length, default=10)
    for parser in (recommend, explain, exposure):
        parser.add_argument("--weights", help="a saved name, or JSON such as '{\"taste\": 1}'")
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _recommend(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.known import Known

    document = headless.recommend(
        recommender_of(options.study), options.user, options.n, options.weights, options.text
    )
    if options.json:
        print_json(document)
        return OK
    for line in document["items"]:
        print(f"{line['rank']:>3}  {line['score']:7.3f}  {line['item_id']:<12}  {line['title']}")
    print(Known(**document["known"]).sentence())
    print(f"{document['milliseconds']:.2f} ms to rank, weights: {document['weights_name']}")
    return OK


def _add_words(parser: argparse.ArgumentParser) -> None:
    """Who says why, and in which language."""
    say = parser.add_argument
    say("--words", action="store_true", help="say why in a sentence or two, above the ledger")
    say("--writer", default="template", choices=[*WriterKind], help="who says it")
    say("--model", default="", help="a transformers name, a folder, smollm2, or a server's name")
    say("--server", default="", metavar="URL", help="base URL such as http://localhost:11434/v1")
    say("--language", default="English", help="the language of a model's words")


def _words_of(options: argparse.Namespace) -> Writing | None:
    """Who writes the words; None where none are asked for."""
    if not options.words:
        if options.writer != WriterKind.TEMPLATE:
            raise WrongUseError("--writer says who writes the words: add --words.")
        return None
    local = options.writer == WriterKind.LOCAL
    return resolved(Writing(
        writer=options.writer, model=options.model or ("smollm2" if local else ""),
        server=options.server, language=options.language,
    ))


def _explain(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.explain(
        recommender_of(options.study), options.user, options.item, options.weights,
        words=_words_of(options), by_word=options.by_word,
        past_items=headless.MOST_PAST if options.json else headless.FEW_PAST,
        faithful=options.faithful,
    )
    if options.json:
        print_json(document)
        return OK
    print(f"{document['title']}: score {document['score']:.4f}, rank {document['rank'] or 'none'}")
    print(f"weights: {document['weights_name']}")
    if options.words:
        print(document["reason"]["text"])
        if document["reason"]["fallback"]:
            print(f"(by the template: {document['reason']['fallback']})")
    for line in headless.ledger_lines(document["ledger"]):
        print(line)
    if options.by_word:
        for line in headless.word_lines(document["by_word"]):
            print(line)
    if options.faithful:
        for line in headless.faithful_lines(document["faithful"]):
            print(line)
    return OK


def _exposure(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.exposure(recommender_of(options.study), options.n, options.weights)
    if options.json:
        print_json(document)
        return OK
    for name, value in document["metrics"].items():
        print(f"{name:<28} " + ("undefined" if value is None else f"{value:.4f}"))
    return OK
