"""What `llmrec build` does where an option is left out: as chosen on the page, or as last time."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from llmrec_core.errors import StudioError, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmrec_core.llm.limits import Limits
    from llmrec_core.study import Study
    from llmrec_core.writing.settings import Writing

SETTINGS = (
    "writer", "model", "server", "scheme", "language", "prompt", "unsupported", "sample",
    "max_tokens",
)
"""The options that say who writes; all are those of the page where no writer is named."""


def forget_defaults(parser: argparse.ArgumentParser) -> None:
    """Let an option that is not given be None, so that `fill` can tell."""
    usual = ("encoder", "item_texts", "signals", "recipe", "distil", "set", *SETTINGS)
    parser.set_defaults(**dict.fromkeys(usual))


def fill(options: argparse.Namespace, study: Study) -> str:
    """Put in what was not given; a sentence where the page's choice could not be taken, or "".

    With `--writer` the other settings are the plain ones: the same words build the same.
    """
    from llmrec_core import made
    from llmrec_core.writing.settings import Writing

    if options.encoder is None:
        options.encoder = made.encoder_name(study)
    if options.recipe is None:
        options.recipe = made.recipe_asked(study)
    if options.signals is None:
        options.signals = made.signals_asked(study)
    if options.distil is None:
        options.distil = made.distilled_asked(study)
    if options.item_texts is None:
        options.item_texts = made.items_written(study)
    options.from_page = options.writer is None
    usual, said = (_usual(study) if options.from_page else (Writing(), ""))
    for name in SETTINGS:
        if getattr(options, name) is None:
            setattr(options, name, getattr(usual, name))
    return said


def settings_of(options: argparse.Namespace, study: Study) -> tuple[str, ...]:
    """The settings of signals that a build is given: those of `--set`, else the last build's.

    Of the last build's only those of signals that are asked for now. A saved recipe has its own:
    raises `WrongUseError` where settings are given beside one.
    """
    from llmrec_core import made
    from llmrec_core.signals.settings import given_by, texts_of
    from llmrec_core.signals.wanted import wanted

    if options.set is None:
        last = {} if options.recipe else given_by(made.settings_asked(study))
        names = wanted(options.signals)
        return texts_of({name: given for name, given in last.items() if name in names})
    return settings_given(options.set, options.recipe)


def settings_given(texts: Sequence[str] | None, recipe: str | None) -> tuple[str, ...]:
    """The settings of `--set`, in a fixed order; raises `WrongUseError` beside a saved recipe."""
    from llmrec_core.signals.settings import given_by, texts_of

    given = texts_of(given_by(text for text in texts or () if text))
    if given and recipe:
        raise WrongUseError(
            f"The recipe {recipe!r} has settings of its own: give no --set beside it."
        )
    return given


def _usual(study: Study) -> tuple[Writing, str]:
    """The page's choice; where it is not complete, the writer of the last build."""
    from llmrec_core.made import last_build
    from llmrec_core.writing.chosen import chosen
    from llmrec_core.writing.settings import Writing

    try:
        return chosen(study).writing(), ""
    except StudioError as error:
        recipe = last_build(study).get("recipe")
        wrote = recipe.get("writing") if isinstance(recipe, dict) else None
        last = Writing.from_document(wrote) if isinstance(wrote, dict) else Writing()
        return last, f"The writing page is not complete ({error}): the last build's writer writes."


def bounded(options: argparse.Namespace, study: Study, limits: Limits) -> Limits:
    """`limits` with the page's patience, caps and prices where its choice is built.

    What an option says stays.
    """
    from llmrec_core.writing.chosen import Chosen, chosen

    now = chosen(study)
    if not options.from_page or now == Chosen():
        return limits
    try:
        page = now.limits()
    except StudioError:
        return limits
    mine = asdict(page) | {"prices": page.prices}
    given = {
        name: getattr(limits, name) for name in ("most_tokens", "most_cost", "prices")
        if getattr(options, name) is not None
    }
    return replace(limits, **{**mine, **given})
