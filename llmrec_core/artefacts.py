"""What a machine computed, on disk: written atomically, named by recipe, verified on opening.

Each artefact is two files: the data (`.npz` or `.parquet`), named by its content, and a card: a
JSON with the data's name, sha256 and size, the recipe, inputs and seconds. The card is written
last and in one step, so that it always names whole data: the old or the new.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import io
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import DamagedArtefactError, MissingArtefactError, StudioError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SCHEMA = 1
_TEMPORARY = ".partial-"


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: a crash leaves the old file or the new one, never a mixture."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
        sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError(
            f"{path} cannot be written ({reason}): make room on the disk or check the "
            "folder's permissions."
        ) from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):  # the disk that failed may fail again: `sweep` does it
            os.unlink(name)
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Artefacts:
    """The artefacts of one study: `<folder>/<stage>/<key>.<content>.npz` beside `<key>.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self, stage: str, key: str) -> bool:
        """Whether the artefact is complete (its bytes are verified on loading, not here)."""
        return self._card_path(stage, key).exists()

    def keys(self, stage: str) -> list[str]:
        """The names of all artefacts of a stage, in order."""
        return sorted(path.stem for path in (self.folder / stage).glob("*.json"))

    def card(self, stage: str, key: str) -> dict[str, Any]:
        """The JSON beside the artefact; raises `MissingArtefactError` when there is none."""
        path = self._card_path(stage, key)
        try:
            card = json.loads(path.read_text())
        except FileNotFoundError:
            raise MissingArtefactError(
                f"The study has no {stage} {key} yet: build it with `llmrec build {self._study}`."
            ) from None
        except (ValueError, OSError) as error:
            raise self._damaged(path) from error
        if not isinstance(card, dict):
            raise self._damaged(path)
        if card.get("schema") != SCHEMA:
            raise DamagedArtefactError(
                f"{path.name} of stage {stage} has schema {card.get('schema')!r}, this version "
                f"reads {SCHEMA}: update the studio or rebuild with `llmrec build {self._study}`."
            )
        return card

    def save_arrays(
        self, stage: str, key: str, arrays: Mapping[str, np.ndarray], card: Mapping[str, Any]
    ) -> None:
        """Store named arrays (no objects) with `card` (recipe, inputs, seconds…)."""
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        self._save(stage, key, ".npz", buffer.getvalue(), card)

    def load_arrays(self, stage: str, key: str) -> dict[str, np.ndarray]:
        """The arrays of an artefact, read-only, after checking every byte."""
        data = self._read(stage, key)
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        for array in arrays.values():
            array.setflags(write=False)
        return arrays

    def save_frame(
        self, stage: str, key: str, frame: pd.DataFrame, card: Mapping[str, Any]
    ) -> None:
        """Store a frame as Parquet with `card`."""
        buffer = io.BytesIO()
        frame.to_parquet(buffer, compression="zstd", index=False, write_page_checksum=True)
        self._save(stage, key, ".parquet", buffer.getvalue(), card)

    def load_frame(self, stage: str, key: str) -> pd.DataFrame:
        """The frame of an artefact, after checking every byte."""
        import pandas as pd

        return pd.read_parquet(io.BytesIO(self._read(stage, key)))

    def remove(self, stage: str, key: str) -> None:
        """Delete one artefact, card first, so that half an artefact is never seen."""
        card = self._card_path(stage, key)
        card.unlink(missing_ok=True)
        for data in card.parent.glob(f"{glob.escape(key)}.*"):
            data.unlink(missing_ok=True)

    def sweep(self, older_than: float = 3600.0) -> int:
        """Delete what killed processes left more than `older_than` seconds ago; how many files.

        That is temporaries, and data that no card names.
        """
        moment, swept = time.time() - older_than, 0
        for path in list(self.folder.rglob("*.*")):
            stale = path.name.startswith(_TEMPORARY) or self._orphan(path)
            with contextlib.suppress(FileNotFoundError):  # another process may sweep too
                if stale and path.stat().st_mtime < moment:
                    path.unlink()
                    swept += 1
        return swept

    def _orphan(self, path: Path) -> bool:
        if path.suffix not in (".npz", ".parquet"):
            return False
        card = self._card_path(path.parent.name, path.name.partition(".")[0])
        return self._named_by(card) != path.name

    @property
    def _study(self) -> str:
        return self.folder.parent.name

    def _card_path(self, stage: str, key: str) -> Path:
        return self.folder / stage / f"{key}.json"

    def _save(
        self, stage: str, key: str, ending: str, data: bytes, card: Mapping[str, Any]
    ) -> None:
        path = self._card_path(stage, key)
        sha256 = hashlib.sha256(data).hexdigest()
        # Named by content: data that the card in force names is never written over.
        name = f"{key}.{sha256[:12]}{ending}"
        replaced = self._named_by(path)
        write_atomically(path.with_name(name), data)
        full = {
            **card, "schema": SCHEMA, "stage": stage, "key": key, "file": name,
            "bytes": len(data), "sha256": sha256, "written": time.time(),
        }
        write_atomically(path, json.dumps(full, indent=1).encode())
        if replaced not in (None, name):
            with contextlib.suppress(OSError):  # it only takes room, until the next sweep
                path.with_name(str(replaced)).unlink(missing_ok=True)

    def _named_by(self, card: Path) -> str | None:
        try:
            return Path(str(json.loads(card.read_text())["file"])).name
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _read(self, stage: str, key: str) -> bytes:
        """The data that the card names; a card that was replaced meanwhile is read again."""
        card = self.card(stage, key)
        while True:
            try:
                return self._data(stage, card)
            except DamagedArtefactError:
                later = self.card(stage, key)
                if later == card:
                    raise
                card = later

    def _data(self, stage: str, card: Mapping[str, Any]) -> bytes:
        path = self.folder / stage / Path(str(card.get("file"))).name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise self._damaged(path) from error
        if len(data) != card.get("bytes") or hashlib.sha256(data).hexdigest() != card.get("sha256"):
            raise self._damaged(path)
        return data

    def _damaged(self, path: Path) -> DamagedArtefactError:
        return DamagedArtefactError(
            f"{path.parent.name}/{path.name} is damaged or incomplete: "
            f"`llmrec build {self._study}` makes it again."
        )
