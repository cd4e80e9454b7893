"""What items share: the values of their attributes and the entities of their triples."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.grammar import noun
from llmrec_core.signals.inputs import Entities
from llmrec_core.tables import ENTITY, ITEM, RELATION

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.tables import Items

REPEATED = 0.5
"""A relation is an attribute of the items under another name if this share of its triples says
what the attribute says."""

Fact = tuple[int, str, str]
"""(item number, relation, an entity's name)."""


def entities_of(items: Items, triples: pd.DataFrame | None = None) -> Entities | None:
    """The entities of a catalogue; None where it has neither attributes nor triples.

    Values that differ only in case or blanks are one entity of a relation; the first spelling is
    kept. Triples whose relation repeats an attribute are merged with it (`same_relations`).
    """
    told = _attributes(items)
    if triples is not None and len(triples):
        told += _renamed(items, told, triples)
    if not told:
        return None
    from scipy.sparse import csr_matrix

    relations = {name: r for r, name in enumerate(dict.fromkeys(fact[1] for fact in told))}
    numbers: dict[tuple[int, str], int] = {}
    names: list[str] = []
    pairs: dict[tuple[int, int], None] = {}
    for item, relation, name in told:
        key = (relations[relation], _folded(name))
        if key not in numbers:
            numbers[key] = len(names)
            names.append(" ".join(name.split()))
        pairs[item, numbers[key]] = None
    rows, columns = np.array(list(pairs), np.int64).T
    shape = (len(items), len(names))
    holds = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    relation_of = np.array([r for r, _ in numbers], np.int32)
    return Entities(holds, relation_of, tuple(relations), tuple(names))


def same_relations(told: list[Fact], triples: list[Fact]) -> dict[str, str]:
    """Relation of triples -> the attribute that it repeats, for those that repeat one.

    By name («genre» is «genres», «actor» is «cast»), or where the attribute says most of it.
    """
    attributes = dict.fromkeys(fact[1] for fact in told)
    said: dict[str, set[tuple[int, str]]] = {name: set() for name in attributes}
    for item, attribute, name in told:
        said[attribute].add((item, _folded(name)))
    by_relation: dict[str, list[tuple[int, str]]] = {}
    for item, relation, name in triples:
        by_relation.setdefault(relation, []).append((item, _folded(name)))
    out = {}
    for relation, pairs in by_relation.items():
        for attribute in attributes:
            repeated = sum(pair in said[attribute] for pair in pairs) >= REPEATED * len(pairs)
            if noun(relation, 1) == noun(attribute, 1) or repeated:
                out[relation] = attribute
                break
    return out


def _attributes(items: Items) -> list[Fact]:
    return [
        (item, attribute, str(value))
        for attribute in items.attributes
        for item, values in enumerate(items.frame[attribute])
        for value in values if str(value).strip()
    ]


def _renamed(items: Items, told: list[Fact], triples: pd.DataFrame) -> list[Fact]:
    """The triples as facts, under the attribute's name where they repeat one."""
    number = {item_id: i for i, item_id in enumerate(items.frame[ITEM])}
    rows = zip(*(triples[name].tolist() for name in (ITEM, RELATION, ENTITY)), strict=True)
    facts = [(number[item], relation, name) for item, relation, name in rows if item in number]
    same = same_relations(told, facts)
    return [(item, same.get(relation, relation), name) for item, relation, name in facts]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def words(entities: Entities, entity: int) -> str:
    """An entity as it is shown: «director: Ada»."""
    relation = entities.relations[entities.relation[entity]]
    return f"{noun(relation, 1)}: {entities.names[entity]}"


def keys(entities: Entities) -> np.ndarray:
    """(n_entities,) uint64: the same relation and name have the same key in every catalogue."""
    texts = (
        f"{entities.relations[relation]}\0{_folded(name)}"
        for relation, name in zip(entities.relation, entities.names, strict=True)
    )
    return np.frombuffer(
        b"".join(hashlib.blake2b(t.encode("utf-8", "replace"), digest_size=8).digest()
                 for t in texts), np.uint64,
    )


def rarity(entities: Entities) -> np.ndarray:
    """(n_entities,) float64: log(items / items that have it); 0 for what one item has alone."""
    count = np.asarray(entities.holds.sum(axis=0), np.float64).ravel()
    return np.where(count > 1, np.log(entities.holds.shape[0] / np.maximum(count, 1)), 0.0)


def unit_rows(entities: Entities, weight: np.ndarray, *, by_relation: bool) -> csr_matrix:
    """(n_items, n_entities) float64: items' entities times `weight` (n_entities,), rows of norm 1.

    With `by_relation` each item has norm 1 in each relation that it has any entity of, so that a
    cast of thirty says no more than a cast of two.
    """
    from scipy.sparse import csr_matrix, diags

    rows = entities.holds.astype(np.float64) @ diags(weight)
    rows = csr_matrix(rows)
    rows.eliminate_zeros()
    item = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    groups = len(entities.relations) if by_relation else 1
    group = item * groups + (entities.relation[rows.indices] if by_relation else 0)
    norm = np.sqrt(np.bincount(group, rows.data**2, minlength=rows.shape[0] * groups))
    rows.data = rows.data / norm[group]
    return rows
