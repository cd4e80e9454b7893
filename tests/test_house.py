"""The rules of the house: who imports what, where files lie, how long they are, what is pinned."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from llmrec_core.ui.navigation import PAGES

ROOT = Path(__file__).resolve().parents[1]
CORE = sorted((ROOT / "llmrec_core").rglob("*.py"))
PAGE_FILES = sorted((ROOT / "pages").rglob("*.py"))
HEAVY = {
    "torch", "transformers", "sentence_transformers", "umap", "numba", "sklearn", "scipy",
    "streamlit", "plotly", "PIL", "pandas", "pyarrow",
}  # fmt: skip


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(path: Path) -> set[str]:
    """The full names of all modules that a file imports, at any depth."""
    out: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            out.add(node.module)
    return out


def _tracked() -> list[Path]:
    """Every file in the repository; skips where this is no checkout."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    paths = (ROOT / name for name in done.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_no_page_lies_loose_in_pages() -> None:
    """A script directly in pages/ would switch on Streamlit's old discovery, past app.py."""
    assert [path.name for path in PAGE_FILES if path.parent == ROOT / "pages"] == []


def test_page_stems_are_unique() -> None:
    """A page's address is its file's stem."""
    stems = [path.stem for path in PAGE_FILES]
    assert sorted(set(stems)) == sorted(stems)


def test_the_registry_names_every_page_and_no_other() -> None:
    """A page that is not registered is never seen; one that is not there breaks the app."""
    assert sorted(spec.path for spec in PAGES) == [_name(path) for path in PAGE_FILES]


@pytest.mark.parametrize("module", ["llmrec_core", "llmrec_core.cli"])
def test_importing_the_package_loads_nothing_heavy(module: str) -> None:
    """`llmrec --help` has no second to spend on a library that it may not need."""
    code = f"import {module}, sys; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


def test_only_ui_knows_streamlit() -> None:
    """The core answers headless."""
    users = {_name(path) for path in CORE if any(
        name.partition(".")[0] == "streamlit" for name in _imported(path)
    )}  # fmt: skip
    assert {name for name in users if not name.startswith("llmrec_core/ui/")} == set()


def test_the_core_does_not_import_its_surface() -> None:
    """Nothing outside ui/ reads from ui/ or a page; `llmrec app` starts the server."""
    core = [path for path in CORE if not _name(path).startswith("llmrec_core/ui/")]
    found = {
        (_name(path), name.removesuffix(".serve")) for path in core for name in _imported(path)
        if name.startswith(("llmrec_core.ui", "pages"))
    }
    assert found <= {("llmrec_core/commands/studies.py", "llmrec_core.ui")}
    assert "ui.serve" in (ROOT / "llmrec_core/commands/studies.py").read_text()


def test_no_file_is_longer_than_300_lines() -> None:
    """What does not fit on a few screens is two things."""
    lengths = {_name(path): len(path.read_text().splitlines()) for path in (*CORE, *PAGE_FILES)}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    """Nor a function."""
    long = {
        f"{_name(path)}::{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in (*CORE, *PAGE_FILES) for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in long.items() if lines > 50} == {}


def test_no_file_names_a_machine_or_a_package_index() -> None:
    """A clone works anywhere: no absolute path of somebody's disk, no address of an index."""
    # Written in parts, or this file would be the first to be found.
    folders = "|".join(("work", "root", "opt", "Users", "home/[a-z]"))
    indexes = "|".join(("pypi[.]org", "python[h]osted", "download[.]pytorch", "index" + "-url"))
    wrong = re.compile(rf"(?<![\w.:/-])/({folders})/|{indexes}|find" + "-links")
    found = []
    for path in _tracked():
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        lines = data.decode("utf-8", "replace").splitlines()
        found += [f"{_name(path)}:{k}: {x[:80]}" for k, x in enumerate(lines, 1) if wrong.search(x)]
    assert found == []


def _project() -> dict[str, list[str]]:
    """Requirements by extra; "" for those of the studio itself."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"": table["dependencies"], **table["optional-dependencies"]}


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==", 1) for line in lines)


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    """No address, no range, and no local version, which only one index would have."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [x for x in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", x)] == []
    assert lines == sorted(set(lines))


def test_every_requirement_is_pinned_inside_its_range() -> None:
    """pyproject.toml says what may work, constraints.txt what is known to."""
    pins = _pins()
    for text in (text for part in _project().values() for text in part):
        wanted = Requirement(text)
        assert pins.get(canonicalize_name(wanted.name), "none") in wanted.specifier, text


def test_what_is_imported_is_required() -> None:
    """No module lives on what another library happens to bring along."""
    required = {canonicalize_name(Requirement(text).name) for text in _project()[""]}
    owners = packages_distributions()
    for path in (*CORE, *PAGE_FILES, ROOT / "app.py"):
        for top in {name.partition(".")[0] for name in _imported(path)}:
            if top in sys.stdlib_module_names or top == "llmrec_core":
                continue
            owned = {canonicalize_name(name) for name in owners.get(top, [])}
            assert owned & required, f"{_name(path)} imports {top}, which pyproject does not name"
