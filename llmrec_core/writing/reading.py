"""Answers -> sentences: labelled lines, keywords or a portrait, each with the rows it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from llmrec_core.describe.editing import MAX_LENGTH, guess_polarity, split_sentences
from llmrec_core.describe.grammar import shown_title
from llmrec_core.describe.sentences import Sentence
from llmrec_core.errors import InputError
from llmrec_core.evidence.facts import Evidence, Fact, FactKind
from llmrec_core.writing.cleaning import UnusableError, cleaned
from llmrec_core.writing.language import code_of, other_language
from llmrec_core.writing.settings import Scheme, Writing
from llmrec_core.writing.slots import LIKES, SLOTS, Slot, slot_named, slot_of

MOST_SENTENCES, MOST_OF_A_SLOT, MOST_KEYWORDS = 12, 4, 5
KEYWORD_LENGTH = 60
TITLES = (
    FactKind.FAVOURITE_TITLE, FactKind.RECENT_TITLE, FactKind.OLD_TITLE, FactKind.NEUTRAL_TITLE,
    FactKind.DISLIKED_TITLE,
)

_LABEL = re.compile(
    r"^\W{0,6}(?:\d{1,2}[.)]\s*)?\W{0,4}([^\W\d][^:：\n|]{0,38}?)[\s*_\"'`]*[:：](.*)$"
)
_BULLET = re.compile(r"^(?:[-*•·–>]+\s*|\d{1,2}[.)]\s+|\(\d{1,2}\)\s*)+")
_NONE = re.compile(
    r"^\W*(?:(?:none|nothing|n/?a|unknown|无|没有|暂无|未知|不详|keine?s?|nichts|aucune?|rien|"
    r"ninguno|nada|なし)(?: (?:is |was )?(?:mentioned|noted|given|found|listed|specified|stated|"
    r"known|shown|here|in (?:the|this) evidence))*|no (?:information|evidence|data)\b[^:]{0,60}|"
    r"not (?:mentioned|specified|known|applicable|available|stated)\b[^:]{0,40})?\W*$",
    re.IGNORECASE,
)
_BAR = re.compile(r"\s*[|｜]\s*|\s+[—–-]\s+|[:：]\s+")
_ENDS = (".", "!", "?", "…", "。", "！", "？", "»", "”", '"', ")")

Said = tuple[Slot, str, str]
"""(slot, sentence, what else was said to show it)."""


def sentences_of(
    text: str, evidence: Evidence, writing: Writing, *, author: str, prompt: Iterable[str] = (),
    cut: bool = False,
) -> tuple[Sentence, ...]:
    """The sentences of an answer: at most 12, of at most 1000 characters each.

    A sentence's rows are those of the facts that it names, else those of its slot's facts.
    `prompt` holds the texts that the model was sent, `cut` says that the answer stops in the
    middle. Raises `UnusableError` where the answer is no description in the language asked for.
    """
    lines = cleaned(text, prompt)
    said = list(_READERS[Scheme(writing.scheme)](lines, writing.language))
    if cut and len(said) > 1 and not said[-1][1].endswith(_ENDS):
        said.pop()
    kept = _bounded(said)
    if not kept:
        raise UnusableError("has no sentence that could be read")
    _check_language([s for _, s, _ in kept], evidence, writing)
    return tuple(
        Sentence(words, slot.kind, slot.polarity, rows_behind(f"{words} {shown}", evidence, slot),
                 author=author)
        for slot, words, shown in kept
    )  # fmt: skip


def one_sentence(
    text: str, evidence: Evidence, writing: Writing, prompt: Iterable[str] = ()
) -> str:
    """The first sentence of an answer that was asked for one; raises `UnusableError`."""
    for line in cleaned(text, prompt):
        label = _LABEL.match(line)
        if label and slot_named(label.group(1)):
            line = label.group(2)
        parts = _split(_bare(line))
        if parts:
            _check_language(parts[:1], evidence, writing)
            return _cut(parts[0])
    raise UnusableError("has no sentence that could be read")


def rows_behind(text: str, evidence: Evidence, slot: Slot | None = None) -> tuple[int, ...]:
    """The ids of the rows of all facts that `text` names; those of the slot's facts for none."""
    facts = named_facts(text, evidence) or (evidence.of(*slot.facts) if slot else [])
    return tuple(sorted({row for fact in facts for row in fact.rows}))


def named_facts(text: str, evidence: Evidence) -> list[Fact]:
    """The facts whose value stands in `text` as a word of its own; titles with their capitals."""
    small = text.casefold()
    return [fact for fact in evidence.facts if fact.values and _names(fact, text, small)]


def _names(fact: Fact, text: str, small: str) -> bool:
    if fact.kind in TITLES:
        return any(_holds(text, form) for form in {fact.values[0], shown_title(fact.values[0])})
    return _holds(small, fact.values[0].casefold())


