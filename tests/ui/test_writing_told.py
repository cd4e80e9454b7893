"""Who wrote, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmrec_core.provenance import Made, made
from llmrec_core.study import Study
from llmrec_core.ui.writing_told import would_write, wrote
from llmrec_core.writing import Writing
from llmrec_core.writing.chosen import Chosen, keep

MODEL = Writing(writer="server", model="tiny", server="http://h/v1", sample=5)


def _made(tally: dict[str, object]) -> Made:
    return Made({}, "", 10, 0.0, (), (), writing=MODEL, tally=tally)


def test_a_model_the_template_and_stand_ins_are_counted_apart() -> None:
    """3 by the model; of the template's 21, 2 stand in for it, with the reason."""
    told = wrote(_made({"writers": {"tiny": 3, "template": 21}, "fallbacks": 2,
                        "reasons": {"The answer of tiny is empty.": 2}}))  # fmt: skip
    assert "tiny at http://h/v1 (prose, English)" in told and "3 of 24 texts by the model" in told
    assert "19 by the template" in told and "For 2 the template stands in" in told
    assert told.endswith("The answer of tiny is empty.")


def test_everything_by_the_model_says_no_more() -> None:
    """No template, no stand-ins."""
    told = wrote(_made({"writers": {"tiny": 24}, "fallbacks": 0, "reasons": {}}))
    assert told.endswith("24 of 24 texts by the model.")
    assert "not there any more" in wrote(_made({}))


def test_what_a_build_would_change_is_told(built_study: Study) -> None:
    """Nothing while the template stays; the model once one is chosen; what lacks where one is."""
    built = made(built_study)
    assert built is not None and "the template: rules" in wrote(built)
    assert would_write(built_study, built) == "" != would_write(built_study, None)
    keep(built_study, Chosen(writer="server", server="http://h/v1", server_model="tiny"))
    assert "by tiny at http://h/v1" in would_write(built_study, built)
    assert would_write(built_study, replace(built, writing=replace(MODEL, sample=0))) == ""
    keep(built_study, Chosen(writer="server"))
    assert "not complete" in would_write(built_study, built)


@pytest.mark.parametrize("sample", [0, 5])
def test_the_sample_is_named(sample: int) -> None:
    """A sample is part of who writes."""
    told = wrote(replace(_made({"writers": {"tiny": 1}}), writing=replace(MODEL, sample=sample)))
    assert ("5 users" in told) is bool(sample)
