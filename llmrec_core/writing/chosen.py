"""What a person chose for a study's descriptions: in force where a build names no writer."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from llmrec_core.artefacts import write_atomically
from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.writing.settings import Scheme, Unsupported, WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.llm.limits import Limits
    from llmrec_core.study import Study

FILE = "writing.json"
SMALL = "smollm2"
"""The local model that needs no network."""


@dataclass(frozen=True)
class Chosen:
    """The settings as they stand on the writing page, complete or not; there is no key in them.

    A local model and a server's are kept apart, and a prompt for every scheme, so that trying
    another writer loses nothing. A cap of 0 is none.
    """

    writer: str = WriterKind.TEMPLATE.value
    local_model: str = SMALL
    server: str = ""
    server_model: str = ""
    scheme: str = Scheme.PROSE.value
    language: str = "English"
    prompts: dict[str, str] = field(default_factory=dict)
    """Scheme -> digest of the prompt in force; the file's where it is not named."""
    unsupported: str = Unsupported.MARK.value
    sample: int = 0
    max_tokens: int = 320
    timeout: float = 120.0
    at_once: int = 4
    most_tokens: int = 0
    most_cost: float = 0.0
    price_read: float = 0.0
    """Price of a million tokens read."""
    price_written: float = 0.0

    def writing(self) -> Writing:
        """The settings that descriptions depend on; raises `WrongUseError` saying what lacks."""
        model = {
            WriterKind.LOCAL.value: self.local_model.strip() or SMALL,
            WriterKind.SERVER.value: self.server_model.strip(),
        }.get(self.writer, "")
        at_server = self.writer == WriterKind.SERVER
        server = checked_address(self.server) if at_server else ""
        if at_server and not model:
            raise WrongUseError("The server's model has no name yet: type it, or test the server.")
        if self.writer == WriterKind.TEMPLATE:  # nothing else changes what it writes
            return Writing()
        return Writing(
            writer=self.writer, model=model, server=server, scheme=self.scheme,
            language=self.language.strip() or "English", prompt=self.prompts.get(self.scheme, ""),
            unsupported=self.unsupported, sample=self.sample, max_tokens=self.max_tokens,
        )

    def limits(self) -> Limits:
        """Patience and caps; what is not asked here is the environment's."""
        from llmrec_core.llm.limits import Limits, Prices

        paid = self.writer == WriterKind.SERVER
        if paid and self.most_cost and not (self.price_read or self.price_written):
            raise WrongUseError("A cap on spending needs prices: give them, or cap the tokens.")
        return replace(
            Limits.from_environment(), timeout=self.timeout, silence=self.timeout,
            at_once=self.at_once, most_tokens=self.most_tokens,
            most_cost=self.most_cost if paid else 0.0,
            prices=Prices(self.price_read, self.price_written) if paid else Prices(),
        )


def checked_address(server: str) -> str:
    """The base address of a server; refuses one that is not http(s) or holds a secret."""
    from llmrec_core.llm.address import check_address

    if not server.strip():
        raise WrongUseError("The server has no address yet, such as http://localhost:11434/v1.")
    return check_address(server)


def chosen(study: Study) -> Chosen:
    """What was chosen for `study`; the defaults where nothing was, or the file is damaged."""
    try:
        document = json.loads((study.folder / FILE).read_text())
    except (OSError, ValueError):
        return Chosen()
    return _from_document(document) if isinstance(document, dict) else Chosen()


def keep(study: Study, settings: Chosen) -> None:
    """Remember the settings; on disk when this returns. Raises `InputError` where it cannot be."""
    if settings.server.strip():
        _refuse_secrets(settings.server)
    text = json.dumps(dataclasses.asdict(settings), indent=1, ensure_ascii=False)
    try:
        write_atomically(study.folder / FILE, text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise InputError(
            f"The settings cannot be kept ({error.strerror}): see that {study.folder} can be "
            "written and the disk has room."
        ) from error


def _refuse_secrets(server: str) -> None:
    """An address that holds a password is not written down, half typed or not."""
    rest = server.partition("://")[2] or server
    if "@" in rest or "?" in rest:
        checked_address(server if "://" in server else f"http://{server}")


def _from_document(document: Mapping[str, Any]) -> Chosen:
    """Field by field: one that is unknown or of another type is left at its default."""
    out = Chosen()
    for known in dataclasses.fields(Chosen):
        value = document.get(known.name, getattr(out, known.name))
        if _fits(known.name, value):
            out = replace(out, **{known.name: value})
    return out


def _fits(name: str, value: Any) -> bool:
    kinds = {"writer": WriterKind, "scheme": Scheme, "unsupported": Unsupported}
    if name in kinds:
        return value in set(kinds[name])
    if name == "prompts":
        return isinstance(value, dict) and all(isinstance(x, str) for x in value.values())
    if name in _LEAST:
        real = isinstance(value, int | float) and not isinstance(value, bool)
        return real and _LEAST[name] <= value < float("inf")
    return isinstance(value, str)


_LEAST = {
    "sample": 0, "max_tokens": 1, "timeout": 1, "at_once": 1, "most_tokens": 0, "most_cost": 0,
    "price_read": 0, "price_written": 0,
}
"""The least value of every number."""


def arguments(settings: Chosen, *, agreed: bool = False) -> list[str]:
    """The arguments of `llmrec build` that say who writes; the limits are in `environment`.

    Raises `WrongUseError` where the settings lack something. `agreed` says that a person has seen
    what it may cost.
    """
    writing = settings.writing()
    given = [f"--writer={writing.writer}"]
    if writing.writer == WriterKind.TEMPLATE:
        return given
    given += [
        f"--model={writing.model}", f"--scheme={writing.scheme}",
        f"--language={writing.language}", f"--unsupported={writing.unsupported}",
        f"--sample={writing.sample}", f"--max-tokens={writing.max_tokens}",
    ]
    given += [f"--server={writing.server}"] if writing.server else []
    given += [f"--prompt={writing.prompt}"] if writing.prompt else []
    return [*given, "--yes"] if agreed else given


def environment(settings: Chosen, key: str | None = None) -> dict[str, str]:
    """The variables that a build's process needs beside its arguments: limits, and the key."""
    given = {}
    if settings.writer != WriterKind.TEMPLATE:
        limits = settings.limits()
        given = {
            "TIMEOUT": limits.timeout, "SILENCE": limits.silence, "RETRIES": limits.retries,
            "AT_ONCE": limits.at_once, "MOST_TOKENS": limits.most_tokens,
            "MOST_COST": limits.most_cost, "PRICE_READ": limits.prices.read,
            "PRICE_WRITTEN": limits.prices.written,
        }
    out = os.environ | {f"LLMREC_MODEL_{name}": f"{value:.12g}" for name, value in given.items()}
    if key and settings.writer == WriterKind.SERVER:
        out["LLMREC_API_KEY"] = key
    return out
