"""Every sentence is compared with what was read: names, kinds, makers, years, counts, sides."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import world

from benchmarks.mutations import MUTATIONS, World, mutated
from llmrec_core import describe, tables
from llmrec_core.describe import Description, Sentence
from llmrec_core.evidence import Evidence, Fact, FactKind, user_evidence
from llmrec_core.faith import Lexicon, check, score
from llmrec_core.tables import Items

ML = Path(__file__).resolve().parents[3] / "shared" / "data" / "movielens-100k"
ROWS = [
    ("Heat", "1995", ["Crime", "Thriller"], ["Michael Mann"], "A thief and a detective."),
    ("Alien", "1979", ["Horror", "Sci-Fi"], ["Ridley Scott"], "Ellen Ripley wakes."),
    ("Net, The", "1995", ["Thriller"], ["Irwin Winkler"], "A programmer on the run at speed."),
    ("It", "1990", ["Horror"], ["Tommy Lee Wallace"], "It comes back."),
    ("Speed", "1994", ["Action"], ["Jan de Bont"], "A bus must not slow down."),
    ("Clueless", "1995", ["Comedy"], ["Amy Heckerling"], "A girl in a school."),
    ("Collateral", "2004", ["Crime"], ["Michael Mann"], "A taxi in the night of a war."),
    ("Blade Runner", "1982", ["Sci-Fi"], ["Ridley Scott"], "A hunter of androids."),
    ("1984", "1984", ["Drama"], ["Michael Radford"], "A clerk is watched."),
    ("Patriot Games", "1992", ["War"], ["Phillip Noyce"], "A man is hunted."),
]
HEAT, ALIEN, NET, IT, SPEED, CLUELESS, COLLATERAL, RUNNER, ORWELL, GAMES = range(len(ROWS))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    frame = pd.DataFrame(ROWS, columns=["title", "year", "genres", "director", "plot"])
    frame["year"] = frame["year"].map(lambda year: [year])
    frame.insert(0, tables.ITEM, [f"i{n}" for n in range(len(frame))])
    return Lexicon.of(Items(frame, ("plot",), ("year", "genres", "director")))


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Loved Heat, The Net, Collateral and 1984; disliked Alien; met nothing else."""
    liked, met = (HEAT, NET, COLLATERAL, ORWELL), (HEAT, NET, COLLATERAL, ORWELL, ALIEN)

    def fact(kind: FactKind, side: int, name: str, at: tuple[int, ...], **numbers: float) -> Fact:
        where = "genres" if "attribute" in kind else ""
        return Fact(kind, side, (name,) if name else (), where, numbers, at, at)

    facts = (
        fact(FactKind.LIKES_ATTRIBUTE, 1, "Crime", (HEAT, COLLATERAL), count=2, share=0.5),
        fact(FactKind.LIKES_ATTRIBUTE, 1, "Thriller", (HEAT, NET), count=2, mean=4.0, share=0.5),
        *(fact(FactKind.FAVOURITE_TITLE, 1, ROWS[n][0], (n,), value=5) for n in liked),
        fact(FactKind.FAVOURITE_CREATOR, 1, "Michael Mann", (HEAT, COLLATERAL), count=2),
        fact(FactKind.DISLIKES_ATTRIBUTE, -1, "Horror", (ALIEN,), count=1, mean=1.0),
        fact(FactKind.DISLIKED_TITLE, -1, "Alien", (ALIEN,), value=1),
        fact(FactKind.ERA, 1, "1990s", (HEAT, NET), count=2),
        fact(FactKind.THEME, 1, "thief", (HEAT,), count=2),
        fact(FactKind.THEME, 1, "taxi", (COLLATERAL,), count=2),
        fact(FactKind.RATING_HABIT, 0, "", met, mean=3.84, generosity=1.5, count=5),
        fact(FactKind.ACTIVITY, 0, "", met, count=5),
    )
    return Evidence("u", facts, met, 100)


