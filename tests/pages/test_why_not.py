"""«Why not another»: any item, what it lacks, the weight that brings it in, what was tried."""

from __future__ import annotations

from urllib.parse import parse_qs

from llmrec_core import blend
from llmrec_core.recommender import Recommender
from llmrec_core.whatif import block_of, from_token, weights_of
from tests.pages.recommending import open_page, said, sound, tables, weigh

PAGE = "pages/recommend/for_one_user.py"
TAB = ":material/quiz: Why not another"
WEIGHTS = {"description": 1.0, "taste": 0.5, "collaborative": 0.3, "popularity": 0.2}


ORDER = ("Switch off", "Remove from the history", "Say")


def _rank_now(recommender: Recommender) -> int:
    """The rank of item 0 for u05 as things are."""
    block = recommender.block(recommender.profile("u05"))
    return int(blend.rank_of(block, recommender.weights(WEIGHTS), 0) or 0)


def _opened(**weights: float):
    """The tab for u05, whose ten candidates of eleven fill a list of five and more."""
    at = open_page(PAGE, user="u05")
    at.selectbox(key="list_n").set_value(5)
    at = weigh(at, **(weights or WEIGHTS))
    at.session_state["user_tabs"] = TAB
    return sound(at.run())


def _ask(at):
    """As by the button, with the whole page drawn: a part drawn alone has no links in a test."""
    assert "why_not_tried_ask" in {button.key for button in at.button}
    at.session_state["why_not_tried_wanted"] = True
    return sound(at.run())


def _table(at, column):
    return next(table for table in tables(at) if column in table.columns)


def test_the_first_item_below_the_list_is_asked_about_and_the_button_brings_it_in(built_study):
    """Opened, it shows rank 6 against place 5; the slider is moved, and the item is in the list."""
    at = _opened()
    ranked = Recommender(built_study)
    weights = ranked.weights(WEIGHTS)
    sixth, fifth = (
        ranked.ranked(ranked.block(ranked.profile("u05")), weights, 11).items[k] for k in (5, 4)
    )
    assert f"Why not {sixth.title}" in [x.value for x in at.subheader]
    assert "Rank 6 of 11" in said(at) and f"short of «{fifth.title}» at place 5" in said(at)
    reasons = _table(at, "Difference")
    assert list(reasons)[3:] == ["This item", "Place 5", "Difference"]
    found = _table(at, "Border")
    assert (found["Rank"] <= 5).all()
    signal, position = found["Signal"][0], found["Put it to"][0]
    button = at.button(key="why_not_set_0")
    assert button.label == f"Set {signal} to {position}"
    at = sound(button.click().run())
    assert at.slider(key=f"weight_tiny_{signal.lower()}").value == float(position)
    assert sixth.title in set(_table(at, "Moved")["Title"])
    assert f"Why {sixth.title} is in" in [x.value for x in at.subheader]  # still the same item


def test_an_item_is_found_by_its_title_and_what_the_user_has_is_no_candidate(built_study):
    """A match is clicked; the history is told as such; nonsense finds nothing."""
    at = _opened()
    assert {"why_not:tiny:below", "why_not:tiny:popular"} & {p.key for p in at.pills}
    at = sound(at.text_input(key="why_not_search").set_value("heart 7").run())
    assert "Why not Heart 17" in said(at) or "Why not Heart 7" in said(at)  # the first match
    at = sound(at.pills(key="why_not:tiny:found").set_value("i07").run())
    assert "Why not Heart 7" in said(at) and "items of the history are no candidates" in said(at)
    at = sound(at.text_input(key="why_not_search").set_value("<b>nothing</b>").run())
    assert "No title and no id has" in said(at) and "<b>" not in said(at)
    at = sound(at.text_input(key="why_not_search").set_value("I00").run())  # an id
    assert f"Why not {Recommender(built_study).title(0)}" in said(at)
    at = sound(at.text_input(key="why_not_search").set_value("a").run())
    assert "12 of 24 found" in said(at) and len(at.pills(key="why_not:tiny:found").options) == 12


def test_an_item_of_the_list_is_in_by_so_many_points(built_study):
    """And what would take it out is told."""
    at = _opened()
    at.session_state["why_not:tiny"] = "i05"
    at = sound(at.run())
    assert "Why Heart 5 is in" in said(at) and "In the list of 5" in said(at)
    assert "points ahead of" in said(at) and "One weight that takes it out" in said(at)


def test_what_was_tried_is_ranked_and_opens_as_what_if(built_study):
    """Sentences, past items and words, the best first; the link's state gives the same rank."""
    at = _opened()
    at.session_state["why_not:tiny"] = "i00"
    at.session_state["why_not_tried"] = True
    at = sound(at.run())
    assert not any("What" in table.columns for table in tables(at))  # nobody asked
    tried = _table(_ask(at), "What")
    assert tried["Rank then"].is_monotonic_increasing
    assert set(tried["Change"]) == set(ORDER)
    assert "changes tried in" in said(at)
    links = [link.proto for link in at.get("page_link") if "state=" in link.proto.query_string]
    recommender, bests = Recommender(built_study), []
    for link in links:
        state = from_token(parse_qs(link.query_string)["state"][0])
        _, block = block_of(recommender, state)
        bests.append(blend.rank_of(block, weights_of(recommender, state), 0))
    helpful = tried[tried["Rank then"] < _rank_now(recommender)]
    assert bests == helpful.groupby("Change", sort=False)["Rank then"].min().reindex(
        [change for change in ORDER if change in set(helpful["Change"])]
    ).tolist()  # fmt: skip
    at.session_state["weight_tiny_taste"] = 1.5  # a slider waits for no trial
    at = sound(at.run())
    assert _table(at, "What").equals(tried)
    assert "For the weights of then: Taste 0.50 (now 1.50)." in said(at)
    at = _ask(at)
    assert not _table(at, "What").equals(tried) and "weights of then" not in said(at)


def test_without_weights_there_is_nothing_to_ask(built_study):
    """No list, no rank."""
    at = weigh(_opened())
    assert "there is no list that an item could be in" in said(at)
