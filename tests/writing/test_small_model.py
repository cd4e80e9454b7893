"""The real small model: a user has a checked text of it, or the template's and the reason."""

from __future__ import annotations

import pytest
import world

from llmrec_core.evidence import user_evidence
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers
from llmrec_core.writing import Writing
from llmrec_core.writing.chat import write_all
from llmrec_core.writing.desk import Desk


@pytest.mark.encoder
@pytest.mark.parametrize("language", ["English", "Chinese"])
def test_a_user_described_by_the_small_model(smollm2, tmp_path, language):
    """Checked sentences of its own, or the template's with the reason; kept and not asked again."""
    items = world.items()
    evidence = user_evidence(world.behaviour(), items)[:1]
    writing = Writing(writer="local", model="smollm2", language=language, max_tokens=80)
    answers = Answers(tmp_path / "answers.sqlite")
    desk = Desk(smollm2, answers, Limits(), {})
    (one,) = write_all(evidence, items, writing, desk)
    assert one.sentences
    assert len(answers) == 1
    assert one.read == evidence[0].rows
    assert all(s.check and s.text.isprintable() for s in one.sentences)
    assert (one.writer == "template") == bool(one.fallback)
    (again,) = write_all(evidence, items, writing, desk)
    assert again == one
    assert len(answers) == 1
