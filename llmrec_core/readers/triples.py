"""Files of triples (item, relation, entity): facts about items that no column of theirs tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.readers import gate
from llmrec_core.readers.assemble import some
from llmrec_core.readers.guess import FileMapping
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import Loaded
from llmrec_core.readers.report import Repair
from llmrec_core.tables import ENTITY, ITEM, RELATION, TRIPLE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Part = tuple[Loaded, FileMapping]

SECOND = "{second} of the {first}"
"""What a relation of an entity is called at the item: «country of the director»."""
MOST_SECOND = 5_000_000
"""Triples of the second step; a graph in which everything hangs together has more, and they say
little."""
_ROW = "row"


@dataclass(frozen=True)
class Told:
    """The triples of a study: `frame` has TRIPLE_COLUMNS; the rest is what the report says.

    `kept` are rows of the file of triples that were used, `linked` those of the file of links.
    """

    frame: pd.DataFrame | None
    kept: int = 0
    linked: int = 0
    repairs: tuple[Repair, ...] = ()
    link_repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()


def triples(
    part: Part | None, links: Part | None, item_ids: list[str], limits: Limits
) -> Told:
    """The triples about items, in the order of the file, each once.

    A head that is no item but the entity of another triple is a fact about that entity: its items
    have it in the second step («country of the director»). Other heads that are no items are
    dropped and counted. `links` says which entity an item is, as RecBole's .link files do.
    """
    if part is None:
        if links is not None:
            raise InputError(
                f"{links[0].source.name} links items to entities, and no file has triples: "
                "give the .kg file too."
            )
        return Told(None)
    linked, n_linked, link_repairs = _links(links, set(item_ids), limits)
    rows, repairs = _rows(part, limits)
    if links is not None:
        rows[ITEM] = [linked.get(head, head) for head in rows[ITEM]]
    about_item = rows[ITEM].isin(item_ids).to_numpy(bool)
    own, others = rows[about_item], rows[~about_item]
    known = others[ITEM].isin(own[ENTITY]).to_numpy(bool)
    second, notes, too_many = _second_step(own, others[known])
    name, unknown = part[0].source.name, others[~known]
    numbers = np.concatenate([unknown[_ROW], too_many[_ROW]])
    what = "triples dropped: neither the item nor any entity of one is known by that name"
    repairs += some(what, np.arange(len(unknown)), numbers)
    what = f"triples about entities dropped: they would add more than {MOST_SECOND:,} to the items"
    repairs += some(what, np.arange(len(too_many)), numbers[len(unknown):])
    if not len(own):
        raise InputError(
            f"{name} has no triple about an item of the catalogue (row {rows[_ROW].iloc[0]} is "
            f"about {rows[ITEM].iloc[0]!r}): check the column of items"
            + ("." if links is not None else ", or give the .link file of the same graph.")
        )
    import pandas as pd

    frame = pd.concat([own, second])[TRIPLE_COLUMNS].drop_duplicates(ignore_index=True)
    kept = len(own) + (0 if len(too_many) else int(known.sum()))
    return Told(frame, kept, n_linked, tuple(repairs), link_repairs, notes)


def _rows(part: Part, limits: Limits) -> tuple[pd.DataFrame, list[Repair]]:
    """(the usable rows with their numbers in the file, what became of the others)."""
    import pandas as pd

    loaded, mapping = part
    numbers, repairs = loaded.row_numbers(), []
    bad = np.zeros(loaded.table.num_rows, bool)
    columns: dict[str, list[str]] = {}
    for key, what in ((ITEM, "item id"), (RELATION, "relation"), (ENTITY, "entity")):
        ids = gate.clean_ids(loaded.table[mapping.columns[key]], what, limits)
        for why, at in ids.refused.items():
            repairs += some(f"rows dropped: {why}", at[~bad[at]], numbers)
            bad[at] = True
        columns[key] = [ids.distinct[code] if code >= 0 else "" for code in ids.codes]
    frame = pd.DataFrame(columns, dtype="str").assign(**{_ROW: numbers})[~bad]
    twice = frame.duplicated(TRIPLE_COLUMNS).to_numpy(bool)
    repairs += some(
        "exact duplicate triples dropped", np.flatnonzero(twice), frame[_ROW].to_numpy()
    )
    if not len(frame):
        raise InputError(
            f"{loaded.source.name} has no usable triple ({repairs[0].what}): check which columns "
            "hold the item, the relation and the entity."
        )
    return frame[~twice], repairs


def _second_step(
    own: pd.DataFrame, facts: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...], pd.DataFrame]:
    """(what items have through their entities, what to say of it, the facts left out)."""
    if not len(facts):
        return own[:0], (), facts
    size = int(own[ENTITY].map(facts[ITEM].value_counts()).fillna(0).sum())
    if size > MOST_SECOND:
        return own[:0], (), facts
    reach = own.merge(facts, left_on=ENTITY, right_on=ITEM, suffixes=("", "_of"))
    relation = [
        SECOND.format(first=first, second=second)
        for first, second in zip(reach[RELATION], reach[f"{RELATION}_of"], strict=True)
    ]
    frame = own[:0].reindex(range(len(reach)))
    frame[ITEM], frame[RELATION] = reach[ITEM], relation
    frame[ENTITY], frame[_ROW] = reach[f"{ENTITY}_of"], reach[f"{_ROW}_of"]
    plural = "" if len(facts) == 1 else "s"
    told = f"{len(facts):,} triple{plural} about entities give the items {len(frame):,} more"
    return frame, (told,), facts[:0]


def _links(
    part: Part | None, item_ids: set[str], limits: Limits
) -> tuple[Mapping[str, str], int, tuple[Repair, ...]]:
    """(entity -> its item, how many, repairs); the first item of an entity is taken."""
    if part is None:
        return {}, 0, ()
    loaded, mapping = part
    items = gate.clean_ids(loaded.table[mapping.columns[ITEM]], "item id", limits)
    entities = gate.clean_ids(loaded.table[mapping.columns[ENTITY]], "entity", limits)
    linked: dict[str, str] = {}
    unused = []
    for at, (i, e) in enumerate(zip(items.codes, entities.codes, strict=True)):
        item = items.distinct[i] if i >= 0 else ""
        if e < 0 or item not in item_ids or entities.distinct[e] in linked:
            unused.append(at)
        else:
            linked[entities.distinct[e]] = item
    what = "links dropped: no id, an item that is not in the catalogue, or an entity seen before"
    repairs = some(what, np.asarray(unused, np.int64), loaded.row_numbers())
    return linked, len(linked), tuple(repairs)
