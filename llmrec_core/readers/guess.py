"""Which column is what and which file is which table: guessed, or said by a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from llmrec_core.errors import InputError
from llmrec_core.readers import fields
from llmrec_core.readers.loaded import INTERACTIONS, ITEMS, LINKS, TRIPLES, USERS, Loaded
from llmrec_core.tables import (
    ENTITY,
    EVENT,
    IMAGE,
    ITEM,
    RELATION,
    REVIEW,
    SUMMARY,
    TIME,
    TITLE,
    USER,
    VALUE,
)

NONE = "-"
"""In a mapping: no column, even where one would be guessed."""

TEXT_FIELDS, ATTRIBUTES = "text_fields", "attributes"
KEYS = (
    USER, ITEM, VALUE, TIME, EVENT, REVIEW, SUMMARY, TITLE, IMAGE, RELATION, ENTITY, TEXT_FIELDS,
    ATTRIBUTES,
)
"""What a mapping may name; the last two as comma lists of columns."""

_SYNONYMS = {  # squeezed to letters and digits; the first that a file has is taken
    USER: "userid user uid usernumber useridx userindex reviewerid reviewer customerid customer "
    "memberid accountid visitorid personid readerid listenerid profileid playerid",
    ITEM: "itemid item iid itemnumber itemidx itemindex movieid movie bookid book isbn parentasin "
    "asin productid product articleid newsid songid trackid artistid albumid videoid gameid "
    "appid businessid recipeid animeid showid filmid contentid documentid docid sku",
    VALUE: "rating ratings value score stars starrating overall overallrating bookrating "
    "userrating preference label weight count counts plays playcount playcounts quantity "
    "listens hours",
    TIME: "timestamp unixreviewtime unixtime time ts datetime eventtime eventtimestamp createdat "
    "ratedat ratingtimestamp reviewdate date reviewtime tdat",
    EVENT: "event eventtype eventname action actiontype behavior behaviortype behaviour "
    "interactiontype",
    TITLE: "title itemtitle movietitle booktitle producttitle articletitle originaltitle "
    "itemname productname prodname moviename bookname name headline",
    IMAGE: "image imageurl imagepath imurl img poster posterpath posterurl cover coverurl "
    "coverimage picture pictureurl thumbnail thumbnailurl imageurll imageurlm imageurls",
    REVIEW: "reviewtext review reviewbody reviewcontent fullreview comment comments text body",
    SUMMARY: "summary reviewsummary reviewtitle reviewheadline",
    RELATION: "relation relationid relationname relationtype rel predicate property",
    ENTITY: "entity entityid entityname tail tailid tailentity object",
}
_HEADS = "head headid headentity subject source id".split()  # noqa: SIM905
"""What the item's column of a file of triples may be called beside the names of `ITEM`."""
_OF_ROLE = {
    INTERACTIONS: (USER, ITEM, VALUE, TIME, EVENT, REVIEW, SUMMARY, TITLE),
    ITEMS: (ITEM, TITLE, IMAGE),
    USERS: (USER,),
    TRIPLES: (ITEM, RELATION, ENTITY),
    LINKS: (ITEM, ENTITY),
}
_POSITIONS = (USER, ITEM, VALUE, TIME)


@dataclass(frozen=True)
class FileMapping:
    """How one file is understood: `columns` from our names to the file's.

    For items `texts` and `attributes` are the remaining columns that are used, `separators` tells
    how the attributes' cells are split (see `fields`); for users `attributes` are all others.
    """

    role: str
    columns: Mapping[str, str]
    texts: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    separators: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, str]:
        """The mapping in the form in which `read` takes it."""
        out = dict(self.columns)
        if self.role == ITEMS:
            out[TEXT_FIELDS] = ",".join(self.texts) or NONE
        if self.role in (ITEMS, USERS):
            out[ATTRIBUTES] = ",".join(self.attributes) or NONE
        return out


def check_mapping(mapping: Mapping[str, str], files: Sequence[Loaded]) -> None:
    """Raise `InputError` for a key that means nothing and for a column that no file has."""
    unknown = [key for key in mapping if key not in KEYS]
    if unknown:
        raise InputError(
            f"The mapping has no {', '.join(map(repr, unknown))}: map one of {', '.join(KEYS)}."
        )
    have = [name for file in files for name in file.table.column_names]
    for key, value in mapping.items():
        for name in _listed(value) if key in (TEXT_FIELDS, ATTRIBUTES) else [value]:
            if name != NONE and name not in have:
                raise InputError(
                    f"The mapping {key}={name} names a column that no file has "
                    f"(there are: {', '.join(have[:40])}): correct the name."
                )


def guess(loaded: Loaded, mapping: Mapping[str, str] | None = None) -> FileMapping:
    """Which table the file is and which of its columns are used; raises `InputError` if none fits.

    A mapped column wins over a guessed one; `"-"` means none; a mapping to a column that this
    file does not have (another one has it) leaves the guess.
    """
    mapping = mapping or {}
    found = _columns(loaded, mapping)
    role = loaded.role or _role(loaded, found)
    if role == TRIPLES and ITEM not in found:
        free = {_squeeze(n): n for n in reversed(loaded.table.column_names)}
        head = next((free[name] for name in _HEADS if name in free), None)
        found |= {ITEM: head} if head is not None else {}
    kept = {key: found[key] for key in _OF_ROLE[role] if key in found}
    _check_required(loaded, role, kept)
    if role == USERS:
        return _users(loaded, mapping, kept)
    if role == ITEMS:
        return _items(loaded, mapping, kept)
    others = [n for n in loaded.table.column_names if n not in kept.values()]
    notes = (f"not used: {', '.join(others[:20])}",) if others else ()
    return FileMapping(role, kept, notes=notes)


