"""Fixtures shared by all tests: encoders, real and fake."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import world

from llmrec_core.embed import Encoder, load_encoder
from llmrec_core.embed.encoder import Progress

if TYPE_CHECKING:
    from chat_server import ChatServer

    from llmrec_core.llm.local import LocalModel
    from llmrec_core.study import Study

WORKERS = 2
"""At most: tests drive a browser and kill children, and on a crowded machine these are late."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes `-n auto` means: one for a core, two at most; 0 is this process alone."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores, WORKERS) if cores > 1 else 0


def pytest_configure(config: pytest.Config) -> None:
    """Beside another worker every process, and each that it starts, computes on one thread."""
    if (getattr(config.option, "numprocesses", None) or 0) > 1:
        os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`: a file stays on one worker, and so does all that drives the browser."""
    if config.getvalue("dist") != "loadfile":
        return None
    from scheduling import Scheduling

    return Scheduling(config, log)


class FakeEncoder:
    """A deterministic encoder without a model: every word is a fixed random vector, mean pooled.

    Texts that share words are alike; that is all a unit test needs. `encoded` lists every text it
    was asked for, in order.
    """

    name, device, precision, max_tokens = "fake", "cpu", "fp32", 10_000
    exact_words = True

    def __init__(self, dim: int = 32) -> None:
        self.dim = dim
        self.key = f"fake-{dim}"
        self.encoded: list[str] = []

    def _word(self, word: str) -> np.ndarray:
        plain = word.lower().strip(".,:;!?()«»\"'")
        seed = int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little")
        return np.random.default_rng(seed).standard_normal(self.dim).astype(np.float32)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """(n, dim) float32, rows of norm 1."""
        self.encoded.extend(texts)
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            out[row] = np.sum([vector for _, vector in self.word_vectors(text)], axis=0)
            if progress is not None:
                progress(row + 1, len(texts))
        return out

    def word_vectors(self, text: str) -> list[tuple[str, np.ndarray]]:
        """(word, vector) pairs that sum to the vector of `text`; «·» is the rest."""
        words = [*text.split(), "·"]
        raw = np.array([self._word(word) for word in words])
        shares = raw / max(float(np.linalg.norm(raw.sum(axis=0))), 1e-12)
        return list(zip(words, shares.astype(np.float32), strict=True))


@pytest.fixture
def fake_encoder() -> FakeEncoder:
    """A fresh deterministic encoder that needs no model."""
    return FakeEncoder()


@pytest.fixture(scope="session")
def bundled_encoder() -> Encoder:
    """The real bundled encoder, loaded once per test run (mark such tests `encoder`)."""
    return load_encoder()


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the study «tiny»: the world of world.py, built with the fake encoder."""
    from llmrec_core.build import build
    from llmrec_core.study import Study

    home = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("LLMREC_HOME", str(home))
    try:
        study = Study.create("tiny", world.write_files(tmp_path_factory.mktemp("files")))
        build(study, encoder=FakeEncoder())
    finally:
        patch.undo()
    return home


@pytest.fixture
def built_study(
    built_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Study:
    """A private copy of the built study in LLMREC_HOME; typed texts meet a fake encoder."""
    from llmrec_core.study import Study
    from llmrec_core.texts import LazyEncoder

    shutil.copytree(built_home, tmp_path / "home")
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(LazyEncoder, "model", FakeEncoder())
    return Study.open("tiny")


@pytest.fixture(scope="session")
def smollm2_folder(request: pytest.FixtureRequest) -> Path:
    """The unpacked small chat model; kept between test runs, for unpacking takes half a minute."""
    from llmrec_core.llm import smollm2

    if not smollm2.installed():
        pytest.skip("the chat model SmolLM2 is not installed: make smollm2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(request.config.cache.mkdir("chat-model")))
        return smollm2.folder()


@pytest.fixture(scope="session")
def smollm2(smollm2_folder: Path) -> LocalModel:
    """SmolLM2 on this machine, loaded once per test run."""
    from llmrec_core.llm.local import load_local

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(smollm2_folder.parents[1]))
        return load_local()


@pytest.fixture(scope="session")
def chat_server(
    smollm2_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ChatServer]:
    """A real OpenAI-compatible server with SmolLM2: `url` and `model`."""
    from chat_server import serving

    with serving(smollm2_folder, tmp_path_factory.mktemp("serve")) as server:
        yield server
