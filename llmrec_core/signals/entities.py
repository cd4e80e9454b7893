"""What items share: the values of their attributes and the entities of their triples."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import reduce
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

@dataclass(frozen=True)
class Facts:
    """What is said of items, (k,) each: item numbers, relations and names as they were written."""

    item: np.ndarray
    relation: np.ndarray
    name: np.ndarray

    def __len__(self) -> int:
        return len(self.item)

    def beside(self, other: Facts) -> Facts:
        """These facts, then the others."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Facts(*(np.concatenate(pair) for pair in both))


def has_entities(items: Items, triples: pd.DataFrame | None = None) -> bool:
    """Whether `entities_of` finds any, without reading more than it takes to know."""
    if any(
        str(value).strip()
        for attribute in items.attributes for values in items.frame[attribute] for value in values
    ):
        return True
    return triples is not None and bool(triples[ITEM].isin(items.frame[ITEM]).any())


def entities_of(items: Items, triples: pd.DataFrame | None = None) -> Entities | None:
    """The entities of a catalogue; None where it has neither attributes nor triples.

    Values that differ only in case or blanks are one entity of a relation; the first spelling is
    kept. Triples whose relation repeats an attribute are merged with it (`same_relations`).
    """
    told = _attributes(items)
    if triples is not None and len(triples):
        told = told.beside(_renamed(items, told, triples))
    if not len(told):
        return None
    import pandas as pd
    from scipy.sparse import csr_matrix

    relation, relations = pd.factorize(told.relation)
    folded, n_folded = _folded_codes(told.name)
    entity, keys_met = pd.factorize(relation * n_folded + folded)
    _, first = np.unique(entity, return_index=True)
    names = tuple(" ".join(str(name).split()) for name in told.name[first])
    holds = csr_matrix(
        (np.ones(len(told), np.float32), (told.item, entity)), shape=(len(items), len(names))
    )
    holds.data[:] = 1  # a fact that is told twice is one
    relation_of = (keys_met // n_folded).astype(np.int32)
    return Entities(holds, relation_of, tuple(map(str, relations)), names)


def same_relations(told: Facts, triples: Facts) -> dict[str, str]:
    """Relation of triples -> the attribute that it repeats, for those that repeat one.

    By name («genre» is «genres», «actor» is «cast»), or where the attribute says most of it.
    """
    folded, n_folded = _folded_codes(np.concatenate([told.name, triples.name]))
    pair = np.concatenate([told.item, triples.item]) * n_folded + folded
    said, pairs = pair[: len(told)], pair[len(told) :]
    repeats = {}  # attribute -> which triples it says
    for attribute in dict.fromkeys(told.relation.tolist()):
        repeats[attribute] = np.isin(pairs, said[told.relation == attribute])
    out = {}
    for relation in dict.fromkeys(triples.relation.tolist()):
        own = triples.relation == relation
        for attribute, repeated in repeats.items():
            most = repeated[own].mean() >= REPEATED
            if noun(relation, 1) == noun(attribute, 1) or most:
                out[relation] = attribute
                break
    return out


def _attributes(items: Items) -> Facts:
    parts = [Facts(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0, object))]
    for attribute in items.attributes:
        column = items.frame[attribute].tolist()
        item = np.repeat(np.arange(len(column)), [len(values) for values in column])
        name = np.array([str(value) for values in column for value in values] + [""], object)[:-1]
        kept = np.array([bool(text.strip()) for text in name], bool)
        item, name = item[kept], name[kept]
        parts.append(Facts(item, np.full(len(item), attribute, object), name))
    return reduce(Facts.beside, parts)


def _renamed(items: Items, told: Facts, triples: pd.DataFrame) -> Facts:
    """The triples as facts, under the attribute's name where they repeat one."""
    import pandas as pd

    number = pd.Index(items.frame[ITEM]).get_indexer(triples[ITEM])
    kept = number >= 0
    relation, name = (triples[column].to_numpy(object)[kept] for column in (RELATION, ENTITY))
    facts = Facts(number[kept].astype(np.int64), relation, name)
    for old, new in same_relations(told, facts).items():
        relation = np.where(facts.relation == old, new, relation)
    return Facts(facts.item, relation.astype(object), name)


def _folded_codes(names: np.ndarray) -> tuple[np.ndarray, int]:
    """(k,) int64 numbers of the names, equal where they differ in case or blanks only, and how
    many there are: each spelling is folded once."""
    import pandas as pd

    spelling, spellings = pd.factorize(names)
    code, folded = pd.factorize(np.array([*map(_folded, spellings), ""], object)[:-1])
    return code[spelling].astype(np.int64), len(folded)


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