def _columns(loaded: Loaded, mapping: Mapping[str, str]) -> dict[str, str]:
    names = loaded.table.column_names
    found = {k: v for k, v in mapping.items() if k in _SYNONYMS and v in names}
    taken = set(found.values()) | set(_listed(mapping.get(TEXT_FIELDS, NONE)))
    taken |= set(_listed(mapping.get(ATTRIBUTES, NONE)))
    headless = names == [f"column_{i}" for i in range(1, len(names) + 1)]
    for key in _SYNONYMS:
        if key in found or mapping.get(key) == NONE:
            continue
        free = [n for n in names if n not in taken]
        if key in (REVIEW, SUMMARY):  # «review» may also hold a mark
            free = [n for n in free if fields.may_be_written(loaded.table[n])]
        name = _by_name(key, free)
        if name is None and headless and key in _POSITIONS and 2 <= len(names) <= 4:
            at_position = [n for i, n in enumerate(names) if i < 4 and _POSITIONS[i] == key]
            name = at_position[0] if at_position and at_position[0] in free else None
        if name is not None:
            found[key] = name
            taken.add(name)
    return found


def _squeeze(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _by_name(key: str, names: list[str]) -> str | None:
    by_squeezed = {_squeeze(n): n for n in reversed(names)}
    return next((by_squeezed[s] for s in _SYNONYMS[key].split() if s in by_squeezed), None)


def _role(loaded: Loaded, found: dict[str, str]) -> str:
    names = loaded.table.column_names
    if USER in found and ITEM in found:
        return INTERACTIONS
    if RELATION in found and ENTITY in found and not {USER, TITLE} & set(found):
        return TRIPLES
    if ITEM in found or USER in found:
        return ITEMS if ITEM in found else USERS
    plain_id = next((n for n in names if _squeeze(n) in ("id", "index", "key")), None)
    if plain_id is not None:
        stem = loaded.source.path.name.lower()
        role = (
            USERS
            if TITLE not in found or re.match(r"(users?|customers?|members?)\b", stem)
            else ITEMS
        )
        found[USER if role == USERS else ITEM] = plain_id
        return role
    raise InputError(
        f"{loaded.source.name} has no column that looks like a user or an item "
        f"(it has: {', '.join(names[:20])}): map one, for example user_id={names[0]}, "
        "or choose another delimiter."
    )


def _check_required(loaded: Loaded, role: str, kept: dict[str, str]) -> None:
    required = {INTERACTIONS: (USER, ITEM), ITEMS: (ITEM,), USERS: (USER,)}.get(
        role, _OF_ROLE[role]
    )
    missing = [key for key in required if key not in kept]
    if missing:
        names = loaded.table.column_names
        raise InputError(
            f"{loaded.source.name} ({role}) has no column for {' and '.join(missing)} "
            f"(it has: {', '.join(names[:20])}): map one, for example {missing[0]}={names[0]}."
        )


def _items(loaded: Loaded, mapping: Mapping[str, str], kept: dict[str, str]) -> FileMapping:
    texts: list[str] = []
    attributes: list[str] = []
    separators: dict[str, str] = {}
    notes: list[str] = []
    asked_texts = _listed(mapping[TEXT_FIELDS]) if TEXT_FIELDS in mapping else None
    asked_attributes = _listed(mapping[ATTRIBUTES]) if ATTRIBUTES in mapping else None
    for name in loaded.table.column_names:
        if name in kept.values():
            continue
        kind = fields.kind_of(loaded.table[name], name, loaded.separators.get(name))
        separators[name] = kind.separator
        if asked_texts is not None and name in asked_texts:
            texts.append(name)
        elif asked_attributes is not None and name in asked_attributes:
            attributes.append(name)
        elif kind.use == fields.TEXT and asked_texts is None:
            texts.append(name)
        elif kind.use == fields.ATTRIBUTE and asked_attributes is None:
            attributes.append(name)
        else:
            notes.append(f"not used: {name} ({kind.why or 'not mapped'})")
    return FileMapping(ITEMS, kept, tuple(texts), tuple(attributes), separators, tuple(notes[:50]))


def _users(loaded: Loaded, mapping: Mapping[str, str], kept: dict[str, str]) -> FileMapping:
    others = [n for n in loaded.table.column_names if n not in kept.values()]
    if ATTRIBUTES in mapping and any(n in others for n in _listed(mapping[ATTRIBUTES])):
        others = [n for n in others if n in _listed(mapping[ATTRIBUTES])]
    notes = (f"not used: {', '.join(others[50:70])}…",) if len(others) > 50 else ()
    return FileMapping(USERS, kept, attributes=tuple(others[:50]), notes=notes)


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip() not in ("", NONE)]
