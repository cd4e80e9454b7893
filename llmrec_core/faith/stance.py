"""Which parts of a sentence speak for something, and which against it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERBS = (
    r"(?:hates?|dislikes?|loathes?|detests?|avoids?|shuns?|skips?|despises?|loves?|likes?|enjoys?|"
    r"adores?|prefers?|never|not|nor|does\s+not|doesn't|is\s+not|isn't|cannot|can't|has\s+no|"
    r"leaves?|rarely|seldom|cares?\s+little)"
)
_TURN = re.compile(
    r"\b(?:but(?!\s+also)|yet|while|whereas|although|though|however|rather\s+than|instead\s+of|"
    r"except(?:\s+for)?|apart\s+from|other\s+than|unlike|over(?=\s+[\w\s]{3,40}$))\b|[;!?]|"
    rf"(?:,\s*(?:and\s+)?|\band\s+)(?={_VERBS}\b)|"
    r"[，,；;。]?\s*(?:但是|但|不过|却|而不是|而非|然而)|[；。]|[，,](?=\s*(?:不|讨厌|很少|喜欢|偏爱))",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:dislik\w*|hat(?:e|es|ed|ing)|avoid\w*|shun\w*|loath\w*|detest\w*|despis\w*|abhor\w*|"
    r"resent\w*|reject\w*|repel\w*|repuls\w*|disdain\w*|ignores?|dismiss\w*|cannot\s+(?:bear|stand)|can't\s+(?:bear|stand)|"
    r"bor(?:ed|ing|es)|tired\s+of|tires\s+of|sick\s+of|fed\s+up|weary|"
    r"no\s+(?:more|interest|patience|fan|friend|time|taste|love|appetite)|never|nor|neither|not|no\s+longer|without|lack\w*|"
    r"\w+n't|cares?\s+little|leaves?|put\s+off|steers?\s+clear|skips?|allergic|averse|"
    r"aversion|anything\s+but|rarely|seldom|hardly|scarcely|disappoint\w*|let\s+down|"
    r"low\s+(?:marks|ratings?)|"
    r"unimpressed|unmoved|uninterested|turned?\s+off|poorly|badly|least|worst|fails?\s+to|"
    r"indifferent|little\s+(?:interest|taste|time|love)|weak\w*|less\s+(?:keen|fond|interested))\b|"
    r"不喜欢|不爱|不太|不感兴趣|讨厌|反感|避免|避开|很少|从不|厌恶|失望|不欣赏|不是",
    re.IGNORECASE,
)
_STILL_FOR = re.compile(
    r"\bnot\s+(?:only|just|merely|least)\b|\bcan(?:no|')t\s+get\s+enough\b|\bnever\s+(?:tires?|"
    r"misses|fails?|gets?\s+enough|bored)\b|\bcan(?:no|')t\s+resist\b|"
    r"\bno\s+(?:doubt|wonder|surprise)\b|\bnothing\s+(?:beats|better|pleases)\b|\blast\s+but\s+not\s+least\b|\bat\s+least\b|"
    r"\bwithout\s+(?:doubt|question|exception|fail)\b|\bnot\s+afraid\b|\bnever\s+say\b|"
    r"\bleaves?\s+room\b|不仅|不只|不但",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:lik(?:es?|ed|ing)|lov(?:es?|ed|ing)|enjoy\w*|ador\w*|fond|favou?r\w*|prefer\w*|drawn|"
    r"enthus\w*|fan|appreciat\w*|embrac\w*|admir\w*|keen|passion\w*|taste\s+for|turns?\s+to|leans?|"
    r"soft\s+spot|top\s+marks|thinks\s+highly|best|coming\s+back|cherish\w*|devot\w*|delight\w*|"
    r"treasur\w*|interested|cares?\s+(?:a\s+lot|deeply|much)|appetite|partial\s+to|seeks?|chose|chooses|picks?|picked)\b|"
    r"喜欢|喜爱|热爱|偏爱|钟爱|欣赏|爱看",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"rather\s+than|instead\s+of|unlike|over\b|than\b|而不是|而非", re.I)
_EXCEPT = re.compile(r"except|apart\s+from|other\s+than", re.IGNORECASE)
_BUT = re.compile(r"but|yet|但|而是", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """The characters from `start` to `end` and what they are: for (1), against (-1), neither (0).

    `told` says that the words tell it and not the sentence's polarity.
    """

    start: int
    end: int
    stance: int
    told: bool


def clauses(text: str, polarity: int) -> list[Clause]:
    """The clauses of a sentence with what each says of what it names.

    Words decide; a clause without any takes the stance of the one before it («not X but Y» turns
    it round), the first one the sentence's `polarity`.
    """
    cuts = [0, *(m.start() for m in _TURN.finditer(text) if m.start() > 0), len(text)]
    out: list[Clause] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        if start < end:
            out.append(_clause(text[start:end], start, end, out[-1] if out else None, polarity))
    return out


def _clause(part: str, start: int, end: int, before: Clause | None, polarity: int) -> Clause:
    head = part.lstrip(" ,，;；")
    if _COMPARED.match(head):
        return Clause(start, end, 0, True)
    if _EXCEPT.match(head) and before is not None:
        return Clause(start, end, -before.stance, True)
    bare = _STILL_FOR.sub(" ", part)
    if _AGAINST.search(bare):
        return Clause(start, end, -1, True)
    if bare != part or _FOR.search(bare):
        return Clause(start, end, 1, True)
    if before is None:
        return Clause(start, end, polarity, False)
    turned = before.stance < 0 and before.told and _BUT.match(head) is not None
    return Clause(start, end, 1 if turned else before.stance, turned)


def stance_at(parts: list[Clause], place: int) -> int:
    """The stance of the clause that holds the character `place`."""
    return next((c.stance for c in parts if c.start <= place < c.end), 0)