TRUE = (
    "Loved Heat (1995), The Net (1995) and Collateral.",
    "Net, The is a favourite.",
    "Enjoys “Heat” and 'Collateral'.",
    "Is drawn to crime films and thrillers.",
    "Enjoys thrillers, crime and the work of Michael Mann.",
    "Likes Heat but not Alien.",
    "Hates Alien but loves Heat.",
    "Not Alien but Heat is the favourite.",
    "Avoids horror, and likes crime films.",
    "Cannot get enough of crime films.",
    "Likes not only Heat but also Collateral.",
    "Prefers films from the 1990s.",
    "Has a soft spot for films of the nineties.",
    "Loved 1984.",
    "Rates generously, 3.8 on average.",
    "Has rated 5 films, 2 of them crime films.",
    "Has rated five films, two of them crime films.",
    "Half (50%) of what was liked is crime.",
    "Likes films about a thief and a taxi.",
    "Loved the taxi film Collateral, a crime story.",
    "喜欢《Heat》(1995)和《Collateral》，但不喜欢《Alien》。",
    "偏爱1990年代的电影，平均3.8分。",
)
OPEN = (
    "It is hard to say more.",
    "Likes speed and a good story.",
    "Looks for heat and tension.",
    "Is at home in American cinema.",
    "Never goes to war without a reason.",
)
UNSUPPORTED = (
    "Loved Clueless.",
    "Loved Blade Runner (1982) and Heat.",
    "Loved “The Godfather”.",
    "Loved «It».",
    "Loved It (1990).",
    "Enjoys comedies.",
    "Is drawn to war films.",
    "Is fond of Amy Heckerling.",
    "Is fond of Stanley Kubrick.",
    "Loved Heat (1996).",
    "Prefers films from the 1970s.",
    "Rates generously, 4.1 on average.",
    "Has rated 42 films.",
    "They read five hundred films.",
    "Has rated 5 hundred films.",
    "Has rated twenty-five films.",
    "Has rated a thousand films.",
    "Has seen hundreds of films.",
    "Has seen dozens of good crime films.",
    "Likes science fiction.",
    "喜欢《Clueless》。",
    "喜欢《Heat》(1988)。",
    "偏爱1950年代的电影。",
    "看过 77 部电影。",
)
CONTRADICTED = (
    "Hated Heat.",
    "Loved Alien (1979).",
    "Likes Alien but not Heat.",
    "Does not care for crime films.",
    "Loves horror.",
    "Avoids Michael Mann.",
    "Dislikes films from the 1990s.",
    "Does not like films about a thief or a taxi.",
    "Is hard to please.",
    "不喜欢《Heat》。",
    "喜欢《Alien》。",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(text, "supported") for text in TRUE] + [(text, "open") for text in OPEN]
    + [(text, "unsupported") for text in UNSUPPORTED]
    + [(text, "contradicted") for text in CONTRADICTED],
)  # fmt: skip
def test_what_a_sentence_says(
    text: str, wanted: str, lexicon: Lexicon, evidence: Evidence
) -> None:
    """Each sentence gets the check that a reader of the evidence would give it."""
    found = _checked(text, evidence, lexicon)
    assert (found.check, bool(found.problem)) == (wanted, wanted in ("unsupported", "contradicted"))


def test_the_problem_names_the_thing(lexicon: Lexicon, evidence: Evidence) -> None:
    """The problem says in words what is wrong."""
    found = _checked("Loved Clueless.", evidence, lexicon)
    assert found.problem == "names «Clueless», which is not among what was read"


def test_the_polarity_counts_where_words_do_not_tell(lexicon: Lexicon, evidence: Evidence) -> None:
    """Under «dislikes» a bare list of what was liked is a contradiction."""
    assert _checked("Heat and crime films.", evidence, lexicon, polarity=-1).check == "contradicted"
    assert _checked("Alien and horror films.", evidence, lexicon, polarity=-1).check == "supported"


