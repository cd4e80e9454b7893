"""Running the `llmrec` command in the test's own process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmrec_core import cli

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *argv: object) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of one command."""
    code = cli.main([str(a) for a in argv])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys: Capture, *argv: object) -> Any:
    """The JSON document of a command that succeeds and says nothing else."""
    code, out, _ = run(capsys, *argv, "--json")
    assert code == cli.OK
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def refused(capsys: Capture, *argv: object) -> str:
    """The one line that a failing command says."""
    code, out, err = run(capsys, *argv)
    assert (code, out) == (cli.FAILED, "")
    line, end = err.splitlines()[-1], err[-1]
    assert line.startswith("llmrec: ")
    assert end == "\n"
    assert "Traceback" not in err
    return line
