"""A study's landscape as an artefact: named by all that determines it, told while it is made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError
from llmrec_core.landscape.recipe import STAGE, LandscapeRecipe
from llmrec_core.landscape.scores import Scores, score_sample
from llmrec_core.provenance import versions
from llmrec_core.recipe import digest
from llmrec_core.telling import Told, telling

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.telling import Tell

LOCK, PROGRESS = "landscape.lock", "landscape.json"
PHASES = ("descriptions", "fitting", "keeping")
_ARRAYS = ("values", "hidden", "relevant", "counts", "id_rank", "user_ids")


def _phase(words: str) -> int:
    begin = "fitting" if words.startswith("scoring") else words
    return next((k for k, phase in enumerate(PHASES) if begin.startswith(phase)), 0)


TOLD = Told(
    LOCK, PROGRESS, "has its landscape measured", len(PHASES), _phase,
    "The landscape was cancelled; texts that were read are kept.",
)


@dataclass(frozen=True)
class About:
    """A kept landscape as its card tells of it: `when` in Unix seconds."""

    key: str
    users: int
    asked: int
    """How many users were asked for: fewer may have rows enough, or room."""
    tested: int
    """Users who could have been looked at."""
    fitted: int
    held_out: int
    seed: int
    seconds: float
    when: float
    bytes: int


def measure_landscape(
    recommender: Recommender, recipe: LandscapeRecipe | None = None, tell: Tell | None = None
) -> str:
    """Fit, score and keep the landscape of a built study; its key.

    What is kept already is left as it is; what is damaged is made again. Raises `InputError` where
    too few users have rows enough to hold some out.
    """
    recipe = recipe or LandscapeRecipe()
    store, key = recommender.study.artefacts, key_of(recommender, recipe)
    with telling(recommender.study.folder, TOLD, tell) as say:
        if _whole(recommender, key):
            return key
        begun = time.perf_counter()
        scores, rows = score_sample(recommender, recipe, say)
        say("keeping", 0, 1)
        arrays = {name: getattr(scores, name) for name in _ARRAYS}
        arrays["names"] = np.array(scores.names)
        card = {
            "recipe": recipe.document(), "of": inputs_of(recommender), "rows": rows,
            "users": len(scores.user_ids), "versions": versions(),
            "seconds": round(time.perf_counter() - begun, 2),
        }
        store.save_arrays(STAGE, key, arrays, card)
    return key


def inputs_of(recommender: Recommender) -> str:
    """Names what a landscape is made of: rows, items, encoder, and the settings that were chosen.

    Weights are none of it: they are what it is looked at with.
    """
    study, keys = recommender.study, recommender.keys
    recipes = {name: recipe.document() for name, recipe in recommender.choice.recipes.items()}
    return digest([
        study.key, study.triples_key, keys.items, keys.choice,
        recommender.made_with["encoder"]["key"], recipes,
    ])


def key_of(recommender: Recommender, recipe: LandscapeRecipe) -> str:
    """The name of the landscape that `recipe` makes of a built study."""
    return recipe.key(inputs_of(recommender))


def _whole(recommender: Recommender, key: str) -> bool:
    try:
        load(recommender, key)
    except MissingArtefactError:
        return False
    except DamagedArtefactError:
        recommender.study.artefacts.remove(STAGE, key)
        return False
    return True


def load(recommender: Recommender, key: str) -> Scores:
    """The scores kept under `key`.

    Raises `MissingArtefactError` where there are none, `DamagedArtefactError` where a byte is not
    as it was written.
    """
    arrays = recommender.study.artefacts.load_arrays(STAGE, key)
    try:
        names = tuple(str(name) for name in arrays["names"])
        return Scores(names, **{name: arrays[name] for name in _ARRAYS})
    except (KeyError, ValueError, InputError) as error:
        raise _damaged(recommender) from error


def newest(recommender: Recommender, users: int | None = None) -> About | None:
    """The landscape to look at: of today's rows and settings, the latest; None without one.

    Of those of so many `users` as were asked for, where that is given. One whose card cannot be
    read counts as none.
    """
    store, mine = recommender.study.artefacts, inputs_of(recommender)
    found = []
    for key in store.keys(STAGE):
        try:
            card = store.card(STAGE, key)
            if card["of"] == mine and card["recipe"]["version"] == LandscapeRecipe.version:
                found.append(_about(key, card))
        except (DamagedArtefactError, MissingArtefactError, KeyError, TypeError, ValueError):
            continue
    found = [one for one in found if users in (None, one.asked)]
    return max(found, key=lambda one: one.when, default=None)


def about(recommender: Recommender, key: str) -> About:
    """What the card of the landscape `key` says; raises as `load` does."""
    card = recommender.study.artefacts.card(STAGE, key)
    try:
        return _about(key, card)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(recommender) from error


def _about(key: str, card: dict[str, Any]) -> About:
    rows = card["rows"]
    return About(
        key, int(card["users"]), int(card["recipe"]["users"]), int(rows["tested"]),
        int(rows["fitted"]), int(rows["held_out"]), int(card["recipe"]["seed"]),
        float(card["seconds"]), float(card["written"]), int(card["bytes"]),
    )


def _damaged(recommender: Recommender) -> DamagedArtefactError:
    name = recommender.study.name
    return DamagedArtefactError(
        f"The landscape of {name!r} is damaged: `llmrec landscape {name}` measures it again."
    )
