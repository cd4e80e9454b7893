"""A tiny world in files: three readers, three books."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CLICKS = """user_id,item_id,rating,timestamp
ann,b1,5,1700000000
ann,b2,2,1700000100
bob,b1,4,1700000200
cid,b3,1,1700000300
"""

BOOKS = """item_id,title,year,genres,author,plot
b1,Dawn,1999,Drama|Space,"Ann Lee, Bo Day",A long story about a ship that leaves one morning.
b2,Dusk,2001,Crime,Cy Fox,Two sisters look for the man who sold their house.
b3,Noon,1950,Drama,Bo Day,Nobody in the village remembers who rang the bell.
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into the test's folder and give its path."""

    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def clicks(write: Callable[[str, str | bytes], Path]) -> Path:
    """The interactions as a CSV file."""
    return write("clicks.csv", CLICKS)


@pytest.fixture
def books(write: Callable[[str, str | bytes], Path]) -> Path:
    """The items as a CSV file."""
    return write("books.csv", BOOKS)


@pytest.fixture
def movielens() -> Path:
    """The folder of MovieLens-100K beside the checkout."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "movielens-100k"
    if not folder.is_dir():
        pytest.skip(f"MovieLens-100K is not at {folder}")
    return folder
