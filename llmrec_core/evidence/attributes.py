"""The catalogue's attributes as item x value matrices, and what each attribute is good for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

    from llmrec_core.tables import Items

MAKERS = frozenset(
    "actor actors artist artists author authors band bands brand brands cast composer composers "  # noqa: SIM905
    "creator creators designer designers developer developers director directors label maker "
    "manufacturer performer performers publisher publishers seller singer stars studio writer "
    "writers".split()
)
"""Attribute names that say who made an item, however few values they have."""


DENSE_CELLS = 20_000_000
"""Tables of at most this many cells are also kept dense (80 MB): ten times faster to look up."""


class Role(StrEnum):
    """What an attribute is used for."""

    CATEGORY = "category"  # few values, many items each: tastes by lift
    CREATOR = "creator"  # many values, few items each: favourites only
    YEAR = "year"  # periods
    UNUSED = "unused"  # other numbers, or one value for all


@dataclass(frozen=True)
class ValueTable:
    """Which items have which values: `matrix` (n_items, n_values) float32, 1 or a word's weight.

    Over everybody's liked rows, `base` (n_values,) is the mean weight (for weights of 1: the
    share of rows that have the value) and `square` the mean of the squared weights.
    """

    name: str
    role: Role
    values: np.ndarray
    matrix: csr_matrix
    columns: csc_matrix
    base: np.ndarray
    square: np.ndarray

    @cached_property
    def dense(self) -> np.ndarray | None:
        """`matrix` as a plain array where that is small; None elsewhere."""
        small = self.matrix.shape[0] * self.matrix.shape[1] <= DENSE_CELLS
        return self.matrix.toarray() if small else None

    def total(self, items: np.ndarray) -> np.ndarray:
        """(n_values,) the weights of these item numbers summed, an item as often as it is named."""
        if self.dense is not None:
            return self.dense[items].sum(axis=0)
        return np.asarray(self.matrix[items].sum(axis=0)).ravel()

    def has(self, items: np.ndarray, value: int) -> np.ndarray:
        """(len(items),) bool: which of these item numbers have value number `value`."""
        if self.dense is not None:
            return self.dense[items, value] > 0
        start, end = self.columns.indptr[value : value + 2]
        holders = self.columns.indices[start:end]
        if len(holders) == 0:
            return np.zeros(len(items), bool)
        spot = np.minimum(np.searchsorted(holders, items), len(holders) - 1)
        return holders[spot] == items


def make_table(
    name: str, role: Role, values: np.ndarray, matrix: csr_matrix, liked_per_item: np.ndarray
) -> ValueTable:
    """A `ValueTable`, its bases from `liked_per_item` (n_items,), all users' liked rows."""
    columns = matrix.tocsc()
    columns.sort_indices()
    liked = liked_per_item / max(float(liked_per_item.sum()), 1.0)
    base = np.asarray(columns.T @ liked)
    square = np.asarray(columns.power(2).T @ liked)
    return ValueTable(name, role, values, matrix, columns, base, square)


def attribute_tables(items: Items, liked_per_item: np.ndarray) -> list[ValueTable]:
    """One table for every usable attribute, years cut into periods, in the catalogue's order."""
    from scipy.sparse import csr_matrix

    out: list[ValueTable] = []
    for name in items.attributes:
        lists = [[v for v in values if v] for values in items.frame[name]]
        role = role_of(name, lists)
        if role is Role.YEAR and any(table.role is Role.YEAR for table in out):
            role = Role.UNUSED
        if role is Role.UNUSED:
            continue
        if role is Role.YEAR:
            lists = periods(lists, liked_per_item)
        values, row, column = _numbered(lists)
        shape = (len(items), len(values))
        matrix = csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        out.append(make_table(name, role, values, matrix, liked_per_item))
    return out


def role_of(name: str, lists: list[list[str]]) -> Role:
    """What the attribute `name` with these values per item is good for."""
    flat = [value for values in lists for value in values]
    distinct = set(flat)
    if len(distinct) < 2:
        return Role.UNUSED
    years = sum(1 for value in distinct if year_of(value) is not None) / len(distinct)
    if years > 0.9:
        return Role.YEAR
    if sum(map(_is_number, distinct)) > 0.9 * len(distinct) and len(distinct) > 20:
        return Role.UNUSED
    having = sum(1 for values in lists if values)
    if name.lower() in MAKERS or len(distinct) > 0.25 * having:
        return Role.CREATOR
    return Role.CATEGORY


def year_of(value: str) -> int | None:
    """The year that `value` is ("1995", "1995.0", "1995-03-12"), or None."""
    match = re.fullmatch(r"([12]\d{3})(\.0|-\d\d.*)?", value.strip())
    return int(match.group(1)) if match else None


def periods(lists: list[list[str]], liked_per_item: np.ndarray) -> list[list[str]]:
    """Per item its decade; in a decade that holds over a third of all liked rows, its year.

    A catalogue of mostly recent items would otherwise have one period that says nothing.
    """
    years = [next((y for y in map(year_of, values) if y is not None), None) for values in lists]
    weight: dict[int, float] = {}
    for year, liked in zip(years, liked_per_item, strict=True):
        if year is not None:
            weight[year // 10] = weight.get(year // 10, 0.0) + float(liked)
    total = sum(weight.values())
    heavy = {decade for decade, liked in weight.items() if liked > total / 3 > 0}
    return [
        [] if year is None else [str(year) if year // 10 in heavy else f"{year // 10 * 10}s"]
        for year in years
    ]


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _numbered(lists: list[list[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct values in order of first sight, and (item, value number) pairs."""
    number: dict[str, int] = {}
    row, column = [], []
    for item, values in enumerate(lists):
        for value in values:
            row.append(item)
            column.append(number.setdefault(value, len(number)))
    values_array = np.array(list(number), dtype=object)
    return values_array, np.array(row, np.int64), np.array(column, np.int64)
