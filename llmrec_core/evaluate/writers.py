"""Which writer's descriptions are worth most: the same users, described by each from the same rows.

The map from descriptions to items is fitted on everybody's template texts, but for the sampled
users, who have the writer's. So a writer is judged as it would be met: by a map that learned from
other texts, on users whom the map never saw (folds), from training rows alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core.errors import WrongUseError
from llmrec_core.evaluate.bench import WITHOUT, Bench, difference
from llmrec_core.evaluate.data import Data
from llmrec_core.evidence import user_evidence
from llmrec_core.profile import Profiles, sentence_layout
from llmrec_core.steer.swaps import center_of
from llmrec_core.steer.weights import STEERED
from llmrec_core.writing.settings import Scheme, WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.evidence.facts import Evidence
    from llmrec_core.tables import Items

Write = Callable[["Sequence[Evidence]", "Items", Callable[[int, int], object]], "list[Description]"]
"""Turns evidence into descriptions, in order."""

TEMPLATE = "template"


def writers_from(text: str, base: Writing) -> dict[str, Writing]:
    """The writers of «template,local:prose,local:persona»: label -> settings.

    `base` gives all but writer and scheme. Raises `WrongUseError` naming what is not understood.
    """
    out = {}
    for label in filter(None, (part.strip() for part in text.split(","))):
        kind, _, scheme = label.partition(":")
        if kind not in set(WriterKind) or scheme not in {"", *Scheme}:
            raise WrongUseError(
                f"There is no writer {label!r}: give {', '.join(WriterKind)}, the last two with a "
                f"scheme ({', '.join(Scheme)}) such as local:prose."
            )
        changed = {"writer": kind, "scheme": scheme or Scheme.PROSE.value, "sample": 0}
        out[label] = Writing.from_document({**base.document(), **changed})
    if not out:
        raise WrongUseError("No writer is named: give some such as template,local:prose.")
    return out


@dataclass
class Writers:
    """Rows for each of `writers` (label -> who writes), on `sample` users (0: all)."""

    needs: ClassVar[str] = STEERED
    writers: dict[str, Write]
    sample: int = 0

    def check(self, data: Data) -> None:
        """Nothing is refused."""

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Three rows a writer, and as "writers" what each loses or gains against the template.

        "worth" of a writer is what its blends have beyond the best blend without any description;
        there is none where no such blend was fitted.
        """
        users = self._users(bench)
        evidence = user_evidence(bench.data.train, bench.data.tables.items)
        asked = [evidence[user] for user in users]
        blends = {
            STEERED: {STEERED: 1.0}, "blend": bench.choice.accurate,
            "blend, steerable": bench.choice.weights,
        }
        fitted = {k: v for k, v in bench.mixed.items() if k == WITHOUT}
        base = bench.lists({**blends, **fitted}, users=users)
        rows = [bench.row(f"{name} (these users)", base[name], mix, users=users)
                for name, mix in fitted.items()]  # fmt: skip
        found = {}
        for label, write in self.writers.items():
            def tell(done: int, total: int, label: str = label) -> None:
                bench.tell(f"{label} writes", done, total)

            written = write(asked, bench.data.tables.items, tell)
            lists = base
            if label != TEMPLATE:
                told = retold(bench, users, written)
                lists = bench.lists(blends, users=users, profiles=told, fitted=bench.retold(told))
            entry: dict[str, Any] = {**_look(written), "users": len(users)}
            for name, mix in blends.items():
                rows.append(bench.row(f"{name} ({label})", lists[name], mix, users=users))
                entry[name] = difference(
                    bench.per_user(lists[name], users), bench.per_user(base[name], users)
                )
            entry["worth"] = {
                name: difference(
                    bench.per_user(lists[name], users), bench.per_user(base[WITHOUT], users)
                ) for name in blends if fitted and name != STEERED
            }
            found[label] = entry
        return rows, {"writers": found, "sample": len(users)}

    def _users(self, bench: Bench) -> np.ndarray:
        """(k,) numbers of the users who are described: drawn evenly, the same on any machine."""
        from llmrec_core.describe.template import FEW_ROWS
        from llmrec_core.writing.chat import drawn

        counts = np.bincount(bench.data.train.user, minlength=bench.data.train.n_users)
        known = bench.users[counts[bench.users] >= FEW_ROWS]
        ids = [str(bench.data.train.user_ids[user]) for user in known]
        return known[drawn(ids, self.sample)]


def retold(bench: Bench, users: np.ndarray, written: Sequence[Description]) -> Profiles:
    """Everybody's training profiles, those of `users` with the sentences of `written`."""
    center = center_of(bench.profiles, bench.data.texts)
    others = []
    for user, description in zip(users, written, strict=True):
        said, weights, _ = sentence_layout([description])
        vectors, _ = bench.data.texts.sentences(said, center)
        others.append(bench.profiles.at(int(user)).with_text(vectors, weights, said))
    return bench.profiles.with_texts_of(users.tolist(), others)


def _look(written: Sequence[Description]) -> dict[str, Any]:
    """What the texts are like: words, sentences, stand-ins of the template, what checks found."""
    sentences = [s for description in written for s in description.sentences]
    checks = Counter(str(s.check) for s in sentences)
    return {
        "words": float(np.mean([len(d.text().split()) for d in written])),
        "sentences": len(sentences) / max(len(written), 1),
        "fallbacks": sum(1 for d in written if d.fallback),
        "checks": {kind or "none": count for kind, count in sorted(checks.items())},
    }
