"""Which column is what: the guesses of the reader, each open to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from llmrec_core import tables
from llmrec_core.readers.guess import ATTRIBUTES, NONE, TEXT_FIELDS
from llmrec_core.readers.preview import Preview
from llmrec_core.ui.text import plain

NO_COLUMN = "none"
_SINGLE = {
    "interactions": (
        tables.USER, tables.ITEM, tables.VALUE, tables.TIME, tables.EVENT, tables.REVIEW,
        tables.SUMMARY,
    ),
    "items": (tables.ITEM, tables.TITLE, tables.IMAGE),
    "users": (tables.USER,), "triples": (tables.ITEM, tables.RELATION, tables.ENTITY),
    "links": (tables.ITEM, tables.ENTITY),
    "": (
        tables.USER, tables.ITEM, tables.VALUE, tables.TIME, tables.EVENT, tables.TITLE,
        tables.RELATION, tables.ENTITY,
    ),
}
_SEVERAL = {"items": (TEXT_FIELDS, ATTRIBUTES), "users": (ATTRIBUTES,)}
_LABELS = {
    tables.USER: ("User", "Who did it: one id a user."),
    tables.ITEM: ("Item", "What it was done to: one id an item."),
    tables.VALUE: ("Value", "Rating, count or weight; without one every row counts as 1."),
    tables.TIME: ("Time", "When: seconds, milliseconds or a date; without it nothing is «last»."),
    tables.EVENT: ("Event", "What was done: view, click, buy, rate…"),
    tables.REVIEW: ("Review", "What the user wrote; thin item texts can be written from it."),
    tables.SUMMARY: ("Review summary", "The headline of the review; it is put before it."),
    tables.TITLE: ("Title", "The item's name, shown everywhere."),
    tables.RELATION: ("Relation", "What the item and the entity have to do with each other."),
    tables.ENTITY: ("Entity", "Who or what: a person, a kind, a place that items share."),
    tables.IMAGE: ("Image", "Path or address of a picture."),
    TEXT_FIELDS: ("Text fields", "Sentences about the item; each is encoded on its own."),
    ATTRIBUTES: ("Attributes", "Genres, makers, years: values that several items share."),
}
_REQUIRED = {
    "interactions": (tables.USER, tables.ITEM), "items": (tables.ITEM,), "users": (tables.USER,),
    "triples": (tables.ITEM, tables.RELATION, tables.ENTITY),
    "links": (tables.ITEM, tables.ENTITY), "": (),
}
_ROLES = {
    "interactions": "who did what, one row an event", "items": "the catalogue",
    "users": "what is known of users", "triples": "facts about items, one row a fact",
    "links": "which entity an item is", "": "not recognised: say which columns are which",
}


def described(role: str) -> str:
    """A role and what it means."""
    return f"{role} ({_ROLES[role]})" if role else _ROLES[role]


def widgets(guessed: Preview, key: str) -> dict[str, str]:
    """One control a role of a column; returns what differs from the guess, as `read` takes it."""
    columns = list(guessed.columns)
    changed: dict[str, str] = {}
    for name in _SINGLE[guessed.role]:
        before = guessed.mapping.get(name)
        after = _one(name, columns, before, guessed.role, key)
        if after != before:
            changed[name] = NONE if after is None else after
    for name in _SEVERAL.get(guessed.role, ()):
        before_all = _listed(guessed.mapping.get(name, NONE))
        after_all = _several(name, columns, before_all, key)
        if set(after_all) != set(before_all):
            changed[name] = ",".join(after_all) or NONE
    return changed


def _one(name: str, columns: list[str], before: str | None, role: str, key: str) -> str | None:
    # Positions, not names: a column may be called «none» itself.
    required = name in _REQUIRED[role]
    positions = list(range(len(columns))) if required else [-1, *range(len(columns))]
    start = columns.index(before) if before in columns else -1
    label, about = _LABELS[name]
    picked = st.selectbox(
        label, positions, index=positions.index(start) if start in positions else 0,
        format_func=lambda at: NO_COLUMN if at < 0 else columns[at],
        key=f"{key}_{name}", help=about,
    )
    return None if picked < 0 else columns[picked]


def _several(name: str, columns: list[str], before: list[str], key: str) -> list[str]:
    label, about = _LABELS[name]
    return st.multiselect(
        label, columns, default=[c for c in before if c in columns],
        key=f"{key}_{name}", help=about, wrap=True,
    )


def _listed(value: str) -> list[str]:
    return [part for part in value.split(",") if part not in ("", NONE)]


def merged(changes: Sequence[tuple[str, Mapping[str, str]]]) -> tuple[dict[str, str], list[str]]:
    """(one mapping for all files, sentences on what contradicts) of (file, its changes).

    A reader takes one column for each name; lists of columns add up.
    """
    mapping: dict[str, str] = {}
    owner: dict[str, str] = {}
    problems = []
    for file, changed in changes:
        for name, column in changed.items():
            if name in (TEXT_FIELDS, ATTRIBUTES) and name in mapping:
                both = dict.fromkeys([*_listed(mapping[name]), *_listed(column)])
                mapping[name] = ",".join(both) or NONE
            elif mapping.get(name, column) != column:
                problems.append(
                    f"{_LABELS[name][0]} is the column {mapping[name]} in {owner[name]} and "
                    f"{column} in {file}: give both files the same column name."
                )
            else:
                mapping[name], owner[name] = column, file
    return mapping, problems


def note(guessed: Preview) -> None:
    """What the reader has to say of the file."""
    for text in guessed.notes:
        st.caption(plain(text, 300))
