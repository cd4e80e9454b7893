"""States: one key for one state, whole after every trip, and nothing hostile gets through."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib

import pytest

from llmrec_core.errors import InputError
from llmrec_core.whatif import State, from_token, token_of
from llmrec_core.whatif.token import LARGEST, LONGEST

FULL = State(
    "u 1/«ü»", ("b", "a", "b"), (("c", 0.25),), (("Likes x.", 2),), (("Hates y.", -1),),
    (("taste", 1.5), ("popularity", 0.0)), 20, again=True, name="  my   state ",
)


def _token(data: bytes, version: str = "1") -> str:
    return version + base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


def test_a_state_is_the_same_after_json_and_after_a_link():
    """Both ways there and back, with every field set and with none."""
    for state in (FULL, State("u1")):
        assert State.from_json(state.to_json()) == state
        assert from_token(token_of(state)) == state
    assert token_of(FULL).isascii() and set("/+=& ?#").isdisjoint(token_of(FULL))
    assert len(token_of(State("u1"))) < 40


def test_one_state_has_one_key():
    """The order of what was done does not count, nor does the name; the list's length does."""
    assert FULL.removed == ("a", "b") and FULL.name == "my state"
    one, other = State("u", ("a", "b"), name="x"), State("u", ("b", "a"))
    assert one.key() == other.key() and one.profile_key() == other.profile_key()
    longer = State("u", ("a", "b"), n=20, weights=(("taste", 1.0),))
    assert longer.key() != one.key() and longer.profile_key() == one.profile_key()
    assert State("u", ("a",)).profile_key() != one.profile_key()


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({}, "user"), ({"user": 5}, "user"), ({"user": "u", "colour": 1}, "unknown key 'colour'"),
        ({"user": "u", "schema": 2}, "schema 2"), ([], "not a JSON object"),
        ({"user": "u", "removed": "abc"}, "a list"), ({"user": "u", "removed": [1]}, "text"),
        ({"user": "u", "removed": ["x"] * 3 + [""]}, "removed"),
        ({"user": "u", "levels": {"a": 1.5}}, "from 0 to 1"),
        ({"user": "u", "levels": {"a": True}}, "number"),
        ({"user": "u", "levels": [["a", 1]]}, "object"),
        ({"user": "u", "levels": {"a": float("nan")}}, "from 0 to 1"),
        ({"user": "u", "weights": {"taste": 10**400}}, "huge"),
        ({"user": "u", "off": ["text"]}, "pairs"), ({"user": "u", "off": [["t", 1.5]]}, "whole"),
        ({"user": "u", "typed": [["t", 2]]}, "whole number from -1 to 1"),
        ({"user": "u", "typed": [["t" * 2000, 1]]}, "1,000 characters"),
        ({"user": "u", "typed": [["\ud800", 1]]}, "can be written"),
        ({"user": "u", "typed": [["t", 1]] * 51}, "at most 50"),
        ({"user": "u", "off": [["t", 1]] * 201}, "at most 200"),
        ({"user": "u", "typed": [[f"{k} " + "t" * 900, 1] for k in range(5)]}, "4,000 characters"),
        ({"user": "u", "typed": [["t  t", 1], ["t t", -1]]}, "one meaning for each sentence"),
        ({"user": "u", "n": 0}, "whole number"), ({"user": "u", "n": True}, "whole number"),
        ({"user": "u", "n": 10**5000}, "huge"), ({"user": "u", "again": 1}, "true or false"),
        ({"user": "u", "name": "x" * 61}, "name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(document, word):
    """One sentence that names the key, whether it came by file or by link."""
    with pytest.raises(InputError, match=word):
        State.from_document(document)


def test_a_past_item_cannot_have_two_values():
    """In a document the later would win unseen."""
    with pytest.raises(InputError, match="one number for each name"):
        State("u", levels=(("a", 0.0), ("a", 1.0)))


def test_hostile_tokens_are_refused():
    """Cut, changed, of another version, no JSON, nested without end, too long: one sentence."""
    good = token_of(FULL)
    bad = [
        "", "x", "1", good[:-4], good[:20], good[:30] + "!" + good[31:], "0" + good[1:],
        "2" + good[1:], good + "AAAA", "1" + "A" * (LONGEST + 1), _token(b"[1]"), _token(b"\xff"),
        _token(b"[" * 100_000), _token(b'{"user": "u", "n": 1e3}'), _token(b'{"user": "u"')[:-3],
        "\u0661abc", good[:10] + " " + good[10:], good[:10] + "\u00e9" + good[10:],
    ]
    for token in bad:
        with pytest.raises(InputError):
            from_token(token)


def test_a_bomb_is_not_unpacked():
    """A token that promises 100 MB costs less than ten times what may be read."""
    bomb = _token(json.dumps({"user": "u" * 5_000_000}).encode())
    assert len(bomb) < LONGEST
    tracemalloc.start()
    with pytest.raises(InputError, match="too large"):
        from_token(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * LARGEST


def test_a_state_too_large_for_a_link_says_so():
    """The remedy is the file."""
    large = State("u", tuple(f"{7919 * k ** 3:x}" for k in range(3000)))
    with pytest.raises(InputError, match="download the session"):
        token_of(large)
