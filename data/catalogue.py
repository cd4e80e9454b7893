"""The demo's books as arrays: what they are about, how well known they are, what is read next."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

PERIODS = (1850, 1900, 1945, 1970, 1990, 2010)
"""First years of the eras after the oldest one."""

THEMES = {
    "the sea": "sea|ship|sail|sailor|voyage|captain|port|coast|whale|whaler|fisherman|harbour|boat",
    "war": "war|soldier|army|battle|officer|regiment|wartime|trench|trenches|invasion|regimental",
    "crime": "detective|murder|police|policeman|killer|corpse|inspector|thief|alibi|suspect|crime",
    "secrets and spies": "spy|spies|secret|agent|betrayal|conspiracy|assassin|traitor|intelligence",
    "school": "school|teacher|teach|pupil|classroom|childhood|boarding|college|student|lesson",
    "families": "family|families|generation|grandmother|grandfather|sister|brother|cousin|heir",
    "marriage": "marriage|marry|marries|married|husband|wife|lover|courtship|wedding|suitor|bride",
    "outer space": "planet|star|space|galaxy|galactic|alien|mars|moon|orbit|spaceship|earth",
    "machines": "robot|android|machine|computer|inventor|experiment|laboratory|artificial",
    "tyranny": "regime|dictator|tyrant|tyranny|totalitarian|revolution|rebel|prison|camp|empire",
    "magic": "magic|magical|wizard|witch|witches|dragon|spell|god|goddess|myth|fairy|enchanted",
    "dread": "ghost|haunted|vampire|monster|dread|terror|curse|grave|castle|undead|nightmare",
    "the village": "village|villager|farm|farmer|harvest|rural|countryside|landowner|peasant|field",
    "the big city": "london|paris|new york|tokyo|city|cities|street|flat|moscow|istanbul|berlin",
    "animals": "animal|dog|horse|bird|wolf|wolves|fox|rabbit|otter|hawk|cat|creature|wildlife",
    "wilderness": "mountain|snow|forest|desert|wild|wilderness|island|river|arctic|valley|ice",
    "faith": "faith|priest|church|monk|religion|religious|sin|monastery|prayer|bishop|saint",
    "grief": "grief|death|dying|ill|illness|plague|dead|mourning|mourn|madness|asylum|loss",
    "money": "money|rich|poor|debt|class|fortune|servant|poverty|aristocrat|wealth|wealthy|estate",
    "exile": "exile|colonial|colony|migrant|immigrant|slave|slavery|refugee|native|independence",
    "the arts": "book|writer|novelist|poet|painter|music|musician|library|artist|theatre",
    "growing up": "friend|friendship|boy|girl|orphan|youth|teenage|teenager|boyhood|girlhood|child",
    "laughter": "comic|comedy|funny|witty|absurd|deadpan|joke|laughter|ironic|farce|wry|hilarious",
    "science": "science|scientific|evolution|species|physics|atom|atomic|brain|genes|mathematics",
}
"""Themes and the words of a description that point to them (plurals and possessives count)."""

WELL_KNOWN = (
    "Harry Potter and the Philosopher's Stone", "Nineteen Eighty-Four", "Pride and Prejudice",
    "The Hobbit", "To Kill a Mockingbird", "The Great Gatsby", "The Hunger Games", "Gone Girl",
    "The Lord of the Rings", "The Girl with the Dragon Tattoo", "Animal Farm", "Jane Eyre",
    "The Catcher in the Rye", "Sapiens", "The Handmaid's Tale", "Dune", "A Game of Thrones",
    "The Book Thief", "Fahrenheit 451", "Life of Pi", "And Then There Were None",
    "Brave New World", "The Hitchhiker's Guide to the Galaxy", "Little Women",
    "The Diary of a Young Girl", "Frankenstein", "Dracula", "One Hundred Years of Solitude",
    "The Shining", "Rebecca", "The Name of the Wind", "Normal People",
    "All the Light We Cannot See", "The Thursday Murder Club", "The Song of Achilles",
    "Thinking, Fast and Slow", "The Fault in Our Stars", "A Man Called Ove", "Never Let Me Go",
    "The Count of Monte Cristo", "The Lion, the Witch and the Wardrobe",
    "The Silence of the Lambs", "Slaughterhouse-Five", "The Shadow of the Wind", "Circe",
    "Pachinko", "Murder on the Orient Express", "The Name of the Rose", "Wolf Hall",
    "The Three-Body Problem", "Catch-22", "The Secret Garden", "Matilda", "The Road",
    "Norwegian Wood", "My Brilliant Friend",
)
"""The books that the head of the popularity curve is made of, best known first."""


@dataclass(frozen=True)
class Catalogue:
    """The books and what the simulation knows of them; n books, f features.

    `features` (n, f) float64 has unit-length blocks side by side, one slice a block in `blocks`:
    genres (idf-weighted), themes, creator, era. `fame` (n,) is the logit of being picked unseen.
    """

    item_ids: tuple[str, ...]
    creators: np.ndarray
    years: np.ndarray
    genres: tuple[str, ...]
    has_genre: np.ndarray
    features: np.ndarray
    blocks: dict[str, slice]
    fame: np.ndarray

    def __len__(self) -> int:
        return len(self.item_ids)


def read_books(path: Path) -> list[dict]:
    """The books of `path` (JSON lines); raises `ValueError` naming a line that lacks a key."""
    wanted = {"item_id", "title", "creator", "year", "genres", "description"}
    books = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        book = json.loads(line)
        if missing := wanted - set(book):
            raise ValueError(f"{path.name}, line {number} lacks {sorted(missing)}: add it.")
        books.append(book)
    return books


def load_catalogue(path: Path, rng: np.random.Generator) -> Catalogue:
    """The catalogue of `path`; `rng` orders the fame of the books that are not well known."""
    books = read_books(path)
    names = sorted({genre for book in books for genre in book["genres"]})
    has_genre = np.array([[name in book["genres"] for name in names] for book in books])
    idf = np.log(len(books) / has_genre.sum(axis=0))
    creators = np.unique([book["creator"] for book in books], return_inverse=True)[1]
    years = np.array([book["year"] for book in books])
    parts = {
        "genres": has_genre * idf,
        "themes": _themes([book["description"] for book in books]),
        "creator": np.eye(creators.max() + 1)[creators],
        "era": _eras(years),
    }
    blocks, at = {}, 0
    for name, part in parts.items():
        blocks[name] = slice(at, at + part.shape[1])
        at += part.shape[1]
    features = np.hstack([_unit_rows(part) for part in parts.values()])
    return Catalogue(
        tuple(book["item_id"] for book in books), creators, years, tuple(names), has_genre,
        features, blocks, _fame([book["title"] for book in books], rng),
    )


def _themes(texts: list[str]) -> np.ndarray:
    """(n, themes) 0 or idf: whether the text has a word of the theme."""
    endings = r"(?:s|es|'s|s')?"
    patterns = [re.compile(rf"\b(?:{words}){endings}\b", re.I) for words in THEMES.values()]
    found = np.array([[bool(p.search(text)) for p in patterns] for text in texts])
    return found * np.log(len(texts) / np.maximum(found.sum(axis=0), 1))


def _eras(years: np.ndarray) -> np.ndarray:
    """(n, periods): 1 in the book's period and a half in its neighbours."""
    period = np.searchsorted(PERIODS, years, side="right")
    distance = np.abs(period[:, None] - np.arange(len(PERIODS) + 1))
    return np.where(distance == 0, 1.0, np.where(distance == 1, 0.5, 0.0))


