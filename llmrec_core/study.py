"""A study on disk: one folder with its tables, its artefacts and what people typed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core import lock, tables
from llmrec_core.artefacts import Artefacts, write_atomically
from llmrec_core.errors import InputError, StudioError, UnknownIdError
from llmrec_core.recipe import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from llmrec_core.behaviour import Behaviour, Filters
    from llmrec_core.journal import Journal
    from llmrec_core.tables import Tables

SCHEMA = 1
_CONTENT = {"interactions", "items", "item_ids"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def home() -> Path:
    """Where studies live: `LLMREC_HOME`, or the platform's data directory."""
    given = os.environ.get("LLMREC_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("llmrec-studio", appauthor=False)


def check_name(name: str) -> str:
    """`name` if it can name a study (a folder); raises `InputError` otherwise."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a study: use 1 to 40 lower-case letters, digits, - and _, "
            "beginning with a letter or digit."
        )
    return name


def _content(folder: Path) -> dict[str, str]:
    """Digests of the canonical tables, and of the item ids alone (which number the items)."""
    import pandas as pd

    try:
        files = json.loads((folder / "tables.json").read_text())["files"]
        ids = pd.read_parquet(folder / "items.parquet", columns=[tables.ITEM])[tables.ITEM]
    except (OSError, ValueError, KeyError) as error:
        raise StudioError(
            f"The tables just read into {folder} are gone or damaged: import them again, one "
            "import at a time."
        ) from error
    out = {name.partition(".")[0]: file["sha256"] for name, file in files.items()}
    return {**out, "item_ids": digest(ids.tolist())}


@dataclass(frozen=True)
class Study:
    """One data set and all that was derived from it; `folder` holds everything."""

    folder: Path

    @property
    def name(self) -> str:
        """The study's name: that of its folder."""
        return self.folder.name

    @classmethod
    def open(cls, name: str, where: Path | None = None) -> Study:
        """The study called `name`; raises `UnknownIdError` naming those that exist."""
        folder = (where or home()) / check_name(name)
        study = cls(folder)
        if not study._card_path.exists():
            names = ", ".join(s.name for s in cls.listing(where)) or "none yet"
            raise UnknownIdError(
                f"There is no study {name!r} (there are: {names}): "
                f"make it with `llmrec import {name} FILE…` or `llmrec demo`."
            )
        schema = study.card.get("schema")
        if schema != SCHEMA:
            raise InputError(
                f"The study {name!r} has schema {schema!r} and this version reads {SCHEMA}: "
                "update the studio."
            )
        content = study.card.get("content")
        if not isinstance(content, dict) or not set(content) >= _CONTENT:
            raise InputError(
                f"{study._card_path} does not say what its tables hold: import the study again.")
        return study

    @classmethod
    def listing(cls, where: Path | None = None) -> list[Study]:
        """All studies under `where`, by name."""
        folder = where or home()
        if not folder.is_dir():
            return []
        paths = [p for p in sorted(folder.iterdir()) if (p / "study.json").exists()]
        return [cls(p) for p in paths if _NAME.fullmatch(p.name)]

    @classmethod
    def create(
        cls, name: str, paths: Sequence[Path], *, where: Path | None = None, format: str = "auto",
        mapping: Mapping[str, str] | None = None, replace: bool = False, about: str = "",
        cancel: Callable[[], bool] | None = None,
    ) -> Study:
        """Read `paths` in a limited child process and make a study of them.

        The new tables are written beside the old ones and swapped in at the end: a failed import
        leaves an existing study as it was. What people typed (the journal) is always kept.
        """
        from llmrec_core.readers.sandbox import import_files

        study = cls((where or home()) / check_name(name))
        if study._card_path.exists() and not replace:
            raise InputError(
                f"The study {name!r} exists already: choose another name or replace it."
            )
        fresh = study._fresh_folder()
        try:
            report = import_files(
                [Path(p) for p in paths], fresh, format=format, mapping=mapping, cancel=cancel
            )
            card = {
                "schema": SCHEMA, "name": name, "about": about, "tables": fresh.name,
                "created": time.time(), "report": report.document(), "filters": {},
                "content": _content(fresh),
            }
            with study.alone():
                study._write_card(card)
        except BaseException:
            study._give_up(fresh)
            raise
        for old in study.folder.glob("tables-*"):
            if old != fresh:
                shutil.rmtree(old, ignore_errors=True)
        return study

    def _fresh_folder(self) -> Path:
        """A new empty folder for tables."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=f"tables-{int(time.time()):x}-", dir=self.folder))
        except OSError as error:
            raise StudioError(
                f"The study cannot be kept in {self.folder} ({error.strerror}): check the folder "
                "or set LLMREC_HOME to another one."
            ) from error

    def _give_up(self, fresh: Path) -> None:
        """Remove what a failed import leaves, unless the study's card names it already."""
        with contextlib.suppress(InputError, KeyError):
            if self.tables_folder == fresh:
                return
        shutil.rmtree(fresh, ignore_errors=True)
        with contextlib.suppress(OSError):  # not empty: there was a study before
            self.folder.rmdir()

    @property
    def _card_path(self) -> Path:
        return self.folder / "study.json"

    @property
    def card(self) -> dict[str, Any]:
        """study.json: schema, about, load report, filters."""
        try:
            card = json.loads(self._card_path.read_text())
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self._card_path} cannot be read: import the study again."
            ) from error
        if not isinstance(card, dict):
            raise InputError(f"{self._card_path} is not a JSON object: import the study again.")
        return card

    def _write_card(self, card: Mapping[str, Any]) -> None:
        write_atomically(self._card_path, json.dumps(card, indent=1, ensure_ascii=False).encode())

    def set_filters(self, filters: Filters) -> None:
        """Remember which interactions count; everything built after uses them."""
        with self.alone():
            self._write_card({**self.card, "filters": filters.document()})

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """Be the only one who builds or changes the study; the lock goes with the process.

        Raises `StudioError` when another process (or session) is at it.
        """
        return lock.alone(self.folder)

    @property
    def filters(self) -> Filters:
        """The filters in force."""
        from llmrec_core.behaviour import Filters

        return Filters.from_document(self.card.get("filters", {}))

    @property
    def tables_folder(self) -> Path:
        """The folder of the canonical Parquet tables."""
        return self.folder / Path(str(self.card.get("tables"))).name

    def tables(self) -> Tables:
        """The three tables, checked."""
        from llmrec_core.readers.sandbox import load_tables

        return load_tables(self.tables_folder)

    def reviews(self) -> pd.DataFrame:
        """What people wrote with their interactions (REVIEW_COLUMNS), read from disk each time."""
        from llmrec_core.readers.store import load_reviews

        return load_reviews(self.tables_folder)

    @property
    def reviews_key(self) -> str:
        """Names the content of the reviews; "" where there are none."""
        return str(self.card["content"].get("reviews", ""))

    @property
    def triples_key(self) -> str:
        """Names the content of the triples; "" where there are none."""
        return str(self.card["content"].get("triples", ""))

    def behaviour(self, loaded: Tables | None = None) -> Behaviour:
        """The filtered interactions as row numbers; `loaded` spares reading the tables again."""
        from llmrec_core.behaviour import from_tables

        loaded = loaded or self.tables()
        return from_tables(loaded.interactions.frame, loaded.items.frame, self.filters)

    @property
    def items_key(self) -> str:
        """Names the content of the items table."""
        return str(self.card["content"]["items"])

    @property
    def interactions_key(self) -> str:
        """Names the interactions as they were read: the row ids under one key mean one thing."""
        return str(self.card["content"]["interactions"])

    @property
    def behaviour_key(self) -> str:
        """Names the interactions in force, and the numbering of users and items."""
        content = self.card["content"]
        return digest([content["interactions"], content["item_ids"], self.filters.document()])

    @property
    def key(self) -> str:
        """Names all data in force: two imports of the same content have the same key."""
        return digest([self.key_with(self.items_key), self.triples_key])

    def key_with(self, items_key: str) -> str:
        """Names all data in force with the items table `items_key`, but reviews and triples: what
        most of a build depends on."""
        apart = ("reviews", "triples")
        own = {k: v for k, v in self.card["content"].items() if k not in apart}
        content = {**own, "items": items_key}
        return digest([content, self.filters.document()])

    @property
    def artefacts(self) -> Artefacts:
        """What was computed."""
        return Artefacts(self.folder / "artefacts")

    @cached_property
    def journal(self) -> Journal:
        """What people typed and clicked."""
        from llmrec_core.journal import Journal

        return Journal(self.folder / "journal.sqlite")

    @property
    def progress_path(self) -> Path:
        """The file that a running build writes its progress to."""
        return self.folder / "progress.json"

    def delete(self) -> None:
        """Remove the study and all it holds, what people typed included."""
        shutil.rmtree(self.folder)
