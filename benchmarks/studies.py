"""The files benchmarks import: MovieLens-100K where it lies beside the checkout, or the demo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from timing import DATA

from llmrec_core.demo import source_files


@dataclass(frozen=True)
class Files:
    """What is imported: `items` is one of `paths`, `field` the text that is edited in it."""

    name: str
    paths: tuple[Path, ...]
    items: Path
    field: str

    def with_text(self, folder: Path, item_id: str, text: str) -> tuple[Path, ...]:
        """The files with another text of one item; the new items file lies in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / self.items.name
        if self.items.suffix == ".csv":
            frame = pd.read_csv(self.items, dtype=str, keep_default_na=False)
            frame.loc[frame["item_id"] == item_id, self.field] = text
            frame.to_csv(target, index=False)
        else:
            lines = [json.loads(line) for line in self.items.read_text("utf-8").splitlines()]
            edited = [{**row, self.field: text} if row["item_id"] == item_id else row
                      for row in lines]
            target.write_text("".join(json.dumps(row) + "\n" for row in edited), "utf-8")
        return tuple(target if path == self.items else path for path in self.paths)


def files() -> Files:
    """MovieLens-100K with plots, or the demo's books and simulated readers."""
    folder = DATA / "movielens-100k"
    if folder.is_dir():
        items = folder / "items.csv"
        return Files("MovieLens-100K", (folder / "ml-100k.inter", items), items, "plot")
    print("MovieLens-100K is not beside the checkout (shared/data): measured on the demo instead.")
    paths = tuple(source_files())
    items = next(path for path in paths if path.name == "books.jsonl")
    return Files("demo", paths, items, "description")
