"""A state as a short text for links: compact JSON, deflated, in the letters of an address.

What comes back from a link was written by anybody, so it is bounded before and while it is read.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib

from llmrec_core.errors import InputError
from llmrec_core.whatif.state import State

VERSION = "1"
"""The first letter of every token."""
LONGEST = 8_000
"""Letters of a token: servers refuse addresses that are much longer."""
LARGEST = 200_000
"""Bytes of JSON that a token may unpack to, whatever it promises."""
_BROKEN = (
    "The link holds no what-if state that can be read: it was cut short or changed on the way; "
    "copy it once more."
)


def token_of(state: State) -> str:
    """The state in letters, digits, «-» and «_»; raises `InputError` for one that is too large."""
    document = state.document()
    plain = State(state.user_id).document()
    told = {key: value for key, value in document.items() if key == "user" or value != plain[key]}
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    packed = zlib.compress(data, 9)
    token = VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(token) > LONGEST or len(data) > LARGEST:
        raise InputError(
            f"This state is too large for a link ({len(token):,} letters, at most {LONGEST:,}): "
            "download the session instead."
        )
    return token


def from_token(token: str) -> State:
    """The state that `token_of` wrote; raises `InputError` for anything else.

    No more than LARGEST bytes are ever unpacked.
    """
    if len(token) > LONGEST:
        raise InputError(
            f"The link holds {len(token):,} letters of a what-if state, at most {LONGEST:,} are "
            "read: load the session's file instead."
        )
    if token[:1].isdigit() and token[:1] != VERSION:
        raise InputError(
            f"The link was made by another version of the studio ({token[:1]}, this one reads "
            f"{VERSION}): update, or have it made again."
        )
    if token[:1] != VERSION:
        raise InputError(_BROKEN)
    try:
        # Python's decoder skips letters that are none of base64's: those are refused here.
        packed = base64.b64decode(_padded(token[1:]), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        data = opened.decompress(packed, LARGEST + 1)
        if len(data) > LARGEST:
            raise InputError("The link's what-if state is far too large: it is not read.")
        if not opened.eof or opened.unused_data:
            raise InputError(_BROKEN)
        document = json.loads(data.decode())
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise InputError(_BROKEN) from error
    return State.from_document(document)


def _padded(text: str) -> bytes:
    return text.encode() + b"=" * (-len(text) % 4)
