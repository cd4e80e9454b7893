"""«Is this explanation faithful?»: reasons are taken away when asked; a slider waits for none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from llmrec_core.explain import faithful
from tests.pages.recommending import open_page, said, sound, weigh

PAGE = "pages/recommend/for_one_user.py"


def _figure(at):
    """The traces of the curves by name."""
    (found,) = [c for c in at.get("plotly_chart") if "Reasons taken away" in c.proto.spec]
    return {trace["name"]: trace for trace in json.loads(found.proto.spec)["data"]}


def test_the_answer_is_that_of_the_weights_of_then(built_study, monkeypatch):
    """Asked once, it is computed once; a slider changes nothing until it is asked for again; all
    three curves are drawn and their areas told."""
    asked = []
    real = faithful.curves

    def counted(*given, **more):
        asked.append(given[4])
        return real(*given, **more)

    monkeypatch.setattr("llmrec_core.ui.cached_faithful.curves", counted)
    at = weigh(open_page(PAGE, user="u05"), collaborative=1.0, description=0.5)
    at.session_state["ledger_faithful"] = True
    at = sound(at.run())
    assert asked == [] and "the item" not in "".join(text.value for text in at.text)
    at = sound(at.button(key="ledger_faithful_ask").click().run())
    first = [text.value for text in at.text if text.value.startswith("Without")]
    assert len(asked) == 1 and len(first) == 1
    assert "only the strongest known" in said(at)
    only = _figure(at)["only the strongest known"]
    away = _figure(at)["strongest taken away first"]
    assert len(_figure(at)) == 4
    assert only["y"] != away["y"]
    at = weigh(at, collaborative=1.0, description=0.55)
    assert len(asked) == 1 and "Description 0.50 (now 0.55)" in said(at)
    assert [text.value for text in at.text if text.value.startswith("Without")] == first
    at = sound(at.button(key="ledger_faithful_ask").click().run())
    assert len(asked) == 2 and "weights of then" not in said(at)
    assert float(asked[1].max()) == pytest.approx(1.0) and np.isclose(asked[1], 0.55).any()
