"""What if: a user as they might be, the list that they would get, and its record for replay."""

from llmrec_core.whatif.apply import (
    block_of,
    gone,
    list_of,
    places_off,
    profile_of,
    weights_of,
    with_weights,
)
from llmrec_core.whatif.state import ANYWHERE, State
from llmrec_core.whatif.token import from_token, token_of

__all__ = [
    "ANYWHERE", "State", "block_of", "from_token", "gone", "list_of", "places_off", "profile_of",
    "token_of", "weights_of", "with_weights",
]
