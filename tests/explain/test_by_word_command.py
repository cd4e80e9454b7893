"""`llmrec explain --by-word`: the ledger with words as leaves, and what is printed of them."""

import pytest

from llmrec_core.headless import ledger_lines
from llmrec_core.headless.words import word_lines
from tests.commands import document, run

WEIGHTS = '{"description": 1, "taste": 1, "popularity": 1}'


def _leaves(entry):
    return [leaf for child in entry["children"] for leaf in _leaves(child)] or [entry]


def test_the_document_adds_up_on_both_sides(built_study, capsys):
    """All leaves are the score; a line's words of the user, and those of the item, are the line;
    every sentence that counts is opened, and what reads no texts is named."""
    asked = ("explain", "tiny", "u03", "i03", "--weights", WEIGHTS)
    found, plain = document(capsys, *asked, "--by-word"), document(capsys, *asked)
    assert "by_word" not in plain and plain["score"] == found["score"]
    leaves = [leaf for entry in found["ledger"] for leaf in _leaves(entry)]
    total = sum(leaf["contribution"] for leaf in leaves)
    assert total == pytest.approx(found["score"], rel=1e-4)
    told = found["by_word"]
    assert told["exact"] and told["not_opened"]["popularity"].startswith("reads no texts")
    assert told["past_items_left"] == 0
    for line in told["lines"]:
        for side in ("user_words", "item_words"):
            inside = sum(word["contribution"] for word in line[side])
            assert inside == pytest.approx(line["contribution"], rel=1e-4)
        assert {pair["user_word"] for pair in line["pairs"]} <= {
            word["word"] for word in line["user_words"] if word["kind"] == "word"
        }
    sentences = [
        child["evidence"] for entry in plain["ledger"] for child in entry["children"]
        if child["kind"] == "sentence" and child["contribution"]
    ]
    opened = [line["evidence"] for line in told["lines"] if line["kind"] == "sentence"]
    assert sentences and opened == sentences
    assert sum(leaf["kind"] == "word" for leaf in leaves) > 100


def test_the_terminal_shows_few_past_items_and_says_so(built_study, capsys):
    """Three past items of a signal are opened; the others are counted."""
    code, out, _ = run(
        capsys, "explain", "tiny", "u03", "i03", "--weights", WEIGHTS, "--by-word"
    )
    lines = out.splitlines()
    begin = next(k for k, line in enumerate(lines) if line.startswith("by word"))
    past = [line for line in lines[begin:] if ", past item " in line]
    assert code == 0 and "exact" in lines[begin] and len(past) == 3
    words = [line for line in lines[begin:] if "user's words: " in line]
    assert len(words) == len([line for line in lines[begin:] if "item's words: " in line]) > 3
    assert any("past items that say less" in line for line in lines)
    assert lines[-1] == "popularity reads no texts: nothing finer stands behind its lines"


def test_where_nothing_is_opened_nothing_is_called_exact(built_study, capsys):
    """With popularity alone there is no word, and so nothing that could be exact."""
    asked = ("explain", "tiny", "u03", "i03", "--weights", '{"popularity": 1}', "--by-word")
    told = document(capsys, *asked)["by_word"]
    assert told["exact"] is None and not told["lines"]
    assert list(told["not_opened"]) == ["popularity"]
    code, out, _ = run(capsys, *asked)
    assert code == 0 and "exact" not in out and "by word (no line" in out


def test_what_is_no_word_is_not_counted_as_one():
    """Behind the words that are shown: the other words in one figure, the marks of both texts in
    another, and no «0 other words»."""
    def word(name, kind, value):
        return {"word": name, "kind": kind, "text": "plot", "contribution": value}

    marks = [word("start and end of the text", "marks", 0.01) for _ in range(2)]
    words = [word(name, "word", value) for name, value in (("a", 3.0), ("b", -2.0), ("c", 0.5))]
    told = {"how": "so", "past_items_left": 0, "not_opened": {}, "lines": [{
        "contribution": 1.52, "signal": "taste", "kind": "sentence", "evidence": "x", "pairs": [],
        "user_words": [*words, *marks], "item_words": [*words[:2], *marks],
    }]}  # fmt: skip
    lines = list(word_lines(told, most=2))
    assert lines[2].endswith(
        "a +3.0000, b -2.0000, 1 other word +0.5000, start and end of the text +0.0200"
    )
    assert lines[3].endswith("a +3.0000, b -2.0000, start and end of the text +0.0200")


def test_an_entity_names_the_past_items_on_the_way():
    """What an item shares is followed by three of the past items that have it, and no others."""
    def entry(kind, evidence, value, children=()):
        return {"kind": kind, "evidence": evidence, "contribution": value, "children": children}

    past = [entry("past item", name, 0.1) for name in ("Alien", "Aliens", "Brazil", "Cube")]
    text = [entry("item text", "about", 0.3)]
    ledger = [entry("signal", "knowledge", 0.7, [
        entry("entity", "director: Scott", 0.4, past), entry("past item", "Dune", 0.3, text),
    ])]  # fmt: skip
    assert list(ledger_lines(ledger)) == [
        "  +0.7000  signal: knowledge", "    +0.4000  entity: director: Scott",
        "      +0.1000  past item: Alien", "      +0.1000  past item: Aliens",
        "      +0.1000  past item: Brazil", "      +0.1000  1 more", "    +0.3000  past item: Dune",
    ]
