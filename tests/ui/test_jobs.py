"""Builds as child processes: announced at once, cancelled, never two of one study."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llmrec_core import progress
from llmrec_core.errors import StudioError
from llmrec_core.study import Study
from llmrec_core.ui import child, jobs


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    (tmp_path / "s").mkdir()
    study = Study(tmp_path / "s")
    yield study
    jobs.end(study)


def _runs(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(jobs, "_command", lambda *_: [sys.executable, "-c", code])


def _wait_for_end(study: Study) -> progress.State:
    deadline = time.monotonic() + 60
    while jobs.running(study):
        assert time.monotonic() < deadline, "the child did not end"
        time.sleep(0.02)
    said = progress.read(study.progress_path)
    assert said is not None
    return said


def test_a_build_shows_as_running_before_it_says_anything(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page sees the child at once, and a second start is refused by name."""
    _runs(monkeypatch, "import time; time.sleep(30)")
    jobs.start(study)
    assert jobs.running(study)
    with pytest.raises(StudioError, match="'s' is being built already"):
        jobs.start(study)


def test_cancel_interrupts_the_child(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt reaches the child, which says so itself and is not named a crash."""
    _runs(monkeypatch, "import sys, time\ntry: time.sleep(30)\nexcept KeyboardInterrupt:\n"
          " print('llmrec: stopped', file=sys.stderr)")
    jobs.start(study)
    time.sleep(0.5)  # an interrupt before the interpreter is up would end it silently
    jobs.cancel(study)
    assert jobs.outcome(study, _wait_for_end(study)) == (progress.FAILED, "stopped")


def test_a_server_in_the_background_can_cancel_too(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell lets what it starts with «&» ignore interrupts; the child does not inherit that."""
    _runs(monkeypatch, "import sys, time\ntry: time.sleep(30)\nexcept KeyboardInterrupt:\n"
          " print('llmrec: stopped', file=sys.stderr)")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        jobs.start(study)
    finally:
        signal.signal(signal.SIGINT, before)
    time.sleep(0.5)
    jobs.cancel(study)
    assert jobs.outcome(study, _wait_for_end(study)) == (progress.FAILED, "stopped")


def test_an_early_cancel_is_called_so(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's last words on an interrupt are no failure, though it told nothing else."""
    last = "llmrec: stopped; what was finished is kept."
    _runs(monkeypatch, f"import sys; print({last!r}, file=sys.stderr); sys.exit(1)")
    jobs.start(study)
    status, words = jobs.outcome(study, _wait_for_end(study))
    assert status == progress.CANCELLED and "The build was cancelled" in words


def test_a_refusal_on_stderr_is_the_sentence(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the command line says last is what the page says."""
    _runs(monkeypatch, "import sys; print('llmrec: no such encoder', file=sys.stderr); sys.exit(1)")
    jobs.start(study)
    assert jobs.outcome(study, _wait_for_end(study))[1] == "no such encoder"


def test_a_child_that_dies_silently_is_explained(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves no word: the page says so and that a build goes on from there."""
    _runs(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    jobs.start(study)
    status, words = jobs.outcome(study, _wait_for_end(study))
    assert status == progress.FAILED and "the next build goes on from there" in words


def test_a_stale_file_never_gets_another_program_killed(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number from an old file that is somebody else's now is left alone."""
    import subprocess

    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        jobs.job(study).announce(other.pid)
        old = study.progress_path.read_text().replace('"stage": "starting"', '"stage": "fitting"')
        study.progress_path.write_text(old)
        jobs.cancel(study, hard=True)
        time.sleep(0.2)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_real_command_names_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that looks like an option stays the encoder's name."""
    command = jobs._command("demo", "--writer=x", ["--writer=template"])
    assert command[-3:] == ["demo", "--encoder=--writer=x", "--writer=template"]


def test_the_key_is_in_the_childs_environment_and_nowhere_else(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child can read it; no file of the study has it."""
    from llmrec_core.writing.chosen import Chosen

    monkeypatch.delenv("LLMREC_API_KEY", raising=False)
    _runs(monkeypatch, "import os, sys; "
          "print('llmrec:', len(os.environ['LLMREC_API_KEY']), file=sys.stderr); sys.exit(1)")
    settings = Chosen(writer="server", server="http://h/v1", server_model="m")
    jobs.start(study, settings=settings, key="sk-secret")
    assert jobs.outcome(study, _wait_for_end(study))[1] == str(len("sk-secret"))
    files = [path for path in study.folder.rglob("*") if path.is_file()]
    assert files and all(b"sk-secret" not in path.read_bytes() for path in files)


def test_incomplete_settings_start_nothing(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without an address is refused before any process is made."""
    from llmrec_core.writing.chosen import Chosen

    _runs(monkeypatch, "import time; time.sleep(30)")
    with pytest.raises(StudioError, match="no address"):
        jobs.start(study, settings=Chosen(writer="server"))
    assert not jobs.running(study)


def test_two_kinds_of_work_do_not_meet(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its own progress, lock and log: a running build is no running other work."""
    _runs(monkeypatch, "import time; time.sleep(30)")
    jobs.start(study)
    other = child.Job(study, replace(jobs.BUILD, name="x", progress="x.json", log="x.log"))
    assert jobs.running(study) and not other.running
    other.cancel(hard=True)
    assert jobs.running(study)
