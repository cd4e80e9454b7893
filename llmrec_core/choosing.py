"""What a build chooses: settings and weights that suit the rows, or those of a saved recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core import tune
from llmrec_core.behaviour import Split
from llmrec_core.errors import StudioError
from llmrec_core.profile import described_profiles
from llmrec_core.signals.offers import offered
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


def fresh_choice(
    rows: Behaviour, tables: Tables, side: ItemSide, texts: Texts, scale: ValueScale, *,
    asked: str, n: int, report: Reporter,
) -> tune.Choice:
    """Settings and weights chosen on each user's last fifth; defaults where nobody has five rows.

    `asked` says which signals may take part (see `signals.wanted`). The template describes the
    folds, whoever writes: a model would cost three times the study's descriptions.
    """
    stage = report.state.stage

    def tell(done: int, total: int, what: str) -> None:
        report.say(f"{stage}: {what}", report.state.stages_done, done, total)

    def described(part: Behaviour) -> Profiles:
        return described_profiles(part, tables.items, scale, texts, report.step)

    offer = offered(asked, rows, tables)
    folds = tune.make_folds(rows, Split(), described)
    if not folds:
        return tune.unfitted(offer.names).because(offer.reasons)
    taught, swaps = prepare(folds[0][0], side, tables.items, texts)
    chosen = tune.choose(
        folds, taught, n=n, names=offer.names, swaps=swaps, kept=offer.kept,
        search=rows.n_items <= MOST_SEARCHED, progress=tell,
    )
    few = tune.make_few(rows, Split(), folds[0][0], described)
    return tune.with_groups(chosen, folds, few, taught, n).because(offer.reasons)


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
