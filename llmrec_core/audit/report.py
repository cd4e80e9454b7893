"""The audit's numbers: one row for every description, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.audit.duplicates import Pair, duplicates
from llmrec_core.describe.sentences import PERSON, Check, Description
from llmrec_core.errors import InputError
from llmrec_core.evidence.facts import Evidence
from llmrec_core.faith import Lexicon, check, score

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.leak import LeakReport

COLUMNS = (
    "user_id", "writer", "sentences", "words", "specificity", "faithful", "unsupported",
    "contradicted", "open", "fallback", "refusal", "language", "alike", "held_out", "problem",
)
"""`specificity` distance from the mean description, `faithful` the share of sentences that hold,
`language` the one found where it is not the one asked for, `alike` the number of near-duplicates,
`held_out` whether the text had read held-out rows, `problem` the first one in words."""
_REFUSAL = re.compile(
    r"\b(?:as an? (?:ai|language model)|i(?:'m| am) (?:sorry|unable|not able)|"
    r"i can(?:no|')t (?:help|assist|provide|write|comply|do)|"
    r"i (?:do not|don't) have (?:enough|access)|(?:cannot|can't) (?:fulfil\w*|comply))\b|"
    r"(?:抱歉|对不起|无法|不能)[^。]{0,8}(?:提供|回答|完成|满足)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AuditReport:
    """`users` has COLUMNS, the worst first; `order` the user number of each of its rows.

    `descriptions` are those that were audited, checked, in user-number order; `pairs` the
    near-duplicates by user number.
    """

    users: pd.DataFrame
    order: np.ndarray
    descriptions: tuple[Description, ...]
    pairs: tuple[Pair, ...]
    leak: LeakReport | None

    def figures(self) -> dict[str, float]:
        """What the rows come to: counts, and means over users (nan where undefined)."""
        users = self.users
        n = len(users)

        def share(flags: Any) -> float:
            return float(np.mean(flags)) if n else float("nan")

        compared = users["faithful"].dropna()
        return {
            "users": n, "sentences": int(users["sentences"].sum()),
            "words": float(users["words"].mean()) if n else float("nan"),
            "specificity": float(users["specificity"].mean()) if n else float("nan"),
            "faithful": float(compared.mean()) if len(compared) else float("nan"),
            "unsupported": int(users["unsupported"].sum()),
            "contradicted": int(users["contradicted"].sum()),
            "users_with_problems": int((users["unsupported"] + users["contradicted"] > 0).sum()),
            "near_duplicates": share(users["alike"] > 0), "pairs": len(self.pairs),
            "fallbacks": int((users["fallback"] != "").sum()),
            "refusals": int(users["refusal"].sum()),
            "other_language": int((users["language"] != "").sum()),
        }

    def to_json(self, n: int = 20) -> dict[str, Any]:
        """The figures, who wrote, the `n` worst users and the `n` most alike pairs."""
        ids = [d.owner_id for d in self.descriptions]
        return {
            "figures": self.figures(),
            "writers": self.users["writer"].value_counts().to_dict(),
            "leak": None if self.leak is None else self.leak.to_json(),
            "worst": self.users.head(n).to_dict("records"),
            "duplicates": [
                {"first": ids[p.first], "second": ids[p.second], "alike": p.alike}
                for p in self.pairs[:n]
            ],
        }  # fmt: skip


def audit(
    descriptions: Sequence[Description], evidences: Sequence[Evidence], lexicon: Lexicon, *,
    vectors: np.ndarray | None = None, leak: LeakReport | None = None,
) -> AuditReport:
    """Read all descriptions, one for each evidence, in user-number order.

    Every sentence is compared with its evidence again, whoever wrote it. `vectors` (n, dim) are
    the descriptions' vectors; without them `specificity` is undefined. `leak` holds them against
    held-out rows.
    """
    import pandas as pd

    if len(descriptions) != len(evidences):
        raise InputError(
            f"There are {len(descriptions)} descriptions but evidence of {len(evidences)} users: "
            "give one for each."
        )
    checked = tuple(
        check(one, evidence, lexicon)
        for one, evidence in zip(descriptions, evidences, strict=True)
    )
    pairs = duplicates([one.text() for one in checked])
    rows = [_row(one) for one in checked]
    users = pd.DataFrame(rows, columns=list(COLUMNS))
    users["specificity"] = _specificity(vectors, len(rows))
    users["alike"] = np.bincount(
        [n for p in pairs for n in (p.first, p.second)], minlength=len(rows)
    ).astype(int)
    saw = np.zeros(len(rows), bool)
    if leak is not None:
        saw[leak.users[leak.saw]] = True
    users["held_out"] = saw
    order = _worst_first(users)
    return AuditReport(users.iloc[order].reset_index(drop=True), order, checked, tuple(pairs), leak)


def _row(one: Description) -> dict[str, Any]:
    on = [sentence for sentence in one.sentences if sentence.on]
    bad = [s for s in on if s.check in (Check.CONTRADICTED, Check.UNSUPPORTED)]
    bad.sort(key=lambda s: s.check != Check.CONTRADICTED)
    text = one.text()
    return {
        "user_id": one.owner_id, "writer": _writer(one), "sentences": len(on),
        "words": len(re.findall(r"[^\W_]+", text)), "faithful": score(one),
        "unsupported": sum(s.check == Check.UNSUPPORTED for s in on),
        "contradicted": sum(s.check == Check.CONTRADICTED for s in on),
        "open": sum(s.check == Check.OPEN for s in on), "fallback": one.fallback,
        "refusal": bool(_REFUSAL.search(text)), "language": _language(one, text),
        "problem": bad[0].problem if bad else one.fallback,
    }  # fmt: skip


def _writer(one: Description) -> str:
    """Who wrote; «and a person» where people changed sentences."""
    told = any(s.author == PERSON for s in one.sentences)
    return one.writer if not told or one.writer == PERSON else f"{one.writer} and a person"


def _language(one: Description, text: str) -> str:
    """The language found where it is not the one asked for, else ""."""
    if not one.language:
        return ""
    from llmrec_core.writing.language import other_language

    bare = re.sub(r"[«“\"《][^«»“”\"《》]*[»”\"》]|(?<=\s)[A-Z]\w+", " ", text)
    return other_language(bare, one.language) or ""


def _specificity(vectors: np.ndarray | None, n: int) -> np.ndarray:
    """(n,) Euclidean distance of each vector from the mean of all; nan without a text."""
    if vectors is None or n == 0:
        return np.full(n, np.nan)
    told = np.abs(vectors).sum(axis=1) > 0
    if not told.any():
        return np.full(n, np.nan)
    away = np.linalg.norm(vectors - vectors[told].mean(axis=0), axis=1)
    return np.where(told, away, np.nan)


def _worst_first(users: pd.DataFrame) -> np.ndarray:
    """Row numbers: contradictions weigh most, then what is unsupported, refused, alike, vague."""
    trouble = (
        5 * users["contradicted"] + 2 * users["unsupported"] + 2 * users["refusal"]
        + (users["fallback"] != "") + (users["language"] != "")
    )
    vague = users["specificity"].fillna(np.inf)
    return np.lexsort((users["user_id"], vague, -users["alike"], -trouble))
