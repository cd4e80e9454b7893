"""Other libraries, measured in environments of their own: they need older pandas and numpy.

An environment is made once, in the platform's cache folder, from the index that pip is set up with.
A script runs there as a child that does one thing a line: the parent writes the name of an action,
the child answers with a line of JSON. So two libraries can take turns, and a busy moment of the
machine hits both. Data goes over as files in one folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

OTHERS = Path(__file__).resolve().parent / "others"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def environment(name: str, requirements: Sequence[str], bare: Sequence[str] = ()) -> Path:
    """The Python of the environment `name`, made where it is not there yet.

    `bare` are installed without what they require themselves. The environment is made anew when
    the requirements change. Raises `SystemExit` with pip's last words where it cannot be made.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path("llmrec-studio-benchmarks", appauthor=False) / name
    python, stamp = folder / "bin" / "python", folder / "made.json"
    wanted = json.dumps([*requirements, *bare, list(sys.version_info[:2])])
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return python
    print(f"Making the environment {name} in {folder}…", flush=True)
    venv.EnvBuilder(clear=True, with_pip=True).create(folder)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for more, packages in ((["--no-deps"], bare), ([], requirements)):
        if packages:
            done = subprocess.run([*install, *more, *packages], capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{name} could not be installed: {done.stderr.strip()[-500:]}")
    stamp.write_text(wanted, "utf-8")
    return python


class Elsewhere:
    """A script of `others/` in another environment, waiting for what to do.

    It gets the folder of the exchanged files as its argument, one thread, and says when it is
    ready; used as a context, which ends it.
    """

    def __init__(self, python: Path, script: str, folder: Path) -> None:
        self._child = subprocess.Popen(
            [str(python), str(OTHERS / script), str(folder)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, cwd=folder,
            env={**os.environ, **ONE_THREAD, "PYTHONWARNINGS": "ignore"},
        )
        self.versions: dict[str, str] = self._answer()

    def ask(self, action: str) -> dict[str, Any]:
        """What the script answers to `action`."""
        assert self._child.stdin is not None
        self._child.stdin.write(action + "\n")
        self._child.stdin.flush()
        return self._answer()

    def seconds(self, action: str) -> float:
        """CPU seconds that `action` took there."""
        return float(self.ask(action)["seconds"])

    def _answer(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise SystemExit(f"{self._child.args} ended without an answer.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(30)
