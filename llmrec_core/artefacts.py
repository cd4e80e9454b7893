"""What a machine computed, on disk: written atomically, named by recipe, verified on opening.

Each artefact is two files: the data (`.npz` or `.parquet`) and a JSON with its sha256, size,
recipe, inputs and seconds. The JSON is written last, so an artefact without one does not exist.
"""

from __future__ import annotations

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
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise StudioError(
            f"{path.name} cannot be written ({reason}): free the disk or its rights."
        ) from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Artefacts:
    """The artefacts of one study: `<folder>/<stage>/<key>.npz|.parquet` beside `<key>.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self, stage: str, key: str) -> bool:
        """Whether the artefact is complete (its bytes are verified on loading, not here)."""
        return self._card_path(stage, key).exists()

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
        if not isinstance(card, dict) or card.get("schema") != SCHEMA:
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
        for ending in (".npz", ".parquet"):
            card.with_suffix(ending).unlink(missing_ok=True)

    def sweep(self, older_than: float = 3600.0) -> int:
        """Delete temporaries that a killed process left more than `older_than` seconds ago."""
        moment = time.time() - older_than
        stale = [p for p in self.folder.rglob(_TEMPORARY + "*") if p.stat().st_mtime < moment]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    @property
    def _study(self) -> str:
        return self.folder.parent.name

    def _card_path(self, stage: str, key: str) -> Path:
        return self.folder / stage / f"{key}.json"

    def _save(
        self, stage: str, key: str, ending: str, data: bytes, card: Mapping[str, Any]
    ) -> None:
        path = self._card_path(stage, key).with_suffix(ending)
        write_atomically(path, data)
        full = {
            **card, "schema": SCHEMA, "stage": stage, "key": key, "file": path.name,
            "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "written": time.time(),
        }
        write_atomically(path.with_suffix(".json"), json.dumps(full, indent=1).encode())

    def _read(self, stage: str, key: str) -> bytes:
        card = self.card(stage, key)
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
