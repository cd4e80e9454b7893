"""What a study was built with is read from its cards alone."""

from __future__ import annotations

from llmrec_core import provenance, signals
from llmrec_core.behaviour import Filters
from llmrec_core.signals.knowledge import relations_said
from llmrec_core.study import Study


def test_a_built_study_names_encoder_stages_and_choice(built_study: Study) -> None:
    """Every stage has seconds and bytes, and every signal a fitted weight."""
    made = provenance.made(built_study)
    assert made is not None and made.encoder["name"] == "fake" and made.missing == ()
    assert [card.stage for card in made.stages] == list(provenance.STAGES)[1:]
    assert made.bytes == sum(card.bytes for card in made.stages) > 0
    always = {name for name in signals.NAMES if signals.known(name).standing == "always"}
    assert made.choice is not None
    assert set(made.choice.weights) == set(made.choice.recipes) >= always


def test_what_relations_weigh_is_read_and_said(built_study: Study) -> None:
    """The signals' card has a weight for each relation that items share; the strongest is 1."""
    made = provenance.made(built_study)
    assert made is not None and set(made.relations) == set(
        built_study.tables().items.attributes
    )
    words = relations_said(made.relations)
    assert words.startswith("What sharing counts: ") and " 1.00" in words
    assert relations_said({"creator": 0.5, "genres": 2.0}) == (
        "What sharing counts: genre 1.00, creator 0.25."
    )
    assert relations_said({}) == relations_said({"creator": 0.0}) == ""


def test_other_filters_make_the_build_stale(built_study: Study) -> None:
    """Item texts are still good; what reads interactions is named as missing."""
    built_study.set_filters(Filters(min_value=2.0))
    made = provenance.made(built_study)
    assert made is not None and "items" not in made.missing and "signals" in made.missing


def test_not_built_or_unreadable_is_none(built_study: Study) -> None:
    """A build record that is cut off counts as none, never as an error."""
    path = built_study.folder / "build.json"
    path.write_text(path.read_text()[:40])
    assert provenance.made(built_study) is None
    path.unlink()
    assert provenance.made(built_study) is None
