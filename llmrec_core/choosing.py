"""What a build chooses: settings and weights that suit the rows, or those of a saved recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core import tune
from llmrec_core.behaviour import Split, split
from llmrec_core.errors import StudioError
from llmrec_core.profile import described_profiles
from llmrec_core.signals.offers import offered
from llmrec_core.signals.settings import given_by, needs
from llmrec_core.steer import prepare

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.made import BuildRecipe
    from llmrec_core.profile import Profiles, ValueScale
    from llmrec_core.progress import Reporter
    from llmrec_core.signals import ItemSide
    from llmrec_core.study import Study
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts

MOST_SEARCHED = 5000
"""Items above which a build keeps the default settings: each attempt costs items^3."""


def searched(rows: Behaviour) -> bool:
    """Whether settings are searched on these rows, or are the defaults."""
    return rows.n_items <= MOST_SEARCHED


def fresh_choice(
    rows: Behaviour, tables: Tables, side: ItemSide, texts: Texts, scale: ValueScale, *,
    recipe: BuildRecipe, report: Reporter,
) -> tune.Choice:
    """Settings and weights chosen on each user's last fifth; defaults where nobody has five rows.

    `recipe` says which signals may take part, how long lists are, and which settings are given and
    not chosen. The template describes the
    folds, whoever writes: a model would cost three times the study's descriptions.
    """
    offer, given, n = offered(recipe.signals, rows, tables), given_by(recipe.settings), recipe.n
    needs(given, offer.names)
    steps = _Steps(report, len(offer.names))

    def described(part: Behaviour) -> Profiles:
        steps.next("descriptions")
        return described_profiles(part, tables.items, scale, texts, report.step)

    pairs = [split(rows, recipe) for recipe in tune.splits_like(Split())]
    folds = tune.folds_from(pairs, described)
    if not folds:
        return tune.unfitted(offer.names, given).because(offer.reasons)
    taught, swaps = prepare(folds[0][0], side, tables.items, texts)
    chosen = tune.choose(
        folds, taught, n=n, names=offer.names, swaps=swaps, kept=offer.kept,
        search=searched(rows), progress=steps.choosing, fixed=given,
    )
    few = tune.make_few(*pairs[0], folds[0][0], described)
    chosen = tune.with_groups(chosen, folds, few, taught, n, steps.last)
    return chosen.because(offer.reasons)


class _Steps:
    """How far a choice is: descriptions of three folds, signals and weights, descriptions of people
    with few rows, and signals for them, one part each."""

    FOLDS, FEW = 3, 2

    def __init__(self, report: Reporter, names: int) -> None:
        self.report, self.stage = report, report.state.stage
        self.names, self.told, self.parts = names, 0, self.FOLDS + names + 1 + self.FEW + 1

    def next(self, what: str) -> None:
        """The descriptions of one more fold, or of people with few rows."""
        after = self.names + 1 if self.told >= self.FOLDS else 0
        self._part(what, self.told + after)
        self.told += 1

    def choosing(self, done: int, total: int, what: str) -> None:
        """A signal whose settings are searched, then the weights."""
        self.told = max(self.told, self.FOLDS)
        self._part(what, self.FOLDS + done)

    def last(self, done: int, total: int, what: str) -> None:
        """The fits for people with few rows: all in one part."""
        self._part(what, self.parts - 1)
        self.report.step(done, total)

    def _part(self, what: str, number: int) -> None:
        words = f"{self.stage}: {what}"
        if number == self.report.state.part and self.report.state.parts == self.parts:
            self.report.words(words)
        else:
            self.report.part(words, number, self.parts)


def refuse(recipe: BuildRecipe, rows: Behaviour, tables: Tables) -> None:
    """Refuse before any work signals that cannot be had, and settings of others than these."""
    if not recipe.saved:
        needs(given_by(recipe.settings), offered(recipe.signals, rows, tables).names)


def saved_choice(study: Study, recipe: BuildRecipe) -> tune.Choice:
    """The settings and weights of the saved recipe that a build was asked for.

    Raises `InputError` where it is not there any more, `StudioError` where it was saved anew.
    """
    from llmrec_core.search.saved import load_saved

    found = load_saved(study, recipe.saved)
    if found.key != recipe.saved_key:
        raise StudioError(
            f"The recipe {found.name!r} was saved anew while the build ran: build again."
        )
    return found.choice()
