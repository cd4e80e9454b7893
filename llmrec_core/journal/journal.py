"""The journal of a study: save, undo, redo and read what people typed or clicked."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from llmrec_core.describe.sentences import PERSON, Description
from llmrec_core.errors import InputError
from llmrec_core.journal import batches, documents, prompts
from llmrec_core.journal.documents import Kept
from llmrec_core.journal.records import Batch, Feedback, Note, PromptVersion, Version
from llmrec_core.journal.store import reading, writing
from llmrec_core.journal.versions import (
    ORIGINAL,
    edited_versions,
    head_version,
    insert,
    last_version,
    mark,
    now,
    stored,
    versions_of,
)
from llmrec_core.recipe import digest


class Journal:
    """The journal of one study; the file is made by the first write."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def save_description(
        self, description: Description, author: str = PERSON, *,
        original: Description | None = None, data: str = "",
    ) -> int:
        """Save a new version made from the one in force; returns its number once it is on disk.

        `original`, the machine's text, becomes version 0 when the owner has no versions yet. A
        description equal to the one in force makes no new version. `data` names the interactions
        that the row ids belong to (`Study.interactions_key`).
        """
        owner, text = description.owner_id, description.to_json()
        with writing(self.path) as db:
            last = last_version(db, owner)
            if last is None and original is not None:
                insert(db, owner, ORIGINAL, original.to_json(), original.writer, None, data)
                last = ORIGINAL
            head = head_version(db, owner)
            if head is not None and stored(db, owner, head) == text:
                return head
            version = 1 if last is None else last + 1
            insert(db, owner, version, text, author, head, data)
            return version

    def save_many(
        self, pairs: Sequence[batches.Pair], author: str = PERSON, *, what: str = "",
        data: str = "", originals: Mapping[str, Description] | None = None,
    ) -> int:
        """Save one edit of many descriptions, all or none; returns the number of the batch.

        `pairs` are (as it was in force when the edit was looked at, as it is to be); `what` says
        what was done. Raises `InputError` where one was changed meanwhile, or there is none.
        """
        with writing(self.path) as db:
            return batches.save(db, pairs, author, what, data, originals or {})

    def undo_batch(self, batch: int) -> tuple[int, int]:
        """Take an edit of many back; (taken back, left because they were edited again since)."""
        with writing(self.path) as db:
            return batches.undo(db, batch)

    def redo_batch(self, batch: int) -> tuple[int, int]:
        """Put an edit of many that was taken back in force again; (put back, left)."""
        with writing(self.path) as db:
            return batches.redo(db, batch)

    def batches(self) -> list[Batch]:
        """All edits of many, the latest first."""
        with reading(self.path) as db:
            return batches.listing(db)

    def description(self, owner_id: str) -> Description | None:
        """The version in force (0, the original, after undoing everything); None without any."""
        with reading(self.path) as db:
            head = head_version(db, owner_id)
            return None if head is None else Description.from_json(stored(db, owner_id, head))

    def edited(self, owner_id: str) -> Description | None:
        """The version in force where a person made it; None where the machine's is."""
        version = self.edited_version(owner_id)
        return None if version is None else version.description

    def edited_version(self, owner_id: str) -> Version | None:
        """The same with who made it, when, and of which data."""
        with reading(self.path) as db:
            return edited_versions(db, owner_id).get(owner_id)

    def all_edited(self) -> dict[str, Version]:
        """Owner -> the version in force, for all whose version in force is a person's."""
        with reading(self.path) as db:
            return edited_versions(db)

    def history(self, owner_id: str) -> list[Version]:
        """All versions, oldest first, the undone ones too."""
        with reading(self.path) as db:
            return versions_of(db, owner_id)

    def undo(self, owner_id: str) -> Description | None:
        """Put the version before the one in force in force; None when there is none before."""
        with writing(self.path) as db:
            head = head_version(db, owner_id)
            if head is None or head == ORIGINAL:
                return None
            mark(db, owner_id, head, undone=True)
        return self.description(owner_id)

    def redo(self, owner_id: str) -> Description | None:
        """Take the last undo back; None when there is nothing to redo."""
        with writing(self.path) as db:
            head = head_version(db, owner_id)
            (version,) = db.execute(
                "select max(version) from description_versions "
                "where owner_id = ? and undone and parent is ?", (owner_id, head),
            ).fetchone()
            if version is None:
                return None
            mark(db, owner_id, version, undone=False)
        return self.description(owner_id)

    def edited_owners(self) -> list[str]:
        """The owners whose description in force is a person's, in id order."""
        with reading(self.path) as db:
            rows = db.execute(
                "select distinct owner_id from description_versions "
                "where not undone and version > ? order by owner_id", (ORIGINAL,),
            )
            return [owner for (owner,) in rows]

    def revision(self) -> str:
        """Names the edits in force: it changes with each, and comes back when they do."""
        with reading(self.path) as db:
            heads = db.execute(
                "select owner_id, max(version) from description_versions "
                "where not undone and version > ? group by owner_id order by owner_id", (ORIGINAL,),
            ).fetchall()
        return digest(heads)

    def save_weights(self, name: str, weights: Mapping[str, float]) -> None:
        """Save weights under a name; what the name meant before stays in the file."""
        if not name.strip():
            raise InputError("Weights need a name to be saved under: type one.")
        wrong = [k for k, v in weights.items() if not math.isfinite(v)]
        if wrong:
            raise InputError(f"The weight of {wrong[0]!r} is not a finite number: type another.")
        document = json.dumps({key: float(value) for key, value in weights.items()})
        with writing(self.path) as db:
            db.execute(
                "insert into weights (name, json, created) values (?, ?, ?)",
                (name.strip(), document, now()),
            )

    def weights(self, name: str) -> dict[str, float] | None:
        """The weights last saved under `name`, or None."""
        with reading(self.path) as db:
            row = db.execute(
                "select json from weights where name = ? order by id desc limit 1", (name.strip(),)
            ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def save_document(self, kind: Kept, name: str, document: str) -> None:
        """Save JSON under a name of its kind; raises `InputError` without a name."""
        with writing(self.path) as db:
            documents.save(db, kind, name, document)

    def change_document(
        self, kind: Kept, name: str, change: Callable[[str | None], str]
    ) -> None:
        """Save what `change` makes of the JSON last saved under `name` (None for none).

        One transaction: of two that change a document at once the later sees what the earlier
        saved. What `change` raises leaves everything as it was.
        """
        with writing(self.path) as db:
            documents.save(db, kind, name, change(documents.latest(db, kind, name)))

    def document(self, kind: Kept, name: str) -> str | None:
        """The JSON last saved under `name`, or None."""
        with reading(self.path) as db:
            return documents.latest(db, kind, name)

    def document_names(self, kind: Kept) -> list[str]:
        """The names of all saved documents of a kind, in order."""
        with reading(self.path) as db:
            return documents.names(db, kind)

    def weight_names(self) -> list[str]:
        """The names that weights are saved under, in order."""
        with reading(self.path) as db:
            return [name for (name,) in db.execute("select distinct name from weights order by 1")]

    def save_prompt(self, name: str, text: str, author: str = PERSON) -> int:
        """Save a new version of the prompt `name`; returns its number (from 1).

        The text that is the newest version already makes no new one. Raises `InputError` for a
        text that no model could be sent.
        """
        with writing(self.path) as db:
            return prompts.save(db, name, text, author)

    def prompts(self, name: str) -> list[PromptVersion]:
        """The saved versions of the prompt `name`, oldest first; the file is none of them."""
        with reading(self.path) as db:
            return prompts.listing(db, name)

    def prompt_text(self, digest: str) -> str | None:
        """The text of the saved prompt with this digest, or None."""
        with reading(self.path) as db:
            return prompts.text_of(db, digest)

    def add_note(self, subject: str, text: str) -> None:
        """Save a note about `subject` (an id, a page, a setting)."""
        if not text.strip():
            raise InputError("The note is empty: write something first.")
        with writing(self.path) as db:
            db.execute(
                "insert into notes (subject, text, created) values (?, ?, ?)",
                (subject, text, now()),
            )

    def notes(self, subject: str | None = None) -> list[Note]:
        """The notes about `subject` (None: all), oldest first."""
        with reading(self.path) as db:
            rows = db.execute(
                "select subject, text, created from notes "
                "where ?1 is null or subject = ?1 order by id", (subject,),
            ).fetchall()
        return [Note(about, text, datetime.fromisoformat(at)) for about, text, at in rows]

    def add_feedback(self, user_id: str, item_id: str, value: float) -> None:
        """Save what a user said of an item."""
        if not math.isfinite(value):
            raise InputError(f"The feedback on {item_id!r} is not a finite number: give another.")
        with writing(self.path) as db:
            db.execute(
                "insert into feedback (user_id, item_id, value, created) values (?, ?, ?, ?)",
                (user_id, item_id, float(value), now()),
            )

    def feedback(self, user_id: str | None = None) -> list[Feedback]:
        """What `user_id` (None: everybody) said, oldest first."""
        with reading(self.path) as db:
            rows = db.execute(
                "select user_id, item_id, value, created from feedback "
                "where ?1 is null or user_id = ?1 order by id", (user_id,),
            ).fetchall()
        return [Feedback(u, i, value, datetime.fromisoformat(at)) for u, i, value, at in rows]
