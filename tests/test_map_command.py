"""`llmrec map`: the document's shape, the sentences, names by a writer, wrong use."""

from __future__ import annotations

import pytest
from commands import document, run

from llmrec_core import cli, progress
from llmrec_core.atlas import NAMING
from llmrec_core.llm import connect
from tests.chat import FakeChat

KEYS = ["study", "of", "method", "settings", "items", "users", "placement", "groups"]


def test_the_document_has_the_contracts_keys(built_study, capsys):
    """A map of taste with settings of one's own; its groups hold every item once."""
    asked = ("map", "tiny", "--of", "taste", "--neighbours", 4, "--epochs", 15, "--seed", 7)
    found = document(capsys, *asked)
    assert list(found) == KEYS and (found["of"], found["method"]) == ("taste", "UMAP")
    assert found["settings"] == {"neighbours": 4, "min_dist": 0.1, "seed": 7, "epochs": 15}
    assert (found["items"], found["users"]) == (24, 24)
    assert list(found["groups"][0]) == ["name", "terms", "writer", "fallback", "items"]
    assert sum(group["items"] for group in found["groups"]) == 24
    assert document(capsys, *asked)["placement"] == found["placement"]


def test_the_builds_own_map_in_sentences(built_study, capsys):
    """What holds items together, how far to trust it, its groups; in the order of their size."""
    code, out, _ = run(capsys, "map", "tiny")
    lines = out.splitlines()
    assert code == cli.OK and lines[0].startswith("UMAP map of 24 items and 24 users: items are")
    assert any(line.startswith("Of an item's nearest items ") for line in lines)
    sizes = [int(line.split()[0]) for line in lines if line.startswith("  ")]
    assert sizes == sorted(sizes, reverse=True) and sum(sizes) == 24


def test_a_writer_names_the_groups_and_the_names_stay(built_study, capsys, monkeypatch):
    """Asked once for each group; shown again without asking; what is no name is told."""
    first, *_ = document(capsys, "map", "tiny")["groups"]
    good = f"Out of {first['terms'].split(', ')[0]}"
    names = iter([good, "Far too long a name for any group of such a map"])
    chat = FakeChat(lambda _: next(names, "no. 1"))
    monkeypatch.setattr(connect, "open_model", lambda *_: chat)
    asked = ("map", "tiny", "--names", "writer", "--writer", "local")
    first, second, *_ = document(capsys, *asked)["groups"]
    assert (first["name"], first["writer"]) == (good, "fake-chat")
    assert second["name"] == second["terms"] and "too long" in second["fallback"]
    said = progress.read(built_study.folder / NAMING.progress)
    assert said.status == progress.DONE and said.stage == "naming groups"  # a page polls this
    number = len(chat.asked)
    out = run(capsys, "map", "tiny")[1]
    assert f"{good} (" in out and "too long" in out and len(chat.asked) == number
    assert good not in run(capsys, "map", "tiny", "--names", "words")[1]
    assert good not in run(capsys, "map", "tiny")[1]


@pytest.mark.parametrize(
    "wrong",
    [("--neighbours", "1"), ("--min-dist", "3"), ("--of", "music"), ("--writer", "local"),
     ("--names", "writer")],
)  # fmt: skip
def test_wrong_use_is_told_before_any_work(built_study, capsys, wrong):
    """Exit 2; a template names no groups, a writer without names has nothing to do."""
    code, out, err = run(capsys, "map", "tiny", *wrong)
    assert (code, out) == (cli.WRONG_USE, "") and err
