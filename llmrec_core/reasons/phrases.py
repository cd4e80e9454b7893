"""The phrasings of a reason: `{title}` the item, `{because}` clauses, `{share}` a share in words.

None of them says more than the ledger: how large the named parts are together, what is left, and
what speaks against the item. The share is of all points that speak for it, not of the score, from
which other parts are taken off.
"""

from __future__ import annotations

FOR = (
    "{title} comes up because {because}: {share} of what speaks for it.",
    "Because {because}, {title} comes up: that is {share} of what speaks for it.",
    "What speaks for {title} is above all that {because}: {share} of all that does.",
)
"""Where the named parts carry at least half."""

ALL_FOR = (
    "{title} comes up only because {because}.",
    "All that speaks for {title} is that {because}.",
)
"""Where nothing else speaks for the item."""

MANY_FOR = (
    "Many things speak a little for {title}; the largest are that {because}: {share} together.",
    "{title} comes up for many small reasons, first of all because {because}: {share} of them all.",
)
"""Where the named parts carry less than half."""

ONE_OF_MANY_FOR = (
    "Many things speak a little for {title}; the largest is that {because}: {share} of them all.",
    "{title} comes up for many small reasons, first of all because {because}: {share} of them all.",
)

AGAINST = (
    "What speaks against it most is that {because}",
    "Most against it speaks that {because}",
)
OUTWEIGHED = "All in all less speaks for it than for the average item"
OUTWEIGHED_MOST = OUTWEIGHED + ", above all because {because}"
ONLY_POPULAR = (
    "{title} comes up only because it is {evidence}: nothing that is known of this user speaks for "
    "it."
)
NOTHING_FOR = "Nothing that is known of this user speaks for {title}."
NOTHING_AT_ALL = "Nothing that is known of this user speaks for or against {title}."
NO_WEIGHT = "No signal has a weight, so nothing speaks for or against {title}."
SILENT = ("the {signals} signal adds nothing", "the {signals} signals add nothing")

LIKED = "the user liked {titles}{how}"
TAKEN = "the user chose {titles}{how}"
NEUTRAL = "the user rated {titles} neither high nor low"
DISLIKED = "the user disliked {titles}"
DISLIKED_FOR = "the user took {titles}, which {counts} for it though not liked"
SAYS = "the description says {quotes}"
WHOLE = "it is {evidence}"

HOW = {
    "collaborative": ", which the same people tend to choose",
    "sequence": ", which often {comes} before it",
    "taste": ", whose texts are like its own",
}
"""How past items bear on the item, where most of their points come from one signal."""
