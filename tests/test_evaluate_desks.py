"""The desks of a comparison: what is opened, and whose cap it is."""

from chat import FakeChat

from llmrec_core.evaluate.desks import Desks
from llmrec_core.llm.limits import Limits
from llmrec_core.writing.settings import Writing


def test_compared_writers_share_one_model_and_one_cap(tmp_path, monkeypatch):
    """Two schemes of one model open it once, and what one takes is missing for the other."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path))
    opened = []

    def open_model(writing, limits, key=None):
        opened.append(writing.scheme)
        return FakeChat("LIKES: Likes space.")

    monkeypatch.setattr("llmrec_core.llm.connect.open_model", open_model)
    desks = Desks(None, Limits(most_tokens=100))
    first, second, third = (
        desks.of(Writing(writer="local", model=model, scheme=scheme))
        for model, scheme in (("a", "prose"), ("a", "persona"), ("b", "prose"))
    )
    assert len(opened) == 2 and first.model is second.model is not third.model
    assert "portrait" in second.text("persona") and list(second.texts)[0] == "persona"
    assert first.budget is second.budget is third.budget
