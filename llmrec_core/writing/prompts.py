"""Prompts are texts that people read and edit: their files, their digests, and filling them in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import cache
from importlib import resources

from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.llm.base import Message
from llmrec_core.recipe import digest
from llmrec_core.writing.settings import Unsupported, WriterKind, Writing

NEEDED = {"rewrite": ("evidence", "sentence"), "reason": ("parts",)}
"""What a prompt must ask for, where it is not the evidence alone."""

SETTINGS = frozenset({"language", "things", "wish", "most"})
"""Placeholders for what the analyst or the program says; all others are data and get marks."""

MAX_PROMPT = 8000
"""Characters of a prompt; more leaves a small model no room to read the evidence."""
MAX_SETTING = 300

_ROLE = re.compile(r"^#\s*(system|user|assistant)\s*$", re.IGNORECASE | re.MULTILINE)
_PLACE = re.compile(r"\{([a-z_]+)\}")
_MARK = re.compile(r"</?\s*data-?[0-9a-f]*\s*>", re.IGNORECASE)


@cache
def default(name: str) -> str:
    """The text of the prompt file `name`; raises `UnknownIdError` naming those there are."""
    folder = resources.files("llmrec_core") / "prompts"
    found = sorted(path.name.removesuffix(".md") for path in folder.iterdir())
    if name not in found:
        raise UnknownIdError(f"There is no prompt {name!r} (there are {', '.join(found)}).")
    return (folder / f"{name}.md").read_text(encoding="utf-8")


def digest_of(text: str) -> str:
    """The name of a prompt's text: equal texts, equal names, however lines end."""
    return digest(_plain(text))


def key_of(writing: Writing) -> str:
    """The name of what `writing` writes: its settings and the texts of its prompts.

    For the template nothing else counts.
    """
    if writing.writer == WriterKind.TEMPLATE:
        return Writing().key()
    text = writing.prompt or digest_of(default(writing.scheme))
    again = (digest_of(default("rewrite")),) if writing.unsupported == Unsupported.REWRITE else ()
    return replace(writing, prompt=text).key(*again)


def placeholders(text: str) -> list[str]:
    """The names between braces in a prompt, each once, in order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def checked(text: str, name: str = "prose") -> str:
    """The prompt `name` as it is stored; raises `InputError` for one that cannot be sent.

    It asks for what must be there, and for nothing that the file of that name does not ask for.
    """
    text = _plain(text)
    there = placeholders(text)
    known = placeholders(default(name)) + (["things"] if name == "rewrite" else [])
    unknown = [place for place in there if place not in known]
    if unknown:
        words = ", ".join(f"{{{place}}}" for place in sorted(known))
        raise InputError(
            f"There is no {{{unknown[0]}}} here (there are {words}): remove it or rename it."
        )
    missing = [place for place in NEEDED.get(name, ("evidence",)) if place not in there]
    if missing:
        raise InputError(
            f"The prompt has no {{{missing[0]}}}: put it where the model shall read the "
            f"{missing[0]}."
        )
    if len(text) > MAX_PROMPT:
        raise InputError(
            f"The prompt has {len(text):,} characters, at most {MAX_PROMPT:,} are sent: shorten it."
        )
    return text


def messages(text: str, **values: str) -> tuple[Message, ...]:
    """A prompt with its placeholders filled in, as the turns of a chat.

    Lines «# System», «# User» and «# Assistant» begin a turn; a text without any is the user's.
    Placeholders of SETTINGS are put in as they are, on one line and at most MAX_SETTING
    characters; every other value is data and stands between marks that its own content decides
    (nothing inside can close them). Filling in happens once: braces in data stay braces. Raises
    `InputError` naming a placeholder that has no value.
    """
    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            raise InputError(
                f"The prompt asks for {{{name}}}, which is not known here "
                f"(known: {', '.join(sorted(values))}): remove it."
            )
        return _setting(values[name]) if name in SETTINGS else marked(values[name])

    parts = _ROLE.split(_plain(text))
    turns = list(zip(parts[1::2], parts[2::2], strict=True))
    if not turns or parts[0].strip():
        turns.insert(0, ("user" if not turns else "system", parts[0]))
    filled = ((role.lower(), _PLACE.sub(fill, body).strip()) for role, body in turns)
    return tuple(Message(role, _no_gaps(body)) for role, body in filled if body)


def marked(data: str) -> str:
    """`data` between two marks named by its hash; anything in it that looks like one is removed."""
    clean = data.strip()
    while clean != (fewer := _MARK.sub("", clean)):  # what is left must not form a new mark
        clean = fewer
    name = hashlib.blake2b(clean.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"<data-{name}>\n{clean}\n</data-{name}>"


def _setting(value: str) -> str:
    line = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(line.split())[:MAX_SETTING]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


def _no_gaps(body: str) -> str:
    """Without the empty lines that an empty setting leaves."""
    return re.sub(r"\n{3,}", "\n\n", body)
