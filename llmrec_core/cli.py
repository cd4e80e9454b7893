"""The `llmrec` command: all the app can do, headless."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core import __version__, arguments
from llmrec_core.errors import StudioError, WrongUseError

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

OK, FAILED, WRONG_USE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 on failure with one line on stderr, 2 on wrong use."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or shown its help
        return int(stop.code or OK)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:  # the reader of our output went away: nothing is left to say
        sys.stderr.close()
        return FAILED
    except StudioError as error:
        return _failed(str(error), WRONG_USE if isinstance(error, WrongUseError) else FAILED)
    except KeyboardInterrupt:
        return _failed("stopped; what was finished is kept.")
    except OSError as error:
        return _failed(f"{error.filename or 'a file'} cannot be used ({error.strerror or error}).")
    except MemoryError:
        return _failed("this needs more memory than there is: filter the study's rows.")


def _failed(reason: str, code: int = FAILED) -> int:
    print("llmrec: " + " ".join(reason.split()), file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="llmrec", description="An analyst's studio for recommenders that read."
    )
    parser.add_argument("--version", action="version", version=f"llmrec {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _study_commands(commands)
    _answer_commands(commands)
    return parser


def _add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], about: str, *arguments: str
) -> argparse.ArgumentParser:
    """A command with its positional arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    for argument in arguments:
        parser.add_argument(argument)
    return parser


def _study_commands(commands: Any) -> None:
    app = _add(commands, "app", _app, "Open the studio in the browser.")
    app.add_argument("--port", type=arguments.port, default=8501)
    load = _add(commands, "import", _import, "Read files into a study.", "study")
    load.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    load.add_argument(
        "--format", default="auto", type=arguments.file_format,
        help="auto, or the name of a format",
    )
    load.add_argument(
        "--map", action="append", default=[], metavar="OURS=THEIRS", type=arguments.pair,
        help="a column by hand, such as user_id=uid; - means none",
    )
    load.add_argument("--replace", action="store_true", help="replace the study's data")
    load.add_argument("--json", action="store_true", help="print the load report as JSON")
    demo = _add(commands, "demo", _demo, "Make and build the demo study (simulated readers).")
    made = _add(commands, "build", _build, "Make what is missing of a study.", "study")
    for parser in (demo, made):
        parser.add_argument(
            "--encoder", default="bundled", help="bundled, a folder, or a model's name"
        )
        parser.add_argument("--writer", default="template", choices=["template"])
    doctor = _add(commands, "doctor", _doctor, "Say what would be used here, and why.")
    doctor.add_argument("--json", action="store_true")


def _answer_commands(commands: Any) -> None:
    recommend = _add(
        commands, "recommend", _recommend, "The list of one user.", "study", "user"
    )
    recommend.add_argument("--n", type=arguments.length, default=10)
    recommend.add_argument("--text", help="sentences to use instead of the user's description")
    explain = _add(
        commands, "explain", _explain, "The ledger of one score.", "study", "user", "item"
    )
    exposure = _add(commands, "exposure", _exposure, "The long tail of everybody's lists.", "study")
    exposure.add_argument("--n", type=arguments.length, default=10)
    for parser in (recommend, explain, exposure):
        parser.add_argument("--weights", help="a saved name, or JSON such as '{\"taste\": 1}'")
    evaluate = _add(commands, "evaluate", _evaluate, "Measure under a protocol.", "study")
    evaluate.add_argument("--protocol", default="temporal")
    evaluate.add_argument("--encoder", help="the last build's where it is not given")
    for parser in (recommend, explain, exposure, evaluate):
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    _add(commands, "export", _export, "Write a study's results as open files.", "study", "folder")


def _print_json(document: object) -> None:
    from llmrec_core.headless import without_nan

    print(json.dumps(without_nan(document), ensure_ascii=False, indent=1))


def _app(options: argparse.Namespace) -> int:
    from llmrec_core.ui.serve import serve

    return serve(options.port)


def _import(options: argparse.Namespace) -> int:
    from llmrec_core.readers import LoadReport
    from llmrec_core.study import Study

    mapping = dict(options.map)
    study = Study.create(
        options.study, options.paths, format=options.format, mapping=mapping,
        replace=options.replace,
    )
    report = LoadReport.from_document(study.card["report"])
    if options.json:
        _print_json(report.document())
        return OK
    for file in report.files:
        kept = f"{file.rows_kept:,} of {file.rows_read:,} rows kept"
        print(f"{file.name}: {file.format}, {file.role}, {kept}")
        for note in (*file.repairs, *file.notes):
            print(f"  {note}")
    for repair in report.repairs:
        print(f"  {repair}")
    print(f"Next: llmrec build {study.name}")
    return OK


def _demo(options: argparse.Namespace) -> int:
    from llmrec_core.demo import create_demo

    options.study = create_demo().name
    return _build(options)


def _build(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.build import BuildRecipe, build
    from llmrec_core.study import Study

    study = Study.open(options.study)
    recipe = BuildRecipe(encoder=options.encoder, writer=options.writer)
    with headless.ProgressLine() as line:
        keys = build(study, recipe, listener=line.show)
    placed = study.artefacts.card("map", keys.map)["placement"]
    print(headless.placement_line(placed))
    print(f"The study {study.name!r} is built. Look at it: llmrec app")
    return OK


def _recommender(name: str) -> Recommender:
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study

    return Recommender(Study.open(name))


def _recommend(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.recommend(
        _recommender(options.study), options.user, options.n, options.weights, options.text
    )
    if options.json:
        _print_json(document)
        return OK
    for line in document["items"]:
        print(f"{line['rank']:>3}  {line['score']:7.3f}  {line['item_id']:<12}  {line['title']}")
    print(f"{document['milliseconds']:.2f} ms to rank")
    return OK


def _explain(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.explain(
        _recommender(options.study), options.user, options.item, options.weights
    )
    if options.json:
        _print_json(document)
        return OK
    print(f"{document['title']}: score {document['score']:.4f}, rank {document['rank'] or 'none'}")
    for line in headless.ledger_lines(document["ledger"]):
        print(line)
    return OK


def _exposure(options: argparse.Namespace) -> int:
    from llmrec_core import headless

    document = headless.exposure(_recommender(options.study), options.n, options.weights)
    if options.json:
        _print_json(document)
        return OK
    for name, value in document["metrics"].items():
        print(f"{name:<28} " + ("undefined" if value is None else f"{value:.4f}"))
    return OK


def _evaluate(options: argparse.Namespace) -> int:
    from llmrec_core import headless
    from llmrec_core.study import Study

    with headless.ProgressLine() as line:
        document = headless.evaluate(
            Study.open(options.study), options.protocol, options.encoder, line.say
        )
    if options.json:
        _print_json(document)
        return OK
    for text in headless.evaluation_lines(document):
        print(text)
    return OK


def _export(options: argparse.Namespace) -> int:
    from llmrec_core.export import export

    for path in export(_recommender(options.study), Path(options.folder)):
        print(path)
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from llmrec_core.doctor import examine

    findings = examine()
    if options.json:
        _print_json(findings)
        return OK
    for name, value in findings.items():
        print(f"{name:<12} {value}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
