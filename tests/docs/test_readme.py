"""The README does what it says: its commands run, its Python runs, its links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import world

from llmrec_core.cli import main
from llmrec_core.tables import EVENT, ITEM, TIME, TITLE, USER, VALUE
from llmrec_core.ui.navigation import PAGES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
USER_SHIFT, ITEM_SHIFT = 190, 40
"""The README asks for user 196 and item 50: the tiny world's numbers are moved there."""


def _commands(block: str) -> list[list[str]]:
    lines = block.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def _write_movielens(folder: Path) -> None:
    """The tiny world in the layout of MovieLens-100K's own files."""
    events = world.interactions()
    users = events[USER].str[1:].astype(int) + USER_SHIFT
    items = events[ITEM].str[1:].astype(int) + ITEM_SHIFT
    rows = zip(users, items, events[VALUE].astype(int), events[TIME] + 880_000_000, strict=True)
    (folder / "u.data").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    flags = {0: "0000000000000001000", 1: "0000000000000010000"}  # science fiction, romance
    lines = [
        "|".join([str(k + ITEM_SHIFT), f"{title} (1990)", "01-Jan-1990", "", "", *flags[k % 2]])
        for k, title in enumerate(world.items().frame[TITLE])
    ]
    (folder / "u.item").write_text("\n".join(lines) + "\n", encoding="latin-1")


def _write_shop(folder: Path) -> None:
    """The tiny world as a shop's export, with columns that nobody could guess."""
    orders = world.interactions()[[USER, ITEM, VALUE]]
    orders = orders.set_axis(["client", "sku", "amount"], axis="columns")
    orders.to_csv(folder / "orders.csv", index=False)
    articles = world.items().frame[[ITEM, TITLE, "plot"]]
    articles = articles.set_axis(["sku", "name", "blurb"], axis="columns")
    articles.to_csv(folder / "articles.csv", index=False)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody who follows the README: a folder with `path/to/` in it, and a home for studies."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "path" / "to").mkdir(parents=True)
    _write_movielens(folder / "path" / "to")
    _write_shop(folder / "path" / "to")
    return folder


@pytest.fixture(autouse=True)
def _at_the_readers_desk(reader: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reader)
    monkeypatch.setenv("LLMREC_HOME", str(reader / "home"))


@pytest.mark.encoder
def test_the_commands_run(reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command of the flow succeeds in the README's order, and --json prints one document."""
    commands = _commands(SHELL[0])
    assert len(commands) >= 8
    for command in commands:
        assert command[0] == "llmrec"
        assert main(command[1:]) == 0, shlex.join(command)
        out = capsys.readouterr().out
        if "--json" in command:
            assert isinstance(json.loads(out), dict)
        else:
            assert out.strip()
    assert (reader / "results" / "lists.csv").exists()


@pytest.mark.encoder
def test_the_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The snippet prints five lines, a sum equal to the score, and a title for the newcomer."""
    exec(compile(SNIPPETS[0], "README.md", "exec"), {"__name__": "readme"})
    *lines, account, title = capsys.readouterr().out.splitlines()
    total, _, score = account.partition(" = ")
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert float(total) == pytest.approx(float(score), rel=1e-4)
    assert title.startswith(("Star", "Heart"))


def test_columns_are_mapped_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of --map reads the columns that it names and leaves out the one it refuses."""
    from llmrec_core.study import Study

    (command,) = _commands(SHELL[1])
    assert main(command[1:]) == 0, capsys.readouterr().err
    tables = Study.open("shop").tables()
    assert set(tables.interactions.frame[VALUE]) == {1.0}
    assert tables.interactions.frame[EVENT].isna().all()
    assert tables.items.text_fields == ("blurb",)


def test_links_lead_somewhere() -> None:
    """Every file that the README points to is in the repository."""
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", README)
    assert len(targets) > 4
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_page_is_named() -> None:
    """The table of pages is the navigation."""
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", README, re.MULTILINE)
    assert rows[1:] == [page.title for page in PAGES]


def test_make_targets_exist() -> None:
    """Every `make …` in the README is a target."""
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"app", "test"} <= named <= targets


def test_protocols_are_those_there_are() -> None:
    """The README's list of protocols is complete."""
    from llmrec_core.protocol import PROTOCOLS

    assert [name for name in PROTOCOLS if f"`{name}`" not in README] == []