def _unit_rows(block: np.ndarray) -> np.ndarray:
    return block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9)


def _fame(titles: list[str], rng: np.random.Generator) -> np.ndarray:
    """(n,) logits by rank of fame: falling gently among the best known, steeply in the tail."""
    place = {title: rank for rank, title in enumerate(WELL_KNOWN)}
    if lost := set(place) - set(titles):
        raise ValueError(f"WELL_KNOWN names books that are not in the catalogue: {sorted(lost)}.")
    guess = np.array([place.get(title, np.inf) for title in titles], float)
    others = np.isinf(guess)
    # The two overlap: some books that nobody listed are read more than some that were.
    guess[others] = rng.uniform(25, len(titles), others.sum())
    rank = np.argsort(np.argsort(guess + rng.normal(0, 6, len(titles)), kind="stable"))
    return -0.25 * np.log(rank + 6.0) - np.log1p((rank / 105) ** 3)


def next_books(catalogue: Catalogue, rng: np.random.Generator, n: int = 3) -> np.ndarray:
    """(n_books, n) int: where a reader who liked a book goes on, the strongest pull first.

    First the same creator's next book by year where there is one, then the books nearest in
    genre and theme, a later one before an earlier one: a direction that sequences can learn.
    """
    content = csr_array(catalogue.features[:, : catalogue.blocks["themes"].stop])
    near = (content @ content.T).toarray()
    near += rng.normal(0, 0.08, near.shape)
    near += 0.3 * (catalogue.years[None, :] > catalogue.years[:, None])
    same = catalogue.creators[:, None] == catalogue.creators[None, :]
    after = np.lexsort((np.arange(len(catalogue)), catalogue.years))
    position = np.argsort(after)
    later = position[None, :] - position[:, None]
    near = np.where(same & (later > 0), 10.0 - later / len(catalogue), near)
    np.fill_diagonal(near, -np.inf)
    return np.argsort(-near, axis=1, kind="stable")[:, :n]
