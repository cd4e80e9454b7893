"""Data on its way to the screen."""

import re

import pytest

from llmrec_core.ui.text import JOINER, count, inert, plain, signed

ATTACKS = [
    "*a* **b** _c_ ~~d~~ `e`", "<img src=x onerror=alert(1)>", "[a](http://b.c)",
    "![a](http://b.c/d.png)", "$x^2$ and $$y$$", "# head", "1. one", "- one", "> one", "a | b",
    ":red[x] :blue-badge[y]", "&amp;", "\\*a\\*",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_mark_is_escaped_and_nothing_is_lost(attack):
    """Taking escapes and joiners away gives the text back, and no markup stands unescaped."""
    shown = plain(attack)
    assert re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", shown).replace(JOINER, "") == attack
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`<>\[\]$#|&]", shown)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("http://evil.com", r"https?://"), ("see www.evil.com", r"www\\?\."),
        ("me@evil.com", r"\w@\w"), (":material/home:", ":material/"), (":smile:", r":[\w]+:"),
    ],
)
def test_what_is_looked_for_after_escaping_is_put_apart(text, pattern):
    """Addresses, emoji and icons are found in finished text: only a joiner keeps them text."""
    assert re.search(pattern, text) and not re.search(pattern, plain(text))


def test_one_line_and_no_longer_than_asked():
    """Breaks become spaces; what is cut ends in an ellipsis."""
    assert plain("a\n\n b") == "a b" and plain("abcdef", 4) == "abc…"


def test_an_ordinary_title_stays_readable():
    """A colon before a space needs nothing."""
    assert JOINER not in plain("Star Trek: First Contact (1996)")


def test_numbers_in_words():
    """One leaf, two leaves; a sign always, but none on zero."""
    assert count(1, "leaf", "leaves") == "1 leaf" and count(1200, "item") == "1,200 items"
    assert signed(0.5) == "+0.500" and signed(-0.5) == "\u22120.500" and signed(-1e-9) == "0.000"


def test_cells_that_a_spreadsheet_would_run_are_inert():
    """A leading = + - @ gets an apostrophe; others are untouched."""
    assert [inert(x) for x in ("=1+1", "-x", "@a", "a=1", "")] == ["'=1+1", "'-x", "'@a", "a=1", ""]
