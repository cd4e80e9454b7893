"""The options of `llmrec build` that say who writes, and what is asked before it costs anything."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from llmrec_core import arguments
from llmrec_core.errors import StudioError, WrongUseError
from llmrec_core.writing.settings import Scheme, Unsupported, WriterKind, Writing, look_of

if TYPE_CHECKING:
    from llmrec_core.enrich import Enriching
    from llmrec_core.llm.budget import Estimate
    from llmrec_core.llm.limits import Limits
    from llmrec_core.study import Study
    from llmrec_core.writing.desk import Desk

COMMAND_LINE = "command line"
"""The author of a prompt that was given as a file."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Who writes, how, and for how much."""
    group = parser.add_argument_group("descriptions")
    say = group.add_argument
    say("--writer", default="template", choices=[*WriterKind], help="who writes descriptions")
    say("--model", default="", help="a transformers name, a folder, smollm2, or a server's name")
    say("--server", default="", metavar="URL", help="base URL such as http://localhost:11434/v1")
    say("--scheme", default="prose", choices=[*Scheme], help="the form of a description")
    say("--language", default="English", help="what descriptions are written in")
    say("--prompt", default="", metavar="FILE", help="a prompt of your own: a file, or the "
        "digest of a version in the study's journal")  # fmt: skip
    say("--unsupported", default="mark", choices=[*Unsupported],
        help="what becomes of sentences that the evidence does not bear out")  # fmt: skip
    say("--sample", type=arguments.count, default=0, metavar="N",
        help="users that the model writes for, drawn evenly; 0 is all")  # fmt: skip
    say("--max-tokens", type=arguments.length, default=320, metavar="N", help="longest answer")
    add_bounds(group)


def add_bounds(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """For how much a server is asked, all stages of the command together."""
    say = parser.add_argument
    say("--most-tokens", type=arguments.count, metavar="N",
        help="cap on the tokens of the whole command; 0 is none")  # fmt: skip
    say("--most-cost", type=arguments.amount, metavar="X",
        help="cap on the spending of the whole command; 0 is none")  # fmt: skip
    say("--prices", type=arguments.prices, metavar="READ,WRITTEN",
        help="what a million tokens cost, such as 0.15,0.60; 0,0 is free")  # fmt: skip
    say("--yes", action="store_true", help="do not ask before a server is paid")


def writing_of(options: argparse.Namespace, study: Study) -> Writing:
    """The settings that the options name; a prompt file is saved in the journal first."""
    local = options.writer == WriterKind.LOCAL
    return resolved(Writing(
        writer=options.writer, model=options.model or ("smollm2" if local else ""),
        server=options.server, scheme=options.scheme,
        language=options.language, prompt=_prompt(options, study),
        unsupported=options.unsupported, sample=options.sample, max_tokens=options.max_tokens,
    ))


def resolved(writing: Writing) -> Writing:
    """With the address that is really asked, also where LLMREC_SERVER names it, and the look of
    a local model's folder.

    What is written is named by its settings: two models must not have one name.
    """
    from llmrec_core.llm.address import check_address

    if writing.writer == WriterKind.SERVER:
        return replace(writing, server=check_address(writing.server))
    local = writing.writer == WriterKind.LOCAL
    return replace(writing, server="", weights=look_of(Path(writing.model)) if local else "")


def limits_of(options: argparse.Namespace) -> Limits:
    """The environment's limits with what the options say instead."""
    from llmrec_core.llm.limits import Limits, Prices

    given = {name: getattr(options, name) for name in ("most_tokens", "most_cost")}
    said = {name: value for name, value in given.items() if value is not None}
    if options.prices is not None:
        said["prices"] = Prices(*options.prices)
    return replace(Limits.from_environment(), **said)


def desk_for(
    options: argparse.Namespace, study: Study, writing: Writing, limits: Limits,
    enriching: Enriching | None = None,
) -> Desk | None:
    """Where a server's descriptions are written, after saying what they will take.

    Asks where they may cost and no cap is set. None for the other writers: the template needs no
    desk, and a model on this machine is loaded by the stage that needs it.
    """
    from llmrec_core.writing.desk import open_desk
    from llmrec_core.writing.plan import on_top, plan

    if writing.writer != WriterKind.SERVER:
        return None
    desk = open_desk(writing, study, limits)
    said = plan(study, writing, desk, enriching)
    if more := on_top(writing):
        print(more, flush=True)
    agree(options, said, limits, writing.server)
    return desk


def agree(
    options: argparse.Namespace, said: Estimate, limits: Limits, server: str,
    stream: TextIO | None = None,
) -> None:
    """Say what it will take; ask where it may cost money and no cap is set.

    A server elsewhere whose prices are not known may cost anything; one on this machine is free.
    Raises `WrongUseError` where nobody can answer, `StudioError` for a no.
    """
    from llmrec_core.llm.address import is_here

    print(said.sentence(), flush=True, file=stream)
    unpriced = options.prices is None and not (limits.prices.read or limits.prices.written)
    unknown = unpriced and not is_here(server) and said.known < said.requests
    capped = limits.most_tokens or limits.most_cost
    if options.yes or capped or not (said.cost or unknown):
        return
    why = "What this server costs is not known" if unknown else "This costs money"
    if not sys.stdin.isatty():
        free = ", --prices 0,0 where it is free" if unknown else ""
        raise WrongUseError(
            f"{why} and no cap is set: give --most-tokens N, --most-cost X with --prices{free}, "
            "or --yes. In the app, set a cap on the page «Writing» or start there."
        )
    if input(f"{why}, and no cap is set. Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
        raise StudioError("Nothing was asked and nothing was built.")


def _prompt(options: argparse.Namespace, study: Study) -> str:
    """The digest of the prompt that the option names, "" for the file that the scheme has."""
    from llmrec_core.writing.prompts import default, digest_of

    given, path = options.prompt.strip(), Path(options.prompt)
    if not given:
        return ""
    if not path.is_file():
        if study.journal.prompt_text(given) is None and given != digest_of(default(options.scheme)):
            raise WrongUseError(
                f"There is no file {given!r}, and no version of a prompt in this study's journal "
                "has this digest: correct --prompt."
            )
        return str(given)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise WrongUseError(f"The prompt {path} is not UTF-8 text: save it as such.") from error
    study.journal.save_prompt(options.scheme, text, COMMAND_LINE)
    return digest_of(text)
