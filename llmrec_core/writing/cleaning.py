"""An answer before it is read: what is no part of the text is taken away, what is none is named."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable

from llmrec_core.llm.base import ModelError

MOST_READ = 20_000
"""Characters of an answer that are looked at."""

LOOP_LENGTH, LOOP_RATIO = 200, 4.5
"""Prose shrinks to about half when packed; what shrinks to less than this repeats itself."""

_THINKING = re.compile(r"<(think|thinking|reasoning|analysis)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<(?:think|thinking|reasoning|analysis)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|reasoning|analysis)>", re.IGNORECASE)
_MARK = re.compile(r"</?\s*data-?[0-9a-f]*\s*>", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?:```|~~~)\w*\s*$", re.MULTILINE)
_REFUSAL = re.compile(
    r"^\W*(?:i(?:'m| am) (?:very |really )?sorry|sorry,? (?:but )?i|unfortunately,? i|"
    r"i (?:can(?:no|')t|won't|am unable|am not able|do not feel)|i'm (?:unable|not able)|"
    r"as an? (?:ai|language model|assistant)|抱歉|对不起|很抱歉|我无法|我不能|"
    r"作为(?:一个|一款)?(?:ai|人工智能|语言模型)|es tut mir leid|désolé|"
    r"je (?:suis désolé|ne peux pas)|lo siento)",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^\W*(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|great|yes|当然(?:可以)?|好的|"
    r"natürlich|gerne|bien sûr|por supuesto|claro)\s*[!,.:，。！：]+\s*",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"^\W*(?:(?:here|below) (?:is|are)\b.*|here's\b.*|based on (?:the|this)\b[^.]*:|"
    r"let me know\b.*|i hope\b.*|hope this\b.*|please note\b.*|note:.*|"
    r"feel free\b.*|is there anything\b.*|"
    r"if you (?:need|want|would)\b.*|以下是.*|"
    r"根据(?:以上|上述|这些|证据)[^。]*[：:]|希望(?:这|对|以上).*|"
    r"hier (?:ist|sind)\b.*|voici\b.*|aquí (?:está|tienes)\b.*)$",
    re.IGNORECASE,
)
_PAIR = re.compile(r'"([^"\n]{1,40})"\s*:\s*(?:\[\s*)?"((?:[^"\\]|\\.)*)"')


class UnusableError(ModelError):
    """An answer that is no description; the words complete «the answer …»."""


def cleaned(text: str, prompt: Iterable[str] = ()) -> list[str]:
    """The lines of an answer that may belong to a description.

    Thinking, fences, chatter, control characters and what was copied from `prompt` (texts that
    the model was sent) are left out; JSON becomes «key: value» lines. Raises `UnusableError` for
    an empty answer, a refusal, an endless repetition and a mere copy of the prompt.
    """
    text = _without_thinking(text[:MOST_READ])
    if _MARK.match(text.lstrip()):  # only a prompt begins with the mark of its data
        raise UnusableError("copies the evidence instead of describing a person")
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\t", " "))
    text = _HELLO.sub("", _MARK.sub(" ", _FENCE.sub("", text)).strip())
    if not text:
        raise UnusableError("is empty")
    if _loops(text):
        raise UnusableError("repeats itself without end")
    lines = [line.strip() for line in _from_json(text).split("\n") if line.strip()]
    if _REFUSAL.search(lines[0]) and len(lines) < 4:
        raise UnusableError("is a refusal")
    sent = {_plain(line) for part in prompt for line in part.split("\n")}
    fresh = [x for x in lines if _plain(x) not in sent]
    if not fresh:
        raise UnusableError("only repeats the prompt")
    kept = [line for line in fresh if not _CHATTER.search(line)]
    if not kept:
        raise UnusableError("says nothing of the person")
    return kept


def _without_thinking(text: str) -> str:
    text = _THINKING.sub(" ", text)
    if _CLOSE.search(text):  # the template of some models opens the block in the prompt
        text = _CLOSE.split(text)[-1]
    parts = _OPEN.split(text, maxsplit=1)
    if len(parts) > 1 and not parts[0].strip():
        raise UnusableError("never gets beyond thinking")
    return parts[0]


def _loops(text: str) -> bool:
    data = text.encode("utf-8", "replace")
    return len(data) >= LOOP_LENGTH and len(data) > LOOP_RATIO * len(zlib.compress(data, 9))


def _from_json(text: str) -> str:
    """«key: value» lines of an answer that is JSON, whole or cut off; other answers unchanged."""
    start = text.find("{")
    if start < 0 or start > 80 or text.count('"') < 4:
        return text
    try:
        document = json.JSONDecoder().raw_decode(text[start:])[0]
    except (ValueError, RecursionError):
        pairs = ((key, value.replace('\\"', '"')) for key, value in _PAIR.findall(text))
        return "\n".join(f"{key}: {value}" for key, value in pairs) or text
    return "\n".join(_lines(document)) or text


def _lines(value: object, key: str = "") -> Iterable[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, key)
    elif value is not None:
        line = " ".join(str(value).split())
        yield f"{key}: {line}" if key else line


def _plain(line: str) -> str:
    return " ".join(re.sub(r"[*_#>`-]+", " ", line.casefold()).split())