def test_what_was_met_and_not_disliked_is_not_hated(lexicon: Lexicon, evidence: Evidence) -> None:
    """The facts name a few titles only; whether the others were disliked is told by their rows."""
    met = Fact(FactKind.ACTIVITY, 0, numbers={"count": 7}, items=(CLUELESS, RUNNER))
    neutral = replace(evidence, facts=(*evidence.facts, met))
    assert _checked("Hated Clueless.", neutral, lexicon).check == "unsupported"
    hated = replace(neutral, disliked=(CLUELESS,))
    assert _checked("Hated Clueless.", hated, lexicon).check == "supported"
    loved = replace(neutral, liked=(CLUELESS,))
    assert _checked("Hated Clueless.", loved, lexicon).check == "contradicted"
    assert _checked("Dislikes the work of Ridley Scott.", neutral, lexicon).check == "unsupported"
    both = replace(neutral, disliked=(ALIEN, RUNNER))
    assert _checked("Dislikes the work of Ridley Scott.", both, lexicon).check == "supported"


def test_the_evidence_holds_every_judged_item() -> None:
    """Of the world's users each likes eleven or twelve items and dislikes two."""
    train = world.behaviour()
    for user, one in enumerate(user_evidence(train, world.items())):
        mine = train.user == user
        assert set(one.liked) == set(train.item[mine & (train.value == 5)].tolist())
        assert set(one.disliked) == set(train.item[mine & (train.value == 1)].tolist())


def test_nothing_but_check_and_problem_changes(lexicon: Lexicon, evidence: Evidence) -> None:
    """Text, polarity, rows, author and switch stay as they were."""
    before = Sentence("Loved Clueless.", "favourite_title", -1, (3,), False, "model")
    after = check(Description("u", (before,)), evidence, lexicon).sentences[0]
    assert replace(after, check="", problem="") == before


def test_score() -> None:
    """The score is the share of checked sentences that are not bad; without any it is undefined."""
    sentences = [Sentence("x", "y", check=c) for c in ("supported", "open", "unsupported", "")]
    assert score(Description("u", tuple(sentences))) == 2 / 3
    assert math.isnan(score(Description("u", ())))
    assert math.isnan(score(Description("u", (Sentence("x", "typed"),))))


def test_the_template_never_lies_in_the_tiny_world() -> None:
    """No sentence of the template fails the check."""
    items, train = world.items(), world.behaviour()
    evidences, lexicon = user_evidence(train, items), Lexicon.of(items)
    for one, evidence in zip(describe.write_all(evidences, items), evidences, strict=True):
        for sentence in check(one, evidence, lexicon).sentences:
            assert sentence.check in ("supported", "open"), sentence


@pytest.mark.movielens
@pytest.mark.skipif(not ML.exists(), reason="MovieLens-100K is not beside the checkout")
def test_movielens_template_passes_and_mutations_do_not() -> None:
    """0 false alarms on every fifth user, and at least 95 % of 300 mutations are caught."""
    evidences, items = _movielens()
    lexicon, written = Lexicon.of(items), describe.write_all(evidences, items)
    for one, evidence in list(zip(written, evidences, strict=True))[::5]:
        bad = [s for s in check(one, evidence, lexicon).sentences if s.problem]
        assert not bad
    rng, caught, tried = np.random.default_rng(7), 0, 0
    catalogue = World(items)
    for name in MUTATIONS:
        for user in rng.choice(len(written), 50, replace=False):
            changed = mutated(written[user], evidences[user], catalogue, name, rng)
            if changed is not None:
                tried += 1
                sentence = check(changed[0], evidences[user], lexicon).sentences[changed[1]]
                caught += sentence.check in ("unsupported", "contradicted")
    assert tried > 200
    assert caught >= 0.95 * tried


def _checked(text: str, evidence: Evidence, lexicon: Lexicon, polarity: int = 1) -> Sentence:
    one = Description("u", (Sentence(text, "x", polarity, author="model"),))
    return check(one, evidence, lexicon).sentences[0]


def _movielens() -> tuple[list[Evidence], Items]:
    from llmrec_core.behaviour import from_tables
    from llmrec_core.readers import read

    loaded, _ = read([ML / "ml-100k.inter", ML / "items.csv"])
    items = loaded.items
    return user_evidence(from_tables(loaded.interactions.frame, items.frame), items), items
