"""Text of the data in figures: one line, cut, and nothing that Plotly would obey."""

from llmrec_core.charts.labels import label


def test_markup_and_templates_are_text():
    """No tag is left, and no `%{` that Plotly would fill in."""
    shown = label("<a href='x'>%{customdata[0]}</a>")
    assert "<" not in shown and "%{" not in shown
    assert shown.replace("\u2060", "") == "&lt;a href='x'&gt;%{customdata[0]}&lt;/a&gt;"


def test_a_long_text_is_cut_before_it_is_escaped():
    """Four characters of eight, the last an ellipsis: no half of an entity."""
    assert label("&&&&&&&&", 4) == "&amp;&amp;&amp;…"
