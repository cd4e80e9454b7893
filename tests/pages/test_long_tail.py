"""Long tail: the sliders against another setting, in figures, pictures and a table."""

from __future__ import annotations

from tests.pages.recommending import open_page, said, sound, tables, weigh

PAGE = "pages/consequences/long_tail.py"


def _metrics(at):
    return {metric.label: metric for metric in at.metric}


def test_four_figures_each_with_its_meaning(built_study):
    """Coverage, tail share, Gini and popularity stand there; the fitted weights differ by none."""
    at = open_page(PAGE, study="tiny")
    at = sound(at.selectbox(key="tail_baseline").set_value("Fitted weights").run())
    cards = _metrics(at)
    assert set(cards) == {"Coverage", "Tail share", "Gini index", "Average popularity"}
    assert all(card.help for card in cards.values())
    assert cards["Coverage"].delta == "+0.0 points" and cards["Coverage"].value.endswith(" %")
    assert "show every item equally often" in said(at)


def test_the_first_look_compares_two_different_settings(built_study):
    """Sliders at the fitted weights meet popularity alone; moved ones meet the fitted weights."""
    at = open_page(PAGE, study="tiny")
    assert at.selectbox(key="tail_baseline").value == "Popularity alone"
    assert "went to other items" in said(at)
    moved = open_page("pages/recommend/for_one_user.py", study="tiny")
    moved.slider(key="weight_tiny_popularity").set_value(3.0).run()
    moved = sound(moved.switch_page(PAGE).run())
    assert moved.selectbox(key="tail_baseline").value == "Fitted weights"


def test_popularity_alone_shows_fewer_items_than_the_fitted_weights(built_study):
    """One and the same list for all but what each has seen: less coverage, items that lose."""
    at = open_page(PAGE, study="tiny")
    at.selectbox(key="tail_baseline").set_value("Fitted weights")
    at = weigh(at, popularity=1.0)
    assert _metrics(at)["Coverage"].delta.startswith("-")
    assert "went to other items" in said(at)
    at.segmented_control(key="tail_view").set_value("Lost").run()
    assert (tables(sound(at))[0]["change"] < 0).all()


def test_the_table_agrees_with_the_lists(built_study):
    """Shown and never shown items are the whole catalogue, the one with places, the other none."""
    at = open_page(PAGE, study="tiny")
    at.segmented_control(key="tail_view").set_value("Most shown now").run()
    shown = tables(sound(at))[0]["now"]
    at.segmented_control(key="tail_view").set_value("Never shown now").run()
    frames = tables(sound(at))
    never = len(frames[0]) if frames else 0
    assert (shown > 0).all() and shown.is_monotonic_decreasing
    assert len(shown) + never == len(built_study.tables().items)


def test_saved_weights_are_a_setting_to_compare_with(built_study):
    """A name in the journal is offered; the same weights on the sliders differ by nothing."""
    built_study.journal.save_weights("niche *x*", {"popularity": 1.0})
    at = open_page(PAGE, study="tiny")
    at.selectbox(key="tail_baseline").set_value("Saved: niche *x*")
    at = weigh(at, popularity=1.0)
    assert "show every item equally often" in said(at)


def test_all_weights_zero_is_told(built_study):
    """Nothing is ranked by id in silence."""
    at = open_page(PAGE, study="tiny")
    assert "All weights are 0" in weigh(at).warning[0].value and not at.metric
