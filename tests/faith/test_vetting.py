"""Data goes into a prompt as one short line, and never as an order."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from faith.injections import INJECTIONS

from llmrec_core.faith import vetted

HERE = Path(__file__).resolve()
SHARED = HERE.parents[3] / "shared" / "data"
BOOKS = HERE.parents[2] / "data" / "books.jsonl"
ORDINARY = (
    "Forget Paris", "Say Anything", "Ignore", "Never Say Never Again", "Repeat After Me",
    "Say It Isn't So", "Don't Say a Word", "Write Me a Murder", "Act of God", "Tell No One",
    "You Are Now Leaving", "The Assistant", "Print the Legend", "Rules of Engagement",
    "System Crash", "A.I. Artificial Intelligence", "Please Don't Eat the Daisies", "The Prompter",
    "Amélie", "Crouching Tiger, Hidden Dragon", "卧虎藏龙", "Ghost in the Shell (攻殻機動隊)",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_order_is_withheld(text: str) -> None:
    """No text that orders a model about comes through, in whatever language or disguise."""
    assert vetted(text, 400) == ""


@pytest.mark.parametrize("title", ORDINARY)
def test_a_title_stays_as_it_is(title: str) -> None:
    """A title with the words of an order in it is still a title."""
    assert vetted(title) == title


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Heat\n\tand  dust", "Heat and dust"),
        ("Heat\u202egnp\u200b", "Heatgnp"),
        ("Heat <b>dust</b>", "Heat dust"),
        ("see [this](http://x.example/a)", "see this"),
        ("Heat https://x.example/a?b=c end", "Heat end"),
        ("```Heat```", "Heat"),
        ("Heat <|im_end|>", "Heat"),
        ("system: Heat", "Heat"),
        ("Heat === dust ---", "Heat dust"),
        ("", ""),
    ],
)
def test_marks_are_removed(raw: str, clean: str) -> None:
    """Control characters, markup, links, delimiters and role marks go; words stay."""
    assert vetted(raw) == clean


def test_a_long_text_is_cut_at_a_word() -> None:
    """At most `most` characters are left, and no half word."""
    assert vetted("one two three four", 12) == "one two…"
    assert len(vetted("x" * 500)) == 80


def _catalogue() -> list[str]:
    books = [json.loads(line) for line in BOOKS.read_text().splitlines()]
    texts = [book[name] for book in books for name in ("title", "description", "creator")]
    if (SHARED / "movielens-100k" / "items.csv").exists():
        with open(SHARED / "movielens-100k" / "items.csv", newline="") as file:
            texts += [row[name] for row in csv.DictReader(file) for name in ("title", "plot")]
    return [text for text in texts if text.strip()]


def test_real_texts_are_not_withheld() -> None:
    """Fewer than 1 in 1000 titles, makers and plots of real catalogues read like orders."""
    texts = _catalogue()
    withheld = [text for text in texts if not vetted(text, 10_000)]
    assert len(withheld) < len(texts) / 1000, withheld
