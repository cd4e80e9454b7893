"""Reading in a child process with limits: a hostile file can end the child, not the studio."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from llmrec_core.errors import InputError, StudioError
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.report import LoadReport
from llmrec_core.readers.source import shown
from llmrec_core.readers.store import load_tables

if TYPE_CHECKING:
    from llmrec_core.readers.preview import Preview

__all__ = ["import_files", "load_tables", "preview_file"]

_POLL_SECONDS = 0.05
_ANSWER_BYTES = 32 << 20
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT", "TEMP", "TMP")


def import_files(
    paths: Sequence[Path],
    out_dir: Path,
    *,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    cancel: Callable[[], bool] | None = None,
) -> LoadReport:
    """`read` in a child process; the tables are then in `out_dir`, for `load_tables`.

    `cancel` is asked about every 50 ms; when it answers true the child is stopped and what
    `out_dir` held before stays.

    Raises
    ------
    InputError : what `read` would raise, or the limit that was met, or that it was cancelled.
    """
    limits = limits or Limits()
    request = {
        "task": "import",
        "paths": [str(Path(p).absolute()) for p in paths],
        "out_dir": str(Path(out_dir).absolute()),
        "format": format,
        "mapping": dict(mapping or {}),
        "limits": dataclasses.asdict(limits),
    }
    return LoadReport.from_document(_run(request, limits, cancel))


def preview_file(
    path: Path,
    *,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Preview:
    """`preview` in a child process, for a file that was just uploaded."""
    from llmrec_core.readers.preview import Preview

    limits = limits or Limits()
    request = {
        "task": "preview",
        "paths": [str(Path(path).absolute())],
        "format": format,
        "mapping": dict(mapping or {}),
        "limits": dataclasses.asdict(limits),
    }
    return Preview.from_document(_run(request, limits, None))


def _run(
    request: dict[str, Any], limits: Limits, cancel: Callable[[], bool] | None
) -> dict[str, Any]:
    """The child's answer; whatever else happens to the child is an `InputError`."""
    names = ", ".join(shown(Path(p).name) for p in request["paths"])
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(json.dumps(request).encode())
        question.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "llmrec_core.readers.sandbox"],
            stdin=question,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
        )
        try:
            _wait(child, names, limits, cancel)
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        return _answer(child.returncode, answer, names, limits)


def _environment() -> dict[str, str]:
    # Keys of language-model servers stay with the parent; the child only has to find the code.
    kept = {k: os.environ[k] for k in _KEPT_ENVIRONMENT if k in os.environ}
    code = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [code, os.environ.get("PYTHONPATH", "")]))
    # Arrow's own allocator reserves address space ahead, which the limit would count.
    arrow = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "2"}
    return {**kept, **arrow, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}


def _wait(
    child: subprocess.Popen[bytes],
    names: str,
    limits: Limits,
    cancel: Callable[[], bool] | None,
) -> None:
    deadline = time.monotonic() + limits.wall_seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_POLL_SECONDS)
            return
        if cancel is not None and cancel():
            raise InputError(f"Reading {names} was cancelled: nothing was changed.")
        if time.monotonic() > deadline:
            raise InputError(
                f"Reading {names} took more than {limits.wall_seconds:g} s: "
                "give a smaller file or raise the limit wall_seconds."
            )


def _answer(code: int, answer: IO[bytes], names: str, limits: Limits) -> dict[str, Any]:
    answer.seek(0)
    try:
        document = json.loads(answer.read(_ANSWER_BYTES))
    except ValueError:
        document = {}
    if "result" in document:
        result: dict[str, Any] = document["result"]
        return result
    if "error" in document:
        raise InputError(str(document["error"]))
    if code == -getattr(signal, "SIGXCPU", 24):
        raise InputError(
            f"Reading {names} took more than {limits.cpu_seconds} s of CPU time: "
            "give a smaller file or raise the limit cpu_seconds."
        )
    if code == -getattr(signal, "SIGKILL", 9):
        raise InputError(
            f"Reading {names} was stopped by the system, most likely for memory or CPU time: "
            "give a smaller file."
        )
    what = f"signal {-code}" if code < 0 else f"exit {code}"
    raise InputError(
        f"Reading {names} ended the reader ({what}): the file may be damaged or need more than "
        f"{limits.memory_bytes:,} bytes of memory; save it again as CSV or raise memory_bytes."
    )


def main() -> None:
    """The child: a request as JSON on stdin, a result or an error as JSON on stdout."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    _confine(limits)
    try:
        document: dict[str, Any] = {"result": _serve(request, limits)}
    except StudioError as error:
        document = {"error": str(error)}
    except MemoryError:
        document = {
            "error": "The files need more memory than is allowed: "
            "split them or raise the limit memory_bytes."
        }
    except OSError as error:
        document = {
            "error": f"The tables cannot be written ({error.strerror}): "
            "make room on the disk or check the folder's permissions."
        }
    sys.stdout.write(json.dumps(document))


def _confine(limits: Limits) -> None:
    """Set the limits that the operating system enforces; those it does not know are left out."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.expanded_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in wanted.items():
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, hard))


def _serve(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    # Imported after the limits are set: what the libraries allocate counts too.
    from llmrec_core.readers import preview, read
    from llmrec_core.readers.store import save_tables

    paths = [Path(p) for p in request["paths"]]
    how = {"format": request["format"], "mapping": request["mapping"], "limits": limits}
    if request["task"] == "preview":
        return preview(paths[0], **how).document()
    tables, report = read(paths, **how)
    save_tables(tables, report, Path(request["out_dir"]))
    return report.document()


if __name__ == "__main__":
    main()
