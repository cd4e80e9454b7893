"""Commands that make studies: app, import, demo, build, export, doctor."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core import arguments
from llmrec_core.commands import left_out, writers
from llmrec_core.commands.shared import OK, add, add_settings, print_json, recommender_of

if TYPE_CHECKING:
    from llmrec_core.study import Study


def register(commands: Any) -> None:
    """Add the commands."""
    app = add(commands, "app", _app, "Open the studio in the browser.")
    app.add_argument("--port", type=arguments.port, default=8501)
    load = add(commands, "import", _import, "Read files into a study.", "study")
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
    demo = add(commands, "demo", _demo, "Make and build the demo study (simulated readers).")
    made = add(commands, "build", _build, "Make what is missing of a study.", "study")
    for parser in (demo, made):
        parser.add_argument(
            "--encoder", help="bundled, a folder, or a model's name; as last time if left out"
        )
        parser.add_argument(
            "--item-texts", type=arguments.count, metavar="N",
            help="write texts for the N items that say least of themselves, by the same writer; "
            "as many as last time if left out, 0 for none",
        )
        parser.add_argument(
            "--recipe", metavar="NAME",
            help="take the settings and weights of a saved recipe (see search); '' chooses anew",
        )
        parser.add_argument(
            "--distil", type=arguments.share_of_one, metavar="A",
            help="pull items that share attributes or triples together by A (such as 0.5) before "
            "anything is fitted; as last time if left out, 0 for not",
        )
        parser.add_argument(
            "--signals", type=arguments.signals, metavar="LIST",
            help="with commas: names, auto, all, -NAME; as last time if left out",
        )
        add_settings(parser, "; as last time if left out, '' for none")
        writers.add_options(parser)
        parser.epilog = "Without --writer, who writes is what was chosen on the writing page."
        left_out.forget_defaults(parser)
    doctor = add(commands, "doctor", _doctor, "Say what would be used here, and why.")
    doctor.add_argument("--json", action="store_true")
    add(commands, "export", _export, "Write a study's results as open files.", "study", "folder")


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
        print_json(report.document())
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
    from llmrec_core import build_lines, headless
    from llmrec_core.build import BuildRecipe, build
    from llmrec_core.enrich import Enriching
    from llmrec_core.signals.knowledge import relations_said
    from llmrec_core.study import Study

    study = Study.open(options.study)
    if words := left_out.fill(options, study):
        print(words)
    writing = writers.writing_of(options, study)
    limits = left_out.bounded(options, study, writers.limits_of(options))
    enriching = Enriching.by(options.item_texts, writing)
    recipe = BuildRecipe(
        encoder=options.encoder, writing=writing, enriching=enriching, signals=options.signals,
        distilled=options.distil, settings=left_out.settings_of(options, study),
        saved=options.recipe, saved_key=_saved_key(study, options.recipe),
    )
    desk = writers.desk_for(options, study, writing, limits, enriching)
    with headless.ProgressLine() as line:
        keys = build(study, recipe, listener=line.show, desk=desk, limits=limits)
    if words := build_lines.writers_line(study.artefacts.card("descriptions", keys.descriptions)):
        print(words)
    for words in build_lines.signal_lines(study.artefacts.card("choice", keys.choice)):
        print(words)
    shared = study.artefacts.card("signals", keys.signals).get("relations", {})
    if words := relations_said(shared):
        print(words)
    placed = study.artefacts.card("map", keys.map)["placement"]
    print(build_lines.placement_line(placed))
    print(f"The study {study.name!r} is built. Look at it: llmrec app")
    return OK


def _saved_key(study: Study, name: str) -> str:
    """Which settings and weights the saved recipe `name` means; "" without a name."""
    from llmrec_core.search.saved import load_saved

    return load_saved(study, name).key if name else ""


def _export(options: argparse.Namespace) -> int:
    from llmrec_core.export import export

    for path in export(recommender_of(options.study), Path(options.folder)):
        print(path)
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from llmrec_core.doctor import examine

    findings = examine()
    if options.json:
        print_json(findings)
        return OK
    for name, value in findings.items():
        print(f"{name:<12} {value}")
    return OK
