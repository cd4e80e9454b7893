"""Does a text of the data read like an order to a language model, openly or in hiding?

No list of patterns is complete. This one is the first of three walls: what passes it still stands
between delimiters in the prompt, and what comes back is compared with the evidence.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import unicodedata

from llmrec_core.faith.orders import orders, overrides

_HINT = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}|\b(?:[0-9a-fA-F]{2}[\s:]?){16,}\b")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){4,}\w(?!\w)")
_LEET = str.maketrans("013457@$", "oieastas")
_ENCODED_WORDS = re.compile(r"[A-Za-z]{3,}")
LONGEST = 20_000
"""Characters looked at; a longer text is a document, and is cut before it is shown anyway."""


def reads_like_instructions(text: str) -> bool:
    """Whether `text` orders a model about, also hidden in base64, hex, leet, mirrored or spaced."""
    plain = _visible(text[:LONGEST])
    if orders(plain) or overrides(plain[::-1].lower()):
        return True
    if any(other != plain and orders(other) for other in (_despaced(plain), _unleet(plain))):
        return True
    return any(_hides_text(match.group()) for match in _HINT.finditer(plain))


def _visible(text: str) -> str:
    """The text as a model reads it: one line, compatibility forms unified, nothing invisible."""
    unified = unicodedata.normalize("NFKC", text).replace("’", "'")
    seen = "".join(c for c in unified if unicodedata.category(c) not in ("Cf", "Co", "Cs", "Cn"))
    return " ".join("".join(c if c.isprintable() else " " for c in seen).split())


def _despaced(text: str) -> str:
    """«i g n o r e» as one word."""
    return _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match.group()), text)


def _unleet(text: str) -> str:
    """«1gn0re» as letters; numbers stay."""
    words = text.split(" ")
    mixed = (any(c.isalpha() for c in w) and not w.isalpha() for w in words)
    return " ".join(
        w.translate(_LEET) if odd else w for w, odd in zip(words, mixed, strict=True)
    )


def _hides_text(run: str) -> bool:
    """Whether a long run of letters and digits is text in base64 or hex."""
    candidates = []
    squeezed = re.sub(r"[\s:]", "", run)
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", squeezed):
        candidates.append(bytes.fromhex(squeezed))
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    with contextlib.suppress(binascii.Error, ValueError):
        candidates.append(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    return any(_is_text(raw) for raw in candidates)


def _is_text(raw: bytes) -> bool:
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        return False
    words = _ENCODED_WORDS.findall(decoded)
    return decoded.isprintable() and sum(map(len, words)) > 0.6 * len(decoded)
