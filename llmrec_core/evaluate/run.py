"""One protocol from beginning to end: split, choose on training rows, fit, rank, measure."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from llmrec_core import signals, tune
from llmrec_core.behaviour import joined, split
from llmrec_core.choosing import searched
from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import BASELINE, WITHOUT, Bench, difference
from llmrec_core.evaluate.data import Data, Progress, counts_of, prepare_data
from llmrec_core.evaluate.result import Result
from llmrec_core.evaluate.significance import significance
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.protocol.published import beside
from llmrec_core.signals.offers import Offer, ease_spared, offered
from llmrec_core.signals.settings import needs, texts_of
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.steer import center_of, prepare
from llmrec_core.threads import suited

if TYPE_CHECKING:
    from llmrec_core import protocol as protocols
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles
    from llmrec_core.search.saved import Saved
    from llmrec_core.signals.settings import Given
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts


class Extra(Protocol):
    """Rows beyond the usual ones, on the same split and fits."""

    def check(self, data: Data) -> None:
        """Refuse before any work what would be refused after it."""
        ...

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """More rows, and more entries of the document."""
        ...


def evaluate(
    tables: Tables, protocol: protocols.Protocol, texts: Texts, progress: Progress | None = None,
    extras: Sequence[Extra] = (), names: Sequence[str] | str | None = None,
    saved: Saved | None = None, given: Given | None = None,
) -> Result:
    """Run `protocol` for the signals `names` (default: those a build takes by itself).

    A text asks as for a build: what its rows do not suit is left out, with the reason in "offered".
    With `saved` settings and weights are those of that recipe, and nothing is chosen; settings that
    are `given` (signal -> setting -> value) are taken as they are.

    The document is {"protocol": card, "rows": [{"recipe", "metrics", "intervals", "seconds",
    "settings"}…], "weights" (most accurate), "steerable", "curve", "validation", …}; metrics are
    means over test users, intervals 95 % bootstrap. Raises `InputError` where the split leaves
    nothing to measure.
    """
    tell = progress or (lambda stage, done, total: None)
    data = prepare_data(tables, protocol, texts, tell)
    offer = _offer(data, names, saved)
    names = offer.names
    _check(extras, data, names, given or {})
    begun = time.perf_counter()
    choice, baseline = _chosen(data, protocol, names, saved, tell, given)
    chosen = time.perf_counter() - begun
    profiles = data.described(data.train, tell, "descriptions")
    data = replace(data, items=data.taught(center_of(profiles, texts)))
    bench = Bench(data, choice, profiles, protocol.n, tell)
    if baseline is not None:
        bench.add(BASELINE, "collaborative", baseline)
    rows = _rows(bench, baseline)
    document = {
        "protocol": protocol.card(), "data": counts_of(data), "weights": choice.accurate,
        "steerable": choice.weights, "without": choice.without, "worth": _worth(bench),
        "curve": [point.document() for point in choice.curve], "as_good": choice.as_good,
        "groups": [group.document() for group in choice.groups], "reasons": choice.reasons,
        "validation": choice.validation, "seconds_choosing": round(chosen, 2),
        "encoder": texts.encoder.name, "writer": "template",
        "tried": list(names), "offered": offer.reasons,
        "given": list(texts_of(given or {})),
    }
    if saved is not None:
        document["saved"] = saved.told(protocol)
    for extra in extras:
        more, entries = extra.rows(bench)
        rows += more
        document |= entries
    if published := beside({**document, "rows": rows}):
        document["published"] = published
    document["significance"] = significance(bench.values, f"ndcg@{protocol.n}", choice.recipes)
    return bench.result({**document, "rows": rows})


def _offer(data: Data, names: Sequence[str] | str | None, saved: Saved | None) -> Offer:
    """Which signals are measured; refuses one asked for by name that cannot be had."""
    if saved is not None:
        return Offer(tuple(saved.recipes))
    if names is None or (not isinstance(names, str) and tuple(names) == wanted(AUTO)):
        names = AUTO
    text = names if isinstance(names, str) else ",".join(names)
    return offered(text, data.train, data.tables)


def _check(extras: Sequence[Extra], data: Data, names: Sequence[str], given: Given) -> None:
    """Refuse before any work what an extra could not be measured on, and idle settings."""
    needs(given, names)
    for extra in extras:
        needed = getattr(extra, "needs", "")
        if needed and needed not in names:
            raise InputError(
                f"What is asked for beyond the table is about the signal {needed}, which is not "
                f"among those measured ({', '.join(names)}): ask for it too, or for nothing more."
            )
        extra.check(data)


def _chosen(
    data: Data, protocol: protocols.Protocol, names: Sequence[str], saved: Saved | None,
    tell: Progress, given: Given | None = None,
) -> tuple[tune.Choice, signals.CollaborativeRecipe | None]:
    """Settings and weights from training rows, with lessons centred as their inner texts.

    And the baseline's; none where EASE costs more than a row that nobody asked for is worth.
    """
    def described(rows: Behaviour, stage: str = "descriptions for validation") -> Profiles:
        return data.described(rows, tell, stage)

    def judged(inner: Behaviour, held_out: Behaviour) -> Candidates:
        return candidates(inner, held_out, protocol)

    pairs = _pairs(data, protocol)
    folds = tune.folds_from(pairs, described, judged)
    if not folds:
        raise InputError(
            f"The protocol {protocol.name} leaves no row to choose settings on "
            f"({len(data.train)} training rows): take a larger study."
        )
    if saved is not None:
        return saved.choice(), _baseline(folds[0], data.items, data.train, protocol.n)
    taught, swaps = prepare(folds[0][0], data.items, data.tables.items, data.texts)
    choice = tune.choose(
        folds, taught, n=protocol.n, names=names, swaps=swaps, without=True, thorough=True,
        search=searched(data.train), fixed=given,
        progress=lambda done, total, what: tell(f"choosing settings: {what}", done, total),
    )
    few = tune.make_few(
        *pairs[0], folds[0][0],
        lambda rows: described(rows, "descriptions of people with few rows"), judged,
    )
    choice = tune.with_groups(
        choice, folds, few, taught, protocol.n,
        lambda done, total, what: tell(f"choosing settings: {what}", done, total),
    )
    return choice, _baseline(folds[0], taught, data.train, protocol.n)


def _pairs(data: Data, protocol: protocols.Protocol) -> list[tuple[Behaviour, Behaviour]]:
    """(inner rows, rows held out of them) that settings and weights are chosen on: none of these
    is held out for the test.

    Where the protocol keeps validation rows they are the first fold, just as the last fit and the
    test see them; the other two draw as many again from training and validation rows together.
    """
    recipes = tune.splits_like(protocol.validation, protocol.draws)
    if data.validation is None:
        return [split(data.train, recipe) for recipe in recipes]
    every = joined(data.train, data.validation)
    return [(data.train, data.validation), *(split(every, recipe) for recipe in recipes[1:])]


def _baseline(
    fold: tune.Fold, items: signals.ItemSide, rows: Behaviour, n: int
) -> signals.CollaborativeRecipe | None:
    """EASE as published, its penalty chosen on the same validation rows.

    None where EASE is refused or spared (see `signals.offers`); its default penalty where no
    signal's settings are searched.
    """
    if ease_spared(rows):
        return None
    if not searched(rows):
        return signals.CollaborativeRecipe()
    with suited(rows.n_items):
        return _plain_ease(fold, items, n)


def _plain_ease(
    fold: tune.Fold, items: signals.ItemSide, n: int
) -> signals.CollaborativeRecipe:
    """The penalty that is best on the fold."""
    profiles, held_out = fold
    judge, memo = tune.Validation(profiles, held_out, n), signals.Memo()

    def worth(reg: float) -> float:
        recipe = signals.CollaborativeRecipe(reg=reg)
        fitted = signals.fit("collaborative", profiles, items, recipe, memo)
        return judge.ndcg(judge.normalised(fitted))

    penalties = signals.known("collaborative").module.GRID["reg"]
    return signals.CollaborativeRecipe(reg=max(penalties, key=worth))


def _rows(bench: Bench, baseline: signals.CollaborativeRecipe | None) -> list[dict[str, Any]]:
    """Every signal alone, the baseline if there is one, and the blends: the most accurate one, the
    steerable one and the most accurate one without the description."""
    lists = bench.lists({name: {name: 1.0} for name in bench.fitted} | bench.mixed)
    settings = {name: recipe.document() for name, recipe in bench.choice.recipes.items()}
    if baseline is not None:
        settings[BASELINE] = baseline.document()
    settings |= {name: {"weights": weights} for name, weights in bench.mixed.items()}
    return [
        bench.row(name, lists[name], settings[name], seconds=bench.seconds[name])
        for name in settings
    ]


def _worth(bench: Bench) -> dict[str, Any]:
    """What each blend with the description has beyond the best one without it, user by user.

    Nothing where no such blend was fitted.
    """
    if WITHOUT not in bench.mixed:
        return {}
    lists = bench.lists(bench.mixed)
    base = bench.per_user(lists[WITHOUT])
    return {
        name: difference(bench.per_user(lists[name]), base) for name in lists if name != WITHOUT
    }
