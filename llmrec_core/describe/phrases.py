"""The template writer's phrasings, several for each kind of fact.

Every phrasing stands alone, is about content in words that items are described with, and is
grammatical for any catalogue: `{things}` is its plural noun («films»), `{kinds}` a noun phrase
(«comedy and war films»), `{values}` a list.
"""

from __future__ import annotations

LIKES_FAR = (
    "Is drawn to {kinds}, far more than most.",
    "Loves {kinds}, far more than most do.",
    "Cannot get enough of {kinds}.",
    "Has a pronounced taste for {kinds}.",
)
LIKES_MORE = (
    "Enjoys {kinds} more than most.",
    "Likes {kinds}, rather more than others do.",
    "Leans towards {kinds}.",
    "Often turns to {kinds}.",
)
LIKES_COMMON = (
    "Chooses much as others do, mostly {kinds}.",
    "Has broad tastes, with {kinds} in front.",
    "Likes a bit of everything, above all {kinds}.",
)
FAVOURITES = (
    "Loved {values}.",
    "Gave top marks to {values}.",
    "Among the best {things} so far: {values}.",
    "Thinks highly of {values}.",
)
CHOSEN = ("Chose {values}.", "Picked {values}.")
MORE_FAVOURITES = (
    "Also loved {values}.",
    "Further favourites: {values}.",
    "Other favourites are {values}.",
)
ALSO_CHOSEN = ("Also chose {values}.", "Other choices: {values}.")
CREATORS = (
    "Keeps coming back to {values}.",
    "Is fond of {values}.",
    "Likes the work of {values}.",
)
THEMES = (
    "Likes {things} about {values}.",
    "Themes that recur in the {things} chosen: {values}.",
    "Picks {things} that deal with {values}.",
)
DISLIKES = (
    "Does not care for {kinds}.",
    "Is often disappointed by {kinds}.",
    "Gives low marks to {kinds}.",
)
RARE = (
    "Rarely chooses {kinds}.",
    "Seldom turns to {kinds}.",
    "Mostly leaves {kinds} aside.",
)
DISLIKED_TITLES = (
    "Disliked {values}.",
    "Was let down by {values}.",
    "Did not enjoy {values}.",
)
ERA = (
    "Prefers {things} from {values}.",
    "Likes {things} from {values} best.",
    "Has a soft spot for {things} from {values}.",
)
CHANGE = (
    "Has lately turned to {kinds}{examples}.",
    "Chooses {kinds} more often than before{examples}.",
    "Of late it is more often {kinds}{examples}.",
)
RECENT = (
    "Most recently liked {values}.",
    "Lately enjoyed {values}.",
)
RECENT_CHOSEN = ("Most recently chose {values}.",)
GENEROUS = ("Rates generously, {mean} on average.", "Is easy to please: {mean} on average.")
STRICT = ("Rates strictly, {mean} on average.", "Is hard to please: {mean} on average.")
USUAL = ("Rates much as others do, {mean} on average.", "Gives ordinary marks, {mean} on average.")
DECISIVE = " Uses the ends of the scale."
FAMOUS = (
    "Mostly chooses well-known {things} that many others chose too.",
    "Goes for popular {things}.",
)
OBSCURE = (
    "Looks beyond the well-known, to {things} that few others know.",
    "Digs up little-known {things}.",
)
MIXED = (
    "Mixes well-known {things} with lesser-known ones.",
    "Is as much at home with famous {things} as with others.",
)
FIRST_CHOSEN = "Chose {values}{perhaps}."
FIRST_DISLIKED = "Did not enjoy {values}."
LITTLE_KNOWN = "Only {count} known so far."
NOTHING_KNOWN = "Nothing is known yet."
