"""Reading answers: labels under any dress, what is no text taken away, rows looked up."""

from __future__ import annotations

import json
import random

import pytest
import world

from llmrec_core.describe import Sentence
from llmrec_core.evidence import FactKind, user_evidence
from llmrec_core.writing import Writing
from llmrec_core.writing.cleaning import UnusableError
from llmrec_core.writing.reading import one_sentence, sentences_of

PROSE = Writing(writer="local", model="fake")
KEYWORDS = Writing(writer="local", model="fake", scheme="keywords")
PERSONA = Writing(writer="local", model="fake", scheme="persona")
CHINESE = Writing(writer="local", model="fake", language="Chinese")
WANTED = [("Loves space stories.", 1), ("Far planets and robots.", 1), ("Avoids romance.", -1),
          ("Rates as others do.", 0)]  # fmt: skip


@pytest.fixture(scope="module")
def evidence():
    """What is known of u00: likes even items (space, Ada), dislikes two odd ones (romance)."""
    return user_evidence(world.behaviour(), world.items())[0]


def read(text, evidence, writing=PROSE, **more):
    return sentences_of(text, evidence, writing, author="fake", **more)


def told(sentences: tuple[Sentence, ...]) -> list[tuple[str, int]]:
    return [(s.text, s.polarity) for s in sentences]


PLAIN = """LIKES: Loves space stories.
THEMES: Far planets and robots.
DISLIKES: Avoids romance.
OTHERS MAY LIKE: none
HABITS: Rates as others do."""

DRESSED = {
    "plain": PLAIN,
    "small letters": PLAIN.replace("LIKES", "likes").replace("THEMES", "Themes"),
    "preamble": "Sure! Here is the description:\n\n" + PLAIN + "\n\nLet me know if I can help.",
    "bold": "\n".join(f"**{x.split(':')[0]}:**{x.split(':')[1]}" for x in PLAIN.split("\n")),
    "numbered": "\n".join(f"{k}. {line}" for k, line in enumerate(PLAIN.split("\n"), 1)),
    "bullets": "\n".join(f"- **{x.split(':')[0]}**:{x.split(':')[1]}" for x in PLAIN.split("\n")),
    "headings": "\n".join(
        f"## {x.split(':')[0]}:\n- {x.split(':')[1].strip()}" for x in PLAIN.split("\n")
    ),
    "fenced": f"```text\n{PLAIN}\n```",
    "thinking": f"<think>They like space.\nLIKES: rubbish</think>\n{PLAIN}",
    "thinking opened before": f"They like space.\nLIKES: rubbish\n</think>\n\n{PLAIN}",
    "windows": PLAIN.replace("\n", "\r\n"),
    "twice": PLAIN + "\n" + PLAIN,
    "json": json.dumps({x.split(":")[0].lower(): x.split(":")[1].strip()
                        for x in PLAIN.split("\n")}, indent=1),
    "json with lists": json.dumps({"description": {
        "likes": ["Loves space stories."], "themes": ["Far planets and robots."],
        "dislikes": ["Avoids romance."], "others_may_like": [], "habits": ["Rates as others do."],
    }}),
    "json fenced": "```json\n" + json.dumps({x.split(":")[0]: x.split(":")[1].strip()
                                             for x in PLAIN.split("\n")}) + "\n```",
    "german labels": PLAIN.replace("DISLIKES", "Mag nicht")
    .replace("OTHERS MAY LIKE", "Andere mögen").replace("LIKES", "Mag")
    .replace("THEMES", "Themen").replace("HABITS", "Gewohnheiten"),
    "unknown labels in order": PLAIN.replace("DISLIKES", "Ekki gaman").replace(
        "OTHERS MAY LIKE", "Aðrir").replace("LIKES", "Gaman").replace("THEMES", "Efni")
    .replace("HABITS", "Venjur"),
}  # fmt: skip


@pytest.mark.parametrize("dress", list(DRESSED))
def test_the_five_lines_are_read_under_any_dress(evidence, dress):
    """Labels decide slots and polarities; none is no sentence."""
    assert told(read(DRESSED[dress], evidence)) == WANTED


def test_control_characters_do_not_get_through(evidence):
    """Neither NUL nor escape nor a change of direction."""
    text = read("LIKES: Loves sp\x00ace\x1b[31m \u202estories\u200b.", evidence)[0].text
    assert text.isprintable()


def test_a_cut_off_json_gives_what_was_complete(evidence):
    """A stream that broke in the middle of an object."""
    text = '{"likes": "Loves space stories.", "dislikes": "Avoids romance.", "habits": "Rates a'
    assert told(read(text, evidence)) == WANTED[:1] + WANTED[2:3]


def test_chinese_is_read_and_split_at_its_full_stops(evidence):
    """Labels in English or Chinese; full stops without spaces."""
    text = ("喜欢：喜欢太空故事，例如 Star 4。也喜欢机器人。\nTHEMES: 星球与机器人\n"
            "不喜欢：不喜欢爱情故事。\n习惯：评分与他人相近。")  # fmt: skip
    assert told(read(text, evidence, CHINESE)) == [
        ("喜欢太空故事，例如 Star 4。", 1), ("也喜欢机器人。", 1), ("星球与机器人", 1),
        ("不喜欢爱情故事。", -1), ("评分与他人相近。", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "writing", "why"), [
    ("", PROSE, "is empty"),
    ("```\n```", PROSE, "is empty"),
    ("I'm sorry, but I can't do that.", PROSE, "is a refusal"),
    ("As an AI language model, I cannot know people.", PERSONA, "is a refusal"),
    ("抱歉，我无法完成这个请求。", CHINESE, "is a refusal"),
    ("<think>Hm, they like", PROSE, "never gets beyond thinking"),
    ("<data-1234>\nliked (genre): space (11 of 11)", PROSE, "copies the evidence"),
    ("Sure! Here is the description:", PROSE, "says nothing of the person"),
    ("LIKES: none\nTHEMES: none\nDISLIKES: N/A", PROSE, "has no sentence"),
    ("LIKES: space and space and space and space and " + "space and " * 200, PROSE, "repeats"),
    ("LIKES: 喜欢太空故事和机器人，尤其是遥远的星球。", PROSE, "is not in English"),
    (PLAIN, CHINESE, "is not in Chinese"),
    ("Loves space stories. Avoids romance.", CHINESE, "none of the five lines"),
    ("LIKES: Mag Geschichten aus dem Weltraum sehr gerne und hasst Liebesgeschichten aller Art.",
     PROSE, "is not in English"),
])  # fmt: skip
def test_what_is_no_description_is_refused_with_a_reason(evidence, text, writing, why):
    """The template takes its place, and the reason is shown."""
    with pytest.raises(UnusableError, match=why):
        read(text, evidence, writing)


