"""The `llmrec` command: all the app can do, headless."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from llmrec_core import __version__
from llmrec_core.commands import (
    answers,
    audit,
    concepts,
    landscape,
    mapping,
    measuring,
    searching,
    studies,
    what_if,
    why_not,
)
from llmrec_core.commands.shared import FAILED, OK, WRONG_USE
from llmrec_core.errors import StudioError, WrongUseError


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
    groups = (
        studies, answers, measuring, searching, landscape, mapping,
        audit, concepts, what_if, why_not,
    )
    for group in groups:
        group.register(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