def _holds(text: str, value: str) -> bool:
    """Whether `value` stands in `text` with no letter or digit of its own script beside it."""
    at = text.find(value) if value else -1
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(value) : at + len(value) + 1]
        if not any(c.isalnum() and (c.isascii() or c.isdigit()) for c in around):
            return True
        at = text.find(value, at + 1)
    return False


def _prose(lines: Sequence[str], language: str) -> Iterator[Said]:
    """Lines «LABEL: sentences», under whatever dress; English without labels is read as it is."""
    slot: Slot | None = None
    labelled = _by_name(lines) or _by_place(lines)
    if not labelled:
        yield from _portrait(lines, language, strict=True)
        return
    for at, line in enumerate(lines):
        if at in labelled:
            slot, line = labelled[at]
        if slot is not None:
            for words in _split(_bare(line)):
                yield slot, words, ""


def _by_name(lines: Sequence[str]) -> dict[int, tuple[Slot, str]]:
    """Line numbers with the slot that their label names and the rest of the line."""
    out = {}
    for at, line in enumerate(lines):
        match = _LABEL.match(line)
        slot = slot_named(match.group(1)) if match else None
        if match and slot:
            out[at] = slot, match.group(2)
    return out


def _by_place(lines: Sequence[str]) -> dict[int, tuple[Slot, str]]:
    """As `_by_name` where the labels are in a language of their own: five lines, five slots."""
    found = [(at, match.group(2)) for at, line in enumerate(lines) if (match := _LABEL.match(line))]
    if len(found) != len(SLOTS):
        return {}
    return {at: (slot, rest) for (at, rest), slot in zip(found, SLOTS, strict=True)}


def _portrait(lines: Sequence[str], language: str, *, strict: bool = False) -> Iterator[Said]:
    """Sentences without labels, told apart by their words."""
    if strict and code_of(language) not in ("en", None):
        raise UnusableError("has none of the five lines that were asked for")
    for line in lines:
        for words in _split(_bare(line)):
            yield slot_of(words, guess_polarity(words)), words, ""


def _keywords(lines: Sequence[str], language: str) -> Iterator[Said]:
    """Lines «keyword | what shows it», or one line with commas; longer lines are no keywords."""
    if len(lines) == 1 and not re.search(r"[|｜]", lines[0]):
        lines = re.split(r"[,;，、；]\s*", _LABEL.sub(r"\2", lines[0]))
    found = 0
    for line in lines:
        parts = _BAR.split(_bare(line), maxsplit=1)
        word = parts[0].strip(" .,;*\"'`«»“”")
        if not word or len(word) > KEYWORD_LENGTH or _NONE.match(word) or found == MOST_KEYWORDS:
            continue
        found += 1
        yield slot_of(word, guess_polarity(word)), word, " ".join(parts[1:])


_READERS = {
    Scheme.PROSE: _prose, Scheme.KEYWORDS: _keywords, Scheme.PERSONA: _portrait,
}


def _bare(line: str) -> str:
    """A line without bullets, bold marks and the quotes around it."""
    line = _BULLET.sub("", line.replace("**", "").replace("__", "").strip())
    return line.strip().strip("\"`").strip()


def _split(line: str) -> list[str]:
    """The sentences of a line; a full stop of Chinese or Japanese needs no space after it."""
    if _NONE.match(line):
        return []
    broken = re.sub(r"([。！？])(?!$)", r"\1\n", line)
    parts = [words for part in broken.split("\n") for words in _sentences(part)]
    return [words for words in parts if not _NONE.match(words)]


def _sentences(part: str) -> list[str]:
    try:
        return split_sentences(part)
    except InputError:  # one of them is a paragraph
        return [" ".join(part.split())]


def _bounded(said: Iterable[Said]) -> list[Said]:
    """Each sentence once, at most so many of a slot and in all, none too long."""
    of_slot: dict[str, int] = {}
    seen: set[str] = set()
    out: list[Said] = []
    for slot, words, shown in said:
        plain = re.sub(r"\W+", " ", words.casefold()).strip()
        most = MOST_KEYWORDS if slot is LIKES else MOST_OF_A_SLOT
        if not plain or plain in seen or of_slot.get(slot.kind, 0) == most:
            continue
        seen.add(plain)
        of_slot[slot.kind] = of_slot.get(slot.kind, 0) + 1
        out.append((slot, _cut(words), shown))
    return out[:MOST_SENTENCES]


def _cut(words: str) -> str:
    if len(words) <= MAX_LENGTH:
        return words
    return words[: MAX_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _check_language(said: Sequence[str], evidence: Evidence, writing: Writing) -> None:
    """Raise where the words, without the names in the evidence, are of another language."""
    text = "\n".join(said)
    names = {name for fact in evidence.facts for name in fact.values}
    for value in names | set(map(shown_title, names)):
        text = text.replace(value, " ")
    prose = writing.scheme != Scheme.KEYWORDS
    found = other_language(text, writing.language, prose=prose)
    if found is not None:
        raise UnusableError(f"is not in {writing.language} (it looks like «{found}»)")
