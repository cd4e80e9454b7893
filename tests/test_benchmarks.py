"""The programs in benchmarks/: what they start is there, and no old figure passes for a new one."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import llmrec_core
from llmrec_core.demo import source_files
from llmrec_core.errors import UnknownIdError

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"


def program(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A program as a module; it finds its neighbours as it does when it is started."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module(name)


def test_scripts_that_are_started_elsewhere_are_in_the_repository() -> None:
    """A fresh clone has every script of others/ that a program names."""
    done = subprocess.run(
        ["git", "ls-files", "benchmarks/others"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    tracked = {Path(name).name for name in done.stdout.split()}
    named = {
        node.value
        for file in BENCHMARKS.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str) and node.value.endswith("_side.py")
    }
    assert len(named) >= 4
    assert named <= tracked


def benched() -> list[Path]:
    """The programs that `make bench` runs."""
    line = next(
        line for line in (ROOT / "Makefile").read_text("utf-8").splitlines()
        if line.startswith("BENCHMARKS ?=")
    )
    left_out = re.findall(r"%/(\w+\.py)", line)
    programs = [f for f in BENCHMARKS.glob("*.py") if "__main__" in f.read_text("utf-8")]
    return sorted(file for file in programs if file.name not in left_out)


def test_every_program_of_make_bench_starts_without_arguments() -> None:
    """None demands a positional one, and none reads one without looking whether it is there."""
    assert len(benched()) > 20
    demanding = []
    for file in benched():
        tree = ast.parse(file.read_text("utf-8"))
        looked = {
            inner for node in ast.walk(tree) if isinstance(node, ast.IfExp | ast.If)
            and "len(sys.argv)" in ast.unparse(node.test) for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_argument"):
                first, names = ast.literal_eval(node.args[0]), {k.arg for k in node.keywords}
                demanding += [] if first.startswith("-") or "nargs" in names else [file.name]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "sys.argv":
                bare = not isinstance(node.slice, ast.Slice) and node not in looked
                demanding += [file.name] if bare else []
    assert not demanding


def test_without_a_study_the_demo_is_built_for_the_run_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a home of its own, which is gone afterwards; one that is named is opened where it is."""
    studies = program("studies", monkeypatch)
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path))
    monkeypatch.setattr(studies, "_built", lambda study: study)
    with studies.named_or_demo() as study:
        there = study.folder
        assert study.name == "demo" and study.behaviour().n_users and tmp_path not in there.parents
    assert not there.exists() and os.environ["LLMREC_HOME"] == str(tmp_path)
    assert not list(tmp_path.iterdir())
    found = studies.Files("demo", tuple(source_files()), there, "")
    monkeypatch.setattr(studies, "files", lambda: found)
    with studies.measured_study() as (study, name):
        assert (study.name, name) == ("bench", "demo") and tmp_path not in study.folder.parents
    with pytest.raises(UnknownIdError), studies.measured_study("nowhere"):
        pass


def test_the_map_that_is_timed_is_the_one_that_the_page_draws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every item by group, every user, the groups' names; as many times as was asked for."""
    speed = program("map_speed", monkeypatch)
    given = speed._options(["60", "--times", "3", "--users", "30"])
    assert (given.items, given.users, given.times) == (60, 30, 3)
    usual = speed._options([])
    assert (usual.items, usual.times) == (100_000, 5) and usual.users > 0
    at = AppTest.from_string(speed.PAGE.format(items=60, users=30), default_timeout=30).run()
    assert not at.get("plotly_chart")
    figures = []
    for times in (1, 2):
        at = at.number_input(key="times").set_value(times).run()
        assert not at.exception
        figures.append(json.loads(at.get("plotly_chart")[0].proto.spec))
    first, again = figures
    held = {kind: [t for t in first["data"] if t["meta"] == kind] for kind in ("items", "users")}
    assert [t["name"] for t in held["users"]] == ["Users"] and len(held["items"]) == 10
    assert len(first["layout"]["annotations"]) > 1
    assert "word 0" in held["items"][0]["name"]
    assert first["data"][0]["x"] != again["data"][0]["x"]


def test_a_change_of_the_code_gives_published_figures_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signals change figures, so their text names the file; pages do not."""
    published = program("published", monkeypatch)
    monkeypatch.setattr(llmrec_core, "__file__", str(tmp_path / "__init__.py"))
    (tmp_path / "ui").mkdir()
    signal, page = tmp_path / "signal.py", tmp_path / "ui" / "page.py"
    signal.write_text("REG = 1\n", "utf-8")
    page.write_text("TITLE = 'a'\n", "utf-8")
    before = published.source()
    page.write_text("TITLE = 'b'\n", "utf-8")
    assert published.source() == before
    signal.write_text("REG = 2\n", "utf-8")
    assert published.source() != before


def test_new_items_are_ranked_among_themselves_without_what_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the new items the taken one is no candidate, and the second best is the held-out one."""
    new = np.arange(1, 13)
    taken, relevant = np.zeros((2, 12), bool), np.zeros((2, 12), bool)
    taken[0, 0] = relevant[0, 2] = True
    judge = program("knowledge", monkeypatch).NewJudge(new, relevant, taken, np.arange(12))
    score = np.tile(np.arange(13, 0, -1.0), (2, 1))  # item 0, the best of all, is not new
    assert judge.ndcg(score) == pytest.approx(1 / np.log2(3))
