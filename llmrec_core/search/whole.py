"""A search on a study: its rows, its files, what is written down when it ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core import lock, signals
from llmrec_core.artefacts import write_atomically
from llmrec_core.errors import StudioError
from llmrec_core.evaluate.stored import content_key
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.recipe import digest
from llmrec_core.search.run import SEED, search
from llmrec_core.search.space import settings_of
from llmrec_core.search.users import ASIDE, FOLDS, UserFolds
from llmrec_core.signals.offers import offered
from llmrec_core.signals.settings import given_by, needs, start
from llmrec_core.telling import Told, telling

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles
    from llmrec_core.protocol import Protocol
    from llmrec_core.signals import ItemSide
    from llmrec_core.study import Study
    from llmrec_core.telling import Tell
    from llmrec_core.texts import Texts

LOCK, PROGRESS = "search.lock", "search.json"
TRIALS = "searches.sqlite"
"""The trials of all searches of a study; they may be deleted, and a search then begins anew."""
LAST = "search-found.json"
"""What the last search found."""
_ONE = "search-trials.lock"
"""Held by the one search that adds trials."""
PHASES = ("reading", "folds of users", "searching", "judging the best")


def _phase(words: str) -> int:
    return next((k for k, phase in enumerate(PHASES) if words.startswith(phase)), 0)


TOLD = Told(
    LOCK, PROGRESS, "is being searched", len(PHASES), _phase,
    "The search was cancelled; the trials that ended are kept, and the next search goes on.",
    timed="searching",
)


def search_study(
    study: Study, protocol: Protocol, texts: Texts, asked: str, minutes: float,
    tell: Tell | None = None, *, settings: Sequence[str] = (),
) -> dict[str, Any]:
    """Search for `minutes` inside the training rows of `protocol`; the document of what was found.

    `asked` says which signals, as for a build: what its rows do not suit is left out with the
    reason, and what was asked for by name and cannot be had is refused (see `signals.offers`).
    `settings` are given and not searched (see `signals.settings`). Rows that the protocol holds out
    are never read, so that measuring the find under it is fair.
    The document is that of `search.Found` with protocol, data, signals and encoder; it is also
    written down in the study (LAST). Raises `StudioError` where the study is searched already.
    """
    data_key, given = content_key(study), given_by(settings)
    with lock.alone(study.folder, _ONE, TOLD.busy), telling(study.folder, TOLD, tell) as say:
        make = _Maker(study, protocol, texts, say)
        if content_key(study) != data_key:
            raise StudioError(f"The study {study.name!r} was imported anew: search again.")
        offer = offered(asked, make.data.train, make.data.tables)
        names = offer.names
        needs(given, names)
        space = {name: [start(name, given).document(), settings_of(name, given)]
                 for name in names}  # fmt: skip
        key = digest([data_key, protocol.key(), texts.encoder.key, space, FOLDS, ASIDE, SEED])
        found = search(make, names, minutes, path=study.folder / TRIALS, key=key, tell=say,
                       fixed=given)  # fmt: skip
        document = {
            **found.document(), "metric": f"ndcg@{protocol.n}", "protocol": protocol.name,
            "rules": protocol.key(), "data": data_key, "signals": list(names),
            "reasons": offer.reasons, "given": list(settings), "encoder": texts.encoder.name,
        }
        write_atomically(study.folder / LAST, json.dumps(document).encode())
    return document


class _Maker:
    """Folds of users, of the training rows of a protocol and judged by its rules."""

    def __init__(self, study: Study, protocol: Protocol, texts: Texts, say: Tell) -> None:
        from llmrec_core.evaluate.data import prepare_data

        self.protocol, self.texts, self.say = protocol, texts, say
        self.data = prepare_data(
            study.tables(), protocol, texts,
            lambda words, done, total: say("reading: " + words, done, total),
        )

    def __call__(self) -> UserFolds:
        return UserFolds(
            self.data.train, self.protocol.validation, self.described, self.side,
            judged=self.judged, n=self.protocol.n, seed=SEED,
        )

    def judged(self, inner: Behaviour, held_out: Behaviour) -> Candidates:
        """What may be listed and what counts, as the protocol has it."""
        return candidates(inner, held_out, self.protocol)

    def described(self, rows: Behaviour) -> Profiles:
        """Profiles of inner rows alone."""
        return self.data.described(
            rows, lambda _, done, total: self.say("folds of users", done, total), ""
        )

    def side(self, profiles: Profiles) -> ItemSide:
        """The item side with lessons centred as the sentences of `profiles`."""
        from llmrec_core.steer import center_of

        return self.data.taught(center_of(profiles, self.texts))


def last_found(study: Study) -> dict[str, Any] | None:
    """What the last search found; None without one, or where its file is damaged or older."""
    try:
        document = json.loads((study.folder / LAST).read_text())
    except (OSError, ValueError):
        return None
    needed = {"weights", "begun_weights", "aside", "rules"}
    return document if isinstance(document, dict) and needed <= set(document) else None


def found_lines(document: dict[str, Any]) -> list[str]:
    """The find as lines for people: figures first, then settings that are not the default's."""
    metric, gain = document["metric"], document["aside"] - document["begun_aside"]
    low, high = document["gain"]
    lines = [
        f"{document['trials']:,} trials ({document['earlier']:,} of earlier runs, "
        f"{document['pruned']:,} given up early) in {document['seconds']:,.0f} s, inside the "
        f"training rows of {document['protocol']}",
        f"{metric} on folds of users: {document['begun']:.4f} with default settings, "
        f"{document['value']:.4f} the best",
        f"on {document['users_aside']:,} users kept aside, where nothing was chosen: "
        f"{document['begun_aside']:.4f} and {document['aside']:.4f} ({gain:+.4f}, 95 % {low:+.4f} "
        f"to {high:+.4f})",
    ]
    lines.append(verdict(document))
    for name, why in document.get("reasons", {}).items():
        lines.append(f"    {signals.label(name)}: {why}")
    for name, weight in document["weights"].items():
        if weight:
            told = ", ".join(f"{k} {v}" for k, v in changed(document, name).items())
            label = signals.label(name)
            lines.append(f"    {label:<16}{weight:5.2f}  {told or 'default settings'}")
    return lines


def verdict(document: dict[str, Any]) -> str:
    """What the figures come to, in one sentence."""
    if document["value"] <= document["begun"]:
        return "Nothing better than the defaults was found: give it more minutes, and it goes on."
    low, high = document["gain"]
    if low <= 0 <= high:
        return "The difference on users kept aside is within what luck gives."
    return "On users kept aside it is " + ("better" if low > 0 else "worse") + " beyond luck."


def changed(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The settings of one signal that the search took instead of the default."""
    usual = signals.DEFAULTS[name].document()
    return {k: v for k, v in document["recipes"][name].items() if usual.get(k) != v}
