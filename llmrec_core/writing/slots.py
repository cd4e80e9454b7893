"""The five lines of a description: what each says, how it weighs, and how models name it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmrec_core.evidence.facts import FactKind


@dataclass(frozen=True)
class Slot:
    """`kind` of its sentences, their polarity, the facts it is about, and words for its label."""

    kind: str
    polarity: int
    facts: tuple[FactKind, ...]
    words: tuple[str, ...]


LIKES = Slot(
    "likes_attribute", 1,
    (FactKind.LIKES_ATTRIBUTE, FactKind.FAVOURITE_TITLE, FactKind.FAVOURITE_CREATOR, FactKind.ERA,
     FactKind.RECENT_TITLE, FactKind.OLD_TITLE),
    ("likes", "like", "liked", "喜欢", "喜好", "偏好", "喜歡", "mag", "vorlieben", "gefällt",
     "aime", "goûts", "le gusta", "gustos", "preferencias", "好み", "好き", "нравится",
     "mi piace", "gosta"),
)
THEMES = Slot(
    "theme", 1, (FactKind.THEME,),
    ("themes", "theme", "liked themes", "plot themes", "主题", "题材", "主題", "themen", "thèmes",
     "temas", "テーマ", "темы", "temi"),
)
DISLIKES = Slot(
    "dislikes_attribute", -1,
    (FactKind.DISLIKES_ATTRIBUTE, FactKind.DISLIKED_TITLE, FactKind.RARE_ATTRIBUTE),
    ("dislikes", "dislike", "disliked", "不喜欢", "不喜歡", "讨厌", "厌恶", "mag nicht",
     "abneigungen", "n'aime pas", "aversions", "no le gusta", "disgustos", "苦手", "嫌い",
     "не нравится", "non mi piace", "não gosta"),
)
OTHERS = Slot(
    "others_like", -1, (FactKind.DISLIKED_TITLE, FactKind.DISLIKES_ATTRIBUTE),
    ("others may like", "others like", "other may like", "others might like", "他人可能喜欢",
     "其他人可能喜欢", "别人可能喜欢", "别人喜欢", "他人喜欢", "其他人喜欢", "andere mögen",
     "anderen könnte gefallen", "d'autres aiment", "d'autres pourraient aimer",
     "a otros les puede gustar", "a otros les gusta"),
)
HABITS = Slot(
    "habit", 0,
    (FactKind.RATING_HABIT, FactKind.MAINSTREAM, FactKind.RECENT_CHANGE, FactKind.ACTIVITY),
    ("habits", "habit", "习惯", "習慣", "gewohnheiten", "habitudes", "hábitos", "привычки",
     "abitudini"),
)
SLOTS = (LIKES, THEMES, DISLIKES, OTHERS, HABITS)
"""In the order in which a prompt asks for them."""

_BY_NAME = {re.sub(r"[\W_]+", "", word): slot for slot in SLOTS for word in slot.words}
_NEGATIVE = re.compile(
    r"不喜欢|不喜歡|讨厌|厌恶|反感|不爱|不感兴趣|避开|避免|很少|"
    r"mag (?:keine|nicht)|lehnt|meidet|hasst|n'aime pas|déteste|évite|"
    r"no le gusta|detesta|evita|não gosta|non (?:ama|piace)|嫌い|苦手|"
    r"не (?:любит|нравится)",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"评分|平均|bewertet|note (?:en|avec)|puntúa|valora|評価|оценивает", re.IGNORECASE
)


def slot_named(label: str) -> Slot | None:
    """The slot that a label means, in whatever case, with whatever around it."""
    plain = re.sub(r"[\W_]+", "", label.casefold())
    found = _BY_NAME.get(plain)
    if found is None:  # «Likes (喜欢)», «What they dislike»: the longest name in it
        held = [name for name in _BY_NAME if len(name) >= 5 and name in plain]
        short = len(plain) <= 24
        found = _BY_NAME[max(held, key=len)] if held and short else None
    return found


def slot_of(text: str, guessed: int) -> Slot:
    """The slot of a sentence without a label; `guessed` is the polarity that English words give."""
    if guessed < 0 or _NEGATIVE.search(text):
        return DISLIKES
    return HABITS if guessed == 0 or _HABIT.search(text) else LIKES
