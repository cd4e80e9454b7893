"""kill -9 in the middle of a build: the study opens or says what is missing, the next one ends.

The children run the real command with the bundled encoder; moments are seeded and lie all over
the build, from its imports to its last stage.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import world

from llmrec_core import progress
from llmrec_core.build import build
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study

KILLS = int(os.environ.get("LLMREC_KILLS", "4"))
"""How often a build is killed; more in a long loop."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with «tiny», read but not built."""
    home = tmp_path_factory.mktemp("kill") / "home"
    Study.create("tiny", world.write_files(home.parent / "files"), where=home)
    return home


def start(home):
    """The child that builds «tiny»."""
    return subprocess.Popen(
        [sys.executable, "-m", "llmrec_core.cli", "build", "tiny"],
        env={**os.environ, "LLMREC_HOME": str(home)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )


def wait_for(child, study, stage, extra):
    """Wait until the build reaches its `stage`-th stage, then `extra` seconds more."""
    while child.poll() is None:
        state = progress.read(study.progress_path)
        if state is not None and state.pid == child.pid and state.stages_done >= stage:
            break
        time.sleep(0.01)
    time.sleep(extra)


def whole_or_named(study):
    """Opening gives a recommender that answers, or an error that names the build."""
    try:
        rec = Recommender(study)
        block = rec.block(rec.profile("u00"))
        assert np.isfinite(block.values).all()
        return True
    except StudioError as error:
        assert "llmrec build tiny" in str(error)
        return False


@pytest.mark.encoder
def test_kill_at_random_moments_of_a_build(home, monkeypatch):
    """After every kill the artefacts there are whole; in the end the build finishes and answers."""
    monkeypatch.setenv("LLMREC_HOME", str(home))
    rng, study = random.Random(42), Study.open("tiny")
    kept = set()
    for kill in range(KILLS):
        child = start(home)
        wait_for(child, study, kill * 7 // KILLS, rng.uniform(0, 0.5))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(30)
        child.stderr.close()
        if child.returncode == -signal.SIGKILL:
            state = progress.read(study.progress_path)
            assert state is None or not state.alive
        whole_or_named(Study.open("tiny"))
        cards = set((study.folder / "artefacts").rglob("*.json"))
        assert kept <= cards  # what was finished before stays finished
        kept = cards
        for card in cards:
            assert study.artefacts._read(card.parent.name, card.stem)
    finish(home, study)
    assert kept <= set((study.folder / "artefacts").rglob("*.json"))
    swept = study.artefacts.sweep(older_than=-1)
    assert swept <= KILLS
    assert whole_or_named(study)


def finish(home, study):
    """A build that nobody stops succeeds and says so."""
    child = start(home)
    _, err = child.communicate(timeout=300)
    assert child.returncode == 0, err.decode()
    assert progress.read(study.progress_path).status == progress.DONE
    assert whole_or_named(study)


@pytest.mark.encoder
def test_a_build_after_a_kill_makes_what_an_undisturbed_one_makes(
    home, tmp_path, monkeypatch, bundled_encoder
):
    """The numbers are those of a build that was never stopped: same keys, same bytes."""
    monkeypatch.setenv("LLMREC_HOME", str(home))
    if not whole_or_named(Study.open("tiny")):
        finish(home, Study.open("tiny"))
    other = tmp_path / "home"
    shutil.copytree(home, other)
    shutil.rmtree(other / "tiny" / "artefacts")
    (other / "tiny" / "build.json").unlink()
    monkeypatch.setenv("LLMREC_HOME", str(other))
    build(Study.open("tiny"), encoder=bundled_encoder)

    def digests(home):
        cards = (home / "tiny" / "artefacts").rglob("*.json")
        return {c.stem: json.loads(c.read_text())["sha256"] for c in cards}

    assert digests(home) == digests(other)


def test_a_killed_build_holds_no_lock(home, monkeypatch):
    """The lock goes with the process: the next build is not told to wait."""
    monkeypatch.setenv("LLMREC_HOME", str(home))
    study = Study.open("tiny")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with study.alone():
                os.write(writer, b"held")
                time.sleep(60)
        finally:
            os._exit(0)
    os.close(writer)  # so that a child that fails is read as the end, not waited for
    assert os.read(reader, 4) == b"held"
    with pytest.raises(StudioError, match="being built by another"), study.alone():
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with study.alone():
        pass
