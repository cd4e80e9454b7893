"""The phrasings of a reason: `{title}` the item, `{because}` clauses, `{share}` a share in words.

None of them says more than the ledger: how large the named parts are together, what is left, and
what speaks against the item. The share is of all points that speak for it, not of the score, from
which other parts are taken off.
"""

from __future__ import annotations

FOR = (
    "{title} comes up because {because}: {share} of what speaks for it.",
    "Because {because}, {title} comes up: that is {share} of what speaks for it.",
    "{title} comes up above all because {because}: {share} of all that speaks for it.",
)
"""Where the named parts carry about half or more."""

ALL_FOR = (
    "{title} comes up only because {because}.",
    "{title} comes up because {because}, and for no other reason.",
)
"""Where nothing else speaks for the item."""

MANY_FOR = (
    "{title} comes up for many small reasons, first of all because {because}: {share} of them all.",
    "Many things speak a little for {title}, most of all because {because}: {share} together.",
)
"""Where the named parts carry less."""

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

USER = "the user {did}"
LIKED = "liked {titles}{how}"
TAKEN = "chose {titles}{how}"
NEUTRAL = "rated {titles} neither high nor low"
NEUTRAL_FOR = "took {titles}"
"""As a reason for an item: that it was rated in the middle is none."""
DISLIKED = "disliked {titles}"
DISLIKED_FOR = "took {titles}, which {counts} for it though not liked"
SAYS = "the description says {quotes}"
POPULAR = "it is {evidence}"
SHARES = "it shares {things}"
SHARED = "{thing} with {titles}"
"""As in «it shares the director Ada with Star 4 and the genre space with Star 2»."""
WHOLE = "{evidence} finds more in it than in the average item"
WHOLE_AGAINST = "{evidence} finds less in it than in the average item"

HOW = {
    "collaborative": ", which the same people tend to choose",
    "sequence": ", which often {comes} before it",
    "taste": ", whose texts are like its own",
}
"""How past items bear on the item, where most of their points come from one signal."""
