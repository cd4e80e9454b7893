"""Evaluations that are kept in a study: what was printed, and the values a user behind it.

Each is an artefact of the stage «evaluations», named by all that determines it; it may be deleted
at any time and measured again. What people call it is in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core.errors import DamagedArtefactError, InputError
from llmrec_core.evaluate.result import Result
from llmrec_core.recipe import Recipe, digest

if TYPE_CHECKING:
    from llmrec_core.protocol import Protocol
    from llmrec_core.study import Study

STAGE = "evaluations"
_SUBJECT = "evaluation:"
_SETTLED = ("name", "about", "published")
"""Words of a protocol that change no figure."""
_ARRAYS = tuple(f.name for f in fields(Result) if f.name not in ("document", "lists", "per_user"))
"""What a result has beside its document and what it has of every row."""


@dataclass(frozen=True, kw_only=True)
class Asked(Recipe):
    """What an evaluation was asked for; with the data, all that determines its result."""

    stage: ClassVar[str] = STAGE
    version: ClassVar[int] = 1
    protocol: Mapping[str, Any]
    """The document of the protocol."""
    encoder: str
    """The key of the encoder."""
    signals: tuple[str, ...]
    more: Mapping[str, Any]
    """Options beyond these that change or add rows, such as {"control": True}."""


@dataclass(frozen=True)
class Kept:
    """One kept evaluation as a list shows it.

    `when` in Unix seconds; `data` names the study's content that it was measured on, `split` the
    rows held out and `users` the people they are of; `fields` are the text fields that were read.
    `problem` says why it cannot be read, and everything else but `key` is then empty.
    """

    key: str
    when: float = 0.0
    protocol: str = ""
    encoder: str = ""
    writer: str = ""
    signals: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    metric: str = ""
    value: float = float("nan")
    """`metric` of the blend."""
    seconds: float = float("nan")
    data: str = ""
    split: str = ""
    users: str = ""
    more: tuple[str, ...] = ()
    recipe: str = ""
    """The saved recipe whose settings were measured; "" where they were chosen."""
    name: str = ""
    """What a person called it; "" where nobody did."""
    problem: str = ""


def content_key(study: Study) -> str:
    """Names the tables that an evaluation reads (the protocol says which rows count)."""
    content = study.card["content"]
    return digest({name: value for name, value in content.items() if name != "reviews"})


def save(
    study: Study, asked: Asked, data: str, result: Result, *, read: Sequence[str] = (),
    seconds: float = float("nan"),
) -> str:
    """Keep `result`, measured on the content named `data`; returns its key.

    `read` are the text fields that were encoded.
    """
    key = asked.key(data)
    rows = list(result.per_user)
    metrics = {name: list(values) for name, values in result.per_user.items()}
    arrays = {name: np.asarray(getattr(result, name)) for name in _ARRAYS}
    arrays |= {"document": _bytes(result.document), "user_ids": result.user_ids.astype(str)}
    for number, name in enumerate(rows):
        arrays[f"lists/{number}"] = result.lists[name]
        arrays[f"values/{number}"] = np.array(list(result.per_user[name].values()), np.float32)
    card = {
        "recipe": asked.document(), "data": data, "rows": rows, "metrics": metrics,
        "seconds": seconds, "summary": _summary(asked, result, data, read),
    }
    study.artefacts.save_arrays(STAGE, key, arrays, card)
    return key


def _bytes(document: Mapping[str, Any]) -> np.ndarray:
    # Among the arrays, because their bytes are checked on reading; NaN and all, as Python writes
    # it, because only Python reads it back.
    return np.frombuffer(json.dumps(document, ensure_ascii=False).encode(), np.uint8)


def _summary(asked: Asked, result: Result, data: str, read: Sequence[str]) -> dict[str, Any]:
    """What a list shows of it, and what says whether two can be compared."""
    document = result.document
    protocol = {k: v for k, v in asked.protocol.items() if k not in _SETTLED}
    metric = f"ndcg@{asked.protocol['n']}"
    blend = next((r for r in document["rows"] if r["recipe"] == "blend"), document["rows"][0])
    return {
        "protocol": asked.protocol["name"], "encoder": document["encoder"],
        "writer": document["writer"], "signals": list(asked.signals), "fields": list(read),
        "metric": metric, "value": blend["metrics"][metric],
        "more": sorted({*asked.more} - {"recipe_key", "tried"}),
        "recipe": asked.more.get("recipe", ""),
        "split": digest([data, protocol]), "users": digest(result.user_ids.astype(str).tolist()),
    }


def listing(study: Study) -> list[Kept]:
    """All kept evaluations of `study`, the latest first, those that cannot be read last."""
    names = _names(study)
    found = [_kept(study, key, names.get(key, "")) for key in study.artefacts.keys(STAGE)]
    return sorted(found, key=lambda one: (-one.when, one.key))


def _kept(study: Study, key: str, name: str) -> Kept:
    try:
        card = study.artefacts.card(STAGE, key)
        said = card["summary"]
        lists = {k: tuple(said[k]) for k in ("signals", "fields", "more")}
        return Kept(
            key, float(card["written"]), **{**said, **lists, "value": float(said["value"])},
            seconds=float(card["seconds"]), data=str(card["data"]), name=name,
        )
    except (DamagedArtefactError, KeyError, TypeError, ValueError):
        return Kept(key, name=name, problem=_damaged(key))


def _damaged(key: str) -> str:
    return f"The evaluation {key} is damaged or of another version: remove it and measure again."


def load(study: Study, key: str) -> Result:
    """The kept evaluation `key`, its values a user as float32.

    Raises `MissingArtefactError` where there is none and `DamagedArtefactError` where a byte of
    it is not as it was written.
    """
    try:
        arrays = study.artefacts.load_arrays(STAGE, key)
        card = study.artefacts.card(STAGE, key)
        document = json.loads(arrays["document"].tobytes())
        lists = {name: arrays[f"lists/{k}"] for k, name in enumerate(card["rows"])}
        per_user = {
            name: dict(zip(card["metrics"][name], arrays[f"values/{k}"], strict=True))
            for k, name in enumerate(card["rows"])
        }
        others = {name: arrays[name] for name in _ARRAYS}
    except (DamagedArtefactError, KeyError, TypeError, ValueError) as error:
        raise DamagedArtefactError(_damaged(key)) from error
    return Result(document=document, lists=lists, per_user=per_user, **others)


def remove(study: Study, key: str) -> None:
    """Delete the kept evaluation `key`; what people called it stays in the journal."""
    study.artefacts.remove(STAGE, key)


def rename(study: Study, key: str, name: str) -> None:
    """Call the kept evaluation `key` by `name`; raises `InputError` for an empty one."""
    if not name.strip():
        raise InputError("The name is empty: type one.")
    study.journal.add_note(_SUBJECT + key, " ".join(name.split()))


def _names(study: Study) -> dict[str, str]:
    """Key -> what it was last called."""
    notes = study.journal.notes()
    return {n.subject.removeprefix(_SUBJECT): n.text for n in notes
            if n.subject.startswith(_SUBJECT)}  # fmt: skip


def asked_of(
    protocol: Protocol, encoder: str, signals: Sequence[str], more: Mapping[str, Any]
) -> Asked:
    """The recipe of an evaluation under `protocol` with the encoder whose key is `encoder`."""
    return Asked(
        protocol=protocol.document(), encoder=encoder, signals=tuple(signals), more=more
    )
