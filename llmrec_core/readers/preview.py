"""A first look at a file, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import InputError
from llmrec_core.readers.fields import plain_text
from llmrec_core.readers.guess import guess
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import reading
from llmrec_core.readers.many import load

if TYPE_CHECKING:
    import pandas as pd

ROWS = 20
_GUESSED_FROM = 1_000
_CELL_CHARS = 300


@dataclass(frozen=True)
class Preview:
    """What a file is taken for. `role` is "" where the columns tell nothing, and `notes` say why.

    `mapping` can be changed and given to `read`; `rows` has all columns as text, cut to 300
    letters.
    """

    name: str
    format: str
    role: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: pd.DataFrame
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The preview as plain JSON values; `from_document` gives it back."""
        return {
            "name": self.name,
            "format": self.format,
            "role": self.role,
            "columns": list(self.columns),
            "mapping": dict(self.mapping),
            "rows": self.rows.to_numpy().tolist(),
            "notes": list(self.notes),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Preview:
        """The preview that `document()` wrote."""
        import pandas as pd

        return cls(
            document["name"],
            document["format"],
            document["role"],
            tuple(document["columns"]),
            dict(document["mapping"]),
            pd.DataFrame(document["rows"], columns=document["columns"], dtype="str"),
            tuple(document["notes"]),
        )


def preview_file(path: Path, format: str, mapping: Mapping[str, str], limits: Limits) -> Preview:
    """See `llmrec_core.readers.preview`; the guess is made from the first 1,000 rows."""
    import pandas as pd

    loaded = load(path, format, limits, head=_GUESSED_FROM)
    with reading(loaded.source.name, "a table"):
        names = loaded.table.column_names
        first = loaded.table.slice(0, ROWS)
        cells = {n: [plain_text(c, _CELL_CHARS) for c in first[n].to_pylist()] for n in names}
        rows = pd.DataFrame(cells, columns=names, dtype="str")
        try:
            found = guess(loaded, mapping)
            role, guessed, notes = found.role, found.document(), found.notes
        except InputError as error:
            role, guessed, notes = "", {}, (str(error),)
    return Preview(
        loaded.source.name,
        loaded.format,
        role,
        tuple(names),
        guessed,
        rows,
        loaded.notes + notes,
    )
