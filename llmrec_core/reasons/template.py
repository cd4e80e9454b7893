"""The template's reason: one or two sentences made of the parts, without any model."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from llmrec_core.describe.grammar import listed, shown_title
from llmrec_core.reasons import phrases
from llmrec_core.reasons.parts import LESS_TAKEN, MORE_TAKEN, Feeling, Part, Weighed, called
from llmrec_core.reasons.shares import ALL, share_words
from llmrec_core.signals.base import Kind

MAX_QUOTE = 160
"""A longer sentence of the description is cut at a word."""
HALF = 0.45
"""The share from which the words say «about half» or more."""
MANY = 8
"""Parts from which the words say «many»."""
FINER = (Kind.SENTENCE, Kind.PAST_ITEM, Kind.ENTITY)
"""Kinds with a clause of their own; any other is told as a whole."""
MOSTLY = 0.6
"""The share of past items' points that one signal must carry to be called the way they bear."""


def write(weighed: Weighed, item_title: str) -> str:
    """One or two sentences that say what the parts say and nothing else."""
    title = in_words(item_title)
    first = _first(weighed, title)
    second = _second(weighed)
    return f"{first} {second[0].upper()}{second[1:].rstrip('.')}." if second else first


def in_words(title: str) -> str:
    """A title as it stands in a sentence: one line, its article in front, not too long."""
    return shown_title(" ".join(title.split()))


def quoted(sentence: str) -> str:
    """A sentence of the description between quotation marks, cut at a word when long."""
    line = " ".join(sentence.split()).rstrip(".")
    if len(line) > MAX_QUOTE:
        line = line[:MAX_QUOTE].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
    return f"«{line}»"


def because(parts: Sequence[Part], *, pro: bool = True) -> str:
    """The parts as clauses that follow «because», those of a kind together, the largest first."""
    done = _grouped([part for part in parts if part.kind == Kind.PAST_ITEM])
    clauses = [
        _says([part for part in parts if part.kind == Kind.SENTENCE]),
        _joined([_did(group, pro) for group in done], phrases.USER),
        _shares([part for part in parts if part.kind == Kind.ENTITY]),
        *(_whole(part, pro) for part in parts if part.kind not in FINER),
    ]
    if parts[0].kind != Kind.SENTENCE:
        clauses[:2] = clauses[1::-1]
    if parts[0].kind == Kind.ENTITY:
        clauses.insert(0, clauses.pop(2))
    return ", and because ".join(clause for clause in clauses if clause)


def _grouped(parts: Sequence[Part]) -> list[list[Part]]:
    """Past items by what they were to the user, the liked first, then the largest part first."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.feeling, []).append(part)
    return sorted(groups.values(), key=lambda group: group[0].feeling != Feeling.LIKED)


def _joined(done: Sequence[str], frame: str) -> str:
    return frame.format(did=", and ".join(done)) if done else ""


def _says(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    return phrases.SAYS.format(quotes=listed([quoted(part.evidence) for part in parts]))


def _shares(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    return phrases.SHARES.format(things=listed([shared(part) for part in parts]))


def shared(part: Part) -> str:
    """What the item shares, and with which past items: «the director Ada with Star 4»."""
    if not part.past:
        return thing(part)
    titles = listed([in_words(title) for title in part.past])
    return phrases.SHARED.format(thing=thing(part), titles=titles)


def thing(part: Part) -> str:
    """An entity as it stands in a sentence: «the director Ada»."""
    relation, _, name = part.evidence.partition(": ")
    return f"the {relation} {in_words(name)}".rstrip()


def _did(group: Sequence[Part], pro: bool) -> str:
    """What the user did with these past items."""
    titles = listed([in_words(part.evidence) for part in group])
    feeling, one = Feeling(group[0].feeling), len(group) == 1
    if feeling is Feeling.DISLIKED and pro:
        return phrases.DISLIKED_FOR.format(titles=titles, counts="counts" if one else "count")
    if feeling is Feeling.NEUTRAL and pro:
        return phrases.NEUTRAL_FOR.format(titles=titles)
    if feeling in (Feeling.DISLIKED, Feeling.NEUTRAL):
        phrase = phrases.DISLIKED if feeling is Feeling.DISLIKED else phrases.NEUTRAL
        return phrase.format(titles=titles)
    how = phrases.HOW.get(_main_signal(group), "") if pro else ""
    phrase = phrases.LIKED if feeling is Feeling.LIKED else phrases.TAKEN
    return phrase.format(titles=titles, how=how.format(comes="comes" if one else "come"))


def _whole(part: Part, pro: bool) -> str:
    if part.evidence in (MORE_TAKEN, LESS_TAKEN):
        return phrases.POPULAR.format(evidence=part.evidence)
    phrase = phrases.WHOLE if pro else phrases.WHOLE_AGAINST
    return phrase.format(evidence=part.evidence)


def _main_signal(group: Sequence[Part]) -> str:
    """The signal that carries most of these parts' points; "" where several do."""
    sums: dict[str, float] = {}
    for part in group:
        for signal, points in part.signals:
            sums[signal] = sums.get(signal, 0.0) + points
    best = max(sums, key=lambda signal: sums[signal])
    return best if sums[best] >= MOSTLY * math.fsum(part.points for part in group) else ""


def _first(weighed: Weighed, title: str) -> str:
    named = weighed.named()
    if not named:
        return _nothing(weighed, title)
    if len(weighed.pro) == 1 and named[0].evidence in (MORE_TAKEN, LESS_TAKEN):
        return phrases.ONLY_POPULAR.format(title=title, evidence=named[0].evidence)
    share = math.fsum(part.share for part in named)
    words = share_words(share)
    many = share < HALF and len(weighed.pro) >= MANY
    options: tuple[str, ...] = phrases.MANY_FOR if many else phrases.FOR
    if words == ALL:
        options = phrases.ALL_FOR
    said = _choose(options, weighed, title)
    return said.format(title=title, because=because(named), share=words)


def _nothing(weighed: Weighed, title: str) -> str:
    if weighed.con:
        return phrases.NOTHING_FOR.format(title=title)
    said = weighed.silent or weighed.pro  # what cannot be named is no missing weight
    nothing = phrases.NOTHING_AT_ALL if said else phrases.NO_WEIGHT
    return nothing.format(title=title)


def _second(weighed: Weighed) -> str:
    """What speaks against the item and which signals are silent; "" where there is neither."""
    worst = weighed.against()
    clauses = []
    if weighed.score < 0 and weighed.pro:
        said = phrases.OUTWEIGHED_MOST if worst else phrases.OUTWEIGHED
        clauses.append(said.format(because=because([worst], pro=False) if worst else ""))
    elif worst:
        said = _choose(phrases.AGAINST, weighed, worst.evidence)
        clauses.append(said.format(because=because([worst], pro=False)))
    if weighed.silent and (weighed.pro or weighed.con):
        one = phrases.SILENT[len(weighed.silent) > 1]
        clauses.append(one.format(signals=listed([called(name) for name in weighed.silent])))
    return "; ".join(clauses)


def _choose(options: Sequence[str], weighed: Weighed, salt: str) -> str:
    """One of the phrasings, always the same for the same title and parts."""
    told = "\0".join([salt, options[0], *(part.evidence for part in weighed.named())])
    seed = hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=4).digest()
    return options[int.from_bytes(seed, "big") % len(options)]
