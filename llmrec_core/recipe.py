"""Frozen settings and the keys that name what was made with them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from llmrec_core.errors import InputError


def digest(document: Any) -> str:
    """Sixteen hex digits of the canonical JSON of `document` (blake2b, 64 bits)."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


_LATER = frozenset({"weights"})


def _without_later(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The settings; one that came later is left out while it is empty, so old names stay."""
    return {name: value for name, value in pairs if name not in _LATER or value != ""}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Settings that determine an artefact; two equal recipes on equal inputs give equal artefacts.

    Subclasses name their `stage` and raise `version` when the same settings come to mean
    another result.
    """

    stage: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def document(self) -> dict[str, Any]:
        """The recipe as plain JSON values, with its stage and version."""
        fields: dict[str, Any] = json.loads(
            json.dumps(dataclasses.asdict(self, dict_factory=_without_later))
        )
        return {"stage": self.stage, "version": self.version, **fields}

    def key(self, *inputs: str) -> str:
        """The name of the artefact made by this recipe from the artefacts named `inputs`."""
        return digest({"recipe": self.document(), "inputs": list(inputs)})

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The recipe that `document` describes; an unknown setting is refused by name."""
        known = {f.name for f in dataclasses.fields(cls)}
        given = {k: v for k, v in document.items() if k not in ("stage", "version")}
        unknown = sorted(set(given) - known)
        if unknown:
            raise InputError(
                f"The {cls.stage} settings have no {', '.join(unknown)} "
                f"(they have {', '.join(sorted(known))}): remove or rename it."
            )
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
        return cls(**given)
