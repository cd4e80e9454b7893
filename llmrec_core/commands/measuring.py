"""The command that measures: `evaluate`, under a protocol or for controllability."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from llmrec_core import arguments
from llmrec_core.commands import left_out, writers
from llmrec_core.commands.shared import OK, add, add_settings, print_json, recommender_of

if TYPE_CHECKING:
    from llmrec_core.evaluate import Extra, Progress, Result
    from llmrec_core.evaluate.writers import Write
    from llmrec_core.study import Study


BEYOND = {
    "control": "also write descriptions from all rows on purpose and show the false gain",
    "against": "beside the published table of the protocol, with its models fitted here too",
    "slices": "also by kinds of users (rows, popularity, attributes) and of held-out items",
    "cold": "also hide a fifth of the users: lists when 0, 1, 3, 5, 10 of their rows are known",
    "new-items": "also hide a fifth of the items: lists of them by text alone",
    "liking": "also how good the probability of a like is, beside what means alone say",
    "match": "also rows of the plain text match: raw, centred, with weights of concepts",
    "faithful": "also take the reasons of recommendations away and see whether they fall",
}
"""What may be measured beyond the usual rows: option -> what it adds."""


def register(commands: Any) -> None:
    """Add the command."""
    parser = add(
        commands, "evaluate", _evaluate,
        "Measure under a protocol, or whether lists follow an edited description.", "study",
    )
    parser.add_argument("--protocol", default="temporal")
    parser.add_argument("--encoder", help="the last build's where it is not given")
    parser.add_argument(
        "--signals", default="auto", type=arguments.signals, metavar="LIST",
        help="with commas: names, auto, all, -NAME",
    )
    add_settings(parser)
    parser.add_argument(
        "--controllability", action="store_true",
        help="three tests of steering on the built study instead of a protocol",
    )
    parser.add_argument(
        "--descriptions", choices=("training", "study"), default="training",
        help="training: written from training rows; study: rows for the study's own texts too",
    )
    parser.add_argument(
        "--leaked", choices=("refuse", "flag"), default="refuse",
        help="what to do where the study's texts saw held-out rows",
    )
    parser.add_argument(
        "--recipe", metavar="NAME",
        help="measure a saved recipe (see search): nothing is chosen, --signals do not count",
    )
    for name, meaning in BEYOND.items():
        parser.add_argument(f"--{name}", action="store_true", help=meaning)
    parser.add_argument(
        "--writers", metavar="LIST",
        help="also compare writers, such as template,local:prose,local:keywords",
    )
    parser.add_argument("--model", default="", help="the model of --writers")
    parser.add_argument("--server", default="", help="the base URL of --writers' server")
    parser.add_argument(
        "--sample", type=arguments.length, default=0, metavar="N",
        help="users that --writers and --controllability take; all without it",
    )
    writers.add_bounds(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _evaluate(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.steer.lines import steering_lines
    from llmrec_core.study import Study

    with headless.ProgressLine() as line:
        if options.controllability:
            document = _steered(options, line.say)
        else:
            study = Study.open(options.study)
            result = headless.evaluate(
                study, options.protocol, options.encoder, line.say, _extras(options, study),
                options.signals, more=_more(options, study), recipe=options.recipe,
                settings=left_out.settings_given(options.set, options.recipe),
            )
            document = {**result.document, **_slices(options, study, result)}
    if options.json:
        print_json(document)
        return OK
    told = steering_lines if options.controllability else headless.evaluation_lines
    for text in told(document):
        print(text)
    return OK


def _slices(options: argparse.Namespace, study: Study, result: Result) -> dict[str, Any]:
    """{"slices": records} where they are asked for: they are computed from what is kept."""
    from llmrec_core.evaluate.slices import slices_of

    if not options.slices:
        return {}
    return {"slices": slices_of(result, study.tables()).to_dict("records")}


def _steered(options: argparse.Namespace, tell: Progress) -> dict[str, Any]:
    from llmrec_core.steer.report import controllability

    return controllability(recommender_of(options.study), options.sample, tell)


_USUAL = {
    "run", "study", "json", "recipe", "protocol", "encoder", "signals", "controllability", "slices",
    "most_tokens", "most_cost", "prices", "yes", "set",
}
"""Options that add no row: what else is asked for is part of a kept evaluation's name."""


def _more(options: argparse.Namespace, study: Study) -> dict[str, Any]:
    """The options that make rows beyond the usual ones, and what these are made of."""
    from llmrec_core.made import version

    given = {k: v for k, v in vars(options).items() if k not in _USUAL and v}
    more = {k: v for k, v in given.items() if (k, v) not in _PLAIN}
    if options.descriptions == "study":  # the study's own texts, with the edits in force
        more |= {"build": version(study), "edits": study.journal.revision()}
    return more


_PLAIN = {("descriptions", "training"), ("leaked", "refuse")}
"""What those options are where nothing is said."""


def _extras(options: argparse.Namespace, study: Study) -> list[Extra]:
    """What is measured beyond the usual rows."""
    from llmrec_core.evaluate import (
        ColdCurve,
        Control,
        Faithful,
        Likes,
        Matches,
        NewItems,
        Reruns,
        StudyTexts,
        Writers,
    )

    out: list[Extra] = []
    if options.against:
        out.append(Reruns(options.protocol))
    if options.descriptions == "study":
        out.append(StudyTexts(recommender_of(options.study), options.leaked == "flag"))
    if options.control:
        out.append(Control())
    if options.cold:
        out.append(ColdCurve())
    if options.new_items:
        out.append(NewItems())
    if options.liking:
        out.append(Likes())
    if options.match:
        out.append(Matches())
    if options.faithful:
        out.append(Faithful())
    if options.writers:
        out.append(Writers(_compared(options, study), options.sample))
    return out


def _compared(options: argparse.Namespace, study: Study) -> dict[str, Write]:
    """The writers to compare, after saying what a server will be asked, and asking where it costs.
    """
    from llmrec_core.evaluate import writers_from
    from llmrec_core.evaluate.desks import Desks
    from llmrec_core.writing.settings import WriterKind, Writing

    base = Writing.from_document(
        {**Writing().document(), "model": options.model, "server": options.server}
    )
    named = writers_from(options.writers, base)
    named = {label: writers.resolved(writing) for label, writing in named.items()}
    desks = Desks(study, writers.limits_of(options))
    paid = [writing for writing in named.values() if writing.writer == WriterKind.SERVER]
    if paid:
        said = desks.estimate(paid, options.sample)
        writers.agree(options, said, desks.limits, paid[0].server, sys.stderr)
    return {label: desks.writer_of(writing) for label, writing in named.items()}