def test_a_copy_of_the_prompt_is_no_description(evidence):
    """What stands in the prompt word for word says nothing."""
    sent = "Describe this person.\nLIKES: the kinds this person likes and the makers"
    with pytest.raises(UnusableError, match="repeats the prompt"):
        read(sent, evidence, prompt=[sent])
    text = sent.split("\n")[1] + "\nDISLIKES: Avoids romance."
    assert told(read(text, evidence, prompt=[sent])) == [("Avoids romance.", -1)]


def test_length_is_bounded(evidence):
    """At most 12 sentences of at most 1000 characters, however long the answer is."""
    chance = random.Random(42)
    syllables = ["sto", "ry", "pla", "net", "the", "far", "men", "wo", "ship", "ro", "bot", "il"]

    def word():
        return "".join(chance.choice(syllables) for _ in range(3))

    words = [f"Loves the {word()} of {word()} and {word()} in {word()}." for _ in range(90)]
    long = "Loves the stories of " + " ".join(word() for _ in range(400)) + "."
    many = f"LIKES: {long}\nTHEMES: {' '.join(words[:30])}\nDISLIKES: {' '.join(words[30:60])}\n"
    many += f"HABITS: {' '.join(words[60:])}"
    found = read(many, evidence)
    assert len(found) == 12
    assert {s.polarity for s in found} == {1, -1, 0}
    assert len(found[0].text) == max(len(s.text) for s in found) <= 1000


def test_a_sentence_rests_on_the_rows_of_what_it_names(evidence):
    """A title points to its row, a genre to all rows counted for it."""
    (fact, *_) = evidence.of(FactKind.FAVOURITE_TITLE)
    (genre,) = (f for f in evidence.of(FactKind.LIKES_ATTRIBUTE) if f.values == ("space",))
    named, counted = read(f"LIKES: Loved {fact.values[0]}. Loves space.", evidence)
    assert named.rows == fact.rows
    assert counted.rows == tuple(sorted(genre.rows))


def test_a_title_is_not_found_inside_another(evidence):
    """«Star 1» is not named where «Star 18» is."""
    titles = {f.values[0]: f.rows for f in evidence.of(FactKind.FAVOURITE_TITLE)}
    for title, rows in titles.items():
        assert read(f"LIKES: Loved {title} above all.", evidence)[0].rows == rows


def test_a_sentence_that_names_nothing_rests_on_its_slot(evidence):
    """Its rows are those of the facts that the slot is about."""
    (said,) = read("DISLIKES: Does not care for soft tales.", evidence)
    wanted = {row for f in evidence.of(
        FactKind.DISLIKES_ATTRIBUTE, FactKind.DISLIKED_TITLE, FactKind.RARE_ATTRIBUTE
    ) for row in f.rows}  # fmt: skip
    assert set(said.rows) == wanted != set()


@pytest.mark.parametrize("text", [
    "space opera | Star 4, Star 6\nrobots | robots\nhates romance | Heart 1",
    "1. space opera | Star 4, Star 6\n2. **robots** | robots\n3. hates romance | Heart 1",
    "- space opera: Star 4, Star 6\n- robots: robots\n- hates romance: Heart 1",
    "Keywords: space opera, robots, hates romance",
])  # fmt: skip
def test_keywords_are_short_and_few(evidence, text):
    """At most five, what shows them gives the rows."""
    found = read(text, evidence, KEYWORDS)
    assert told(found) == [("space opera", 1), ("robots", 1), ("hates romance", -1)]
    if "Star 4" in text:
        rows = {f.values[0]: f.rows for f in evidence.facts if f.values and len(f.rows) == 1}
        assert set(found[0].rows) >= {r for t in ("Star 4", "Star 6") for r in rows.get(t, ())}


def test_more_than_five_keywords_are_cut(evidence):
    """The most telling come first."""
    lines = "\n".join(f"robots{n} | space" for n in range(9))
    assert [s.text for s in read(lines, evidence, KEYWORDS)] == [f"robots{n}" for n in range(5)]


def test_a_portrait_is_told_apart_by_its_words(evidence):
    """Dislikes weigh against, habits not at all."""
    text = "They love space stories.\nThey avoid romance.\nThey rate much as others do."
    assert [s.polarity for s in read(text, evidence, PERSONA)] == [1, -1, 0]


def test_one_sentence_of_a_chatty_answer(evidence):
    """What was asked for without the talk around it."""
    text = "Certainly! Here is the sentence:\n\n\"Loves space stories.\" \n\nLet me know!"
    assert one_sentence(text, evidence, PROSE) == "Loves space stories."
    assert one_sentence("LIKES: Loves space. And more.", evidence, PROSE) == "Loves space."
