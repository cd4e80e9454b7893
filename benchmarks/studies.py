"""Studies to measure on: MovieLens-100K where it lies beside the checkout, or the demo."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from timing import DATA

from llmrec_core.demo import NAME, create_demo, source_files
from llmrec_core.errors import MissingArtefactError, UnknownIdError
from llmrec_core.study import Study


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


@contextmanager
def measured_study(name: str | None = None) -> Iterator[tuple[Study, str]]:
    """(study, its name): the built one that is named, or `files()` built for this run."""
    if name:
        yield Study.open(name), name
        return
    source = files()
    with own_home():
        yield _built(Study.create("bench", list(source.paths))), source.name


@contextmanager
def named_or_demo(name: str = NAME) -> Iterator[Study]:
    """The study that is named; the demo is built for this run where it is not built already."""
    if name != NAME or demo_is_built():
        yield Study.open(name)
        return
    print("The demo is not built here: it is built for this run.", flush=True)
    with own_home():
        yield _built(create_demo())


def demo_is_built() -> bool:
    """Whether there is a demo that can recommend."""
    from llmrec_core.recommender import Recommender

    try:
        Recommender(Study.open(NAME))
    except (UnknownIdError, MissingArtefactError):
        return False
    return True


@contextmanager
def own_home() -> Iterator[None]:
    """An empty folder of studies in place of the usual one, until the block ends."""
    before = os.environ.get("LLMREC_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLMREC_HOME"] = str(Path(folder) / "home")
        try:
            yield
        finally:
            os.environ.pop("LLMREC_HOME")
            if before is not None:
                os.environ["LLMREC_HOME"] = before


def _built(study: Study) -> Study:
    from llmrec_core.build import build

    build(study)
    return study
