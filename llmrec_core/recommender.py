"""Everything needed to answer for one profile: a built study, loaded once, never changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import blend, row_ids, signals, tables
from llmrec_core.answered import FITTED, FITTED_FEW, Answer, Recommended
from llmrec_core.explain import Entry, ledger
from llmrec_core.made import (
    BuildRecipe,
    Keys,
    build_card,
    load_choice,
    load_descriptions,
    load_items,
    load_signals,
    stored_profiles,
    version,
)
from llmrec_core.profile import Profiles, ValueScale, new_profile, sentence_layout
from llmrec_core.recipe import digest
from llmrec_core.study import Study, home

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.describe import Description
    from llmrec_core.embed import ItemVectors
    from llmrec_core.explain.ledger import Contributions
    from llmrec_core.exposure import ExposureReport
    from llmrec_core.project.said import Usual
    from llmrec_core.reasons import Feeling
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts
    from llmrec_core.tune import Choice


class Recommender:
    """A built study, ready to answer. Everything held is read-only and may be shared by threads."""

    def __init__(self, study: Study, made_with: dict[str, Any] | None = None) -> None:
        """Open the build in force, or another one whose artefacts are there.

        `made_with` is what that build wrote down in `build.json`.
        """
        self.study = study
        # Before anything is loaded: a build that ends meanwhile must not lend its name to this one.
        self.version = version(study)
        if made_with is not None:
            self.version += f":{digest(made_with)}"
        self.made_with = made_with or build_card(study)
        self.rows_key = study.interactions_key
        self.recipe = BuildRecipe.from_document(self.made_with["recipe"])
        self.keys = Keys.of(study, self.recipe, self.made_with["encoder"]["key"])
        self.tables: Tables = study.tables()
        self.behaviour: Behaviour = study.behaviour(self.tables)
        self.scale = ValueScale.of(self.behaviour.value)
        store = study.artefacts
        self.item_vectors: ItemVectors = load_items(
            store, self.keys.items, self.behaviour.item_ids
        )
        side = signals.item_side(self.item_vectors, self.tables)
        self.choice: Choice = load_choice(store, self.keys.choice)
        self.signals = load_signals(store, self.keys, side, self.choice)
        self.profiles: Profiles = stored_profiles(store, self.keys, self.behaviour, self.scale)
        self.center = store.load_arrays("sentences", self.keys.sentences)["center"]
        self.titles = self.tables.items.frame[tables.TITLE].to_numpy(dtype=object)
        self.id_rank = np.argsort(np.argsort(self.behaviour.item_ids.astype(str)))
        self.user_numbers = {u: i for i, u in enumerate(self.behaviour.user_ids)}
        self.item_numbers = {x: i for i, x in enumerate(self.behaviour.item_ids)}

    @property
    def names(self) -> tuple[str, ...]:
        """The signals in the order of every block."""
        return tuple(self.signals)

    @property
    def default_weights(self) -> dict[str, float]:
        """The weights fitted on the validation split."""
        return {name: self.choice.weights.get(name, 0.0) for name in self.names}

    def fitted_weights(self, rows: int) -> tuple[str, dict[str, float]]:
        """(name, weights by signal) that validation found for a profile of `rows` rows.

        FITTED are everybody's; FITTED_FEW where people of so few rows have weights of their own.
        """
        weights = self.choice.weights_for(rows)
        name = FITTED if weights == self.choice.weights else FITTED_FEW
        return name, {signal: float(weights.get(signal, 0.0)) for signal in self.names}

    @cached_property
    def texts(self) -> Texts:
        """Encodes what a person typed; the model is loaded when a text is new."""
        from llmrec_core.texts import LazyEncoder, Texts

        card = self.made_with["encoder"]
        return Texts(LazyEncoder(card["name"], card["key"], card["dim"]), home() / "cache")

    @cached_property
    def written(self) -> list[Description]:
        """The machine's descriptions by user number."""
        return load_descriptions(self.study.artefacts, self.keys.descriptions)

    @cached_property
    def item_texts(self) -> dict[str, Description]:
        """The texts that were written for items, by item id; read `rows_read` of `enrich`."""
        from llmrec_core.enrich import load_texts

        return load_texts(self.study.artefacts, self.keys.item_texts)

    def user_number(self, user_id: str) -> int:
        """The row number of a user; raises `UnknownIdError` naming the id."""
        number = self.user_numbers.get(user_id)
        return self.behaviour.user_number(user_id) if number is None else number

    def item_number(self, item_id: str) -> int:
        """The row number of an item; raises `UnknownIdError` naming the id."""
        number = self.item_numbers.get(item_id)
        return self.behaviour.item_number(item_id) if number is None else number

    def title(self, item: int) -> str:
        """The item's title, its id where it has none."""
        return str(self.titles[item]) or str(self.behaviour.item_ids[item])

    def description(self, user_id: str) -> Description:
        """The description in force: a person's latest version, else the machine's.

        After undoing every edit that is the machine's of today, not that of the day of the edit.
        Row ids of an earlier import are left out.
        """
        edited = self.study.journal.edited_version(user_id)
        if edited is None:
            return self.written[self.user_number(user_id)]
        return row_ids.of_today(self, user_id, edited.description, edited.data)

    def descriptions(self) -> list[Description]:
        """Everybody's description in force, by user number, as `description` gives it."""
        out = list(self.written)
        for user_id, edited in self.study.journal.all_edited().items():
            if user_id in self.user_numbers:
                told = row_ids.of_today(self, user_id, edited.description, edited.data)
                out[self.user_numbers[user_id]] = told
        return out

    def profile(self, user_id: str, description: Description | None = None) -> Profiles:
        """One user's profile with `description` (default: the one in force)."""
        number = self.user_number(user_id)
        base = self.profiles.at(number)
        wanted = description or self.description(user_id)
        if wanted == self.written[number]:
            return base
        return self.described(base, wanted)

    def described(self, profile: Profiles, description: Description) -> Profiles:
        """The same profile with the sentences of `description`; unknown texts are encoded."""
        texts, weights, _ = sentence_layout([description])
        vectors, _ = self.texts.sentences(texts, self.center)
        return profile.with_text(vectors, weights, texts)

    def new_user(self, text: str, picked: Sequence[int] = ()) -> tuple[Profiles, Description]:
        """A profile of nobody stored, from typed sentences and picked items (oldest first).

        Raises `InputError` when both are empty.
        """
        from llmrec_core import newcomer
        from llmrec_core.describe import PERSON, Description, typed_description

        known = typed_description(newcomer.NAME, text) if text.strip() else None
        description = known or Description(newcomer.NAME, (), writer=PERSON)
        said = [(sentence.text, sentence.polarity) for sentence in description.sentences]
        picks = [newcomer.Pick(int(item)) for item in picked]
        return newcomer.profile_of(self, said, picks), description

    def block(self, profile: Profiles, *, exclude: Sequence[int] = ()) -> blend.Block:
        """The normalised signals of one profile; its own items and `exclude` are no candidates."""
        raw = np.concatenate([s.score(profile, exact=True) for s in self.signals.values()])
        out = np.unique(np.concatenate([profile.item, np.asarray(exclude, np.int64)]))
        return blend.normalise(self.names, raw, out.astype(np.int64), self.id_rank)

    @cached_property
    def nobody(self) -> blend.Block:
        """The block of a profile without rows and sentences: what signals say of everybody."""
        dim = self.profiles.sentence_vector.shape[1]
        return self.block(new_profile([], len(self.titles), dim=dim))

    @cached_property
    def usual(self) -> Usual:
        """What the machine's texts say of each item on average, to tell what one says more."""
        from llmrec_core.project.said import usual_of

        return usual_of(self.profiles, self.signals["description"])

    def weights(self, given: Mapping[str, float] | None = None) -> np.ndarray:
        """(signals,) float32 from named weights; the fitted ones when nothing is given."""
        return blend.weight_vector(self.names, self.default_weights if given is None else given)

    def ranked(self, block: blend.Block, weights: np.ndarray, n: int = 10) -> Answer:
        """The best `n` of a block: the slider's path, one product and a partial sort."""
        begun = time.perf_counter()
        items, _ = blend.rank(block, weights, n)
        spent = (time.perf_counter() - begun) * 1000
        parts = blend.parts(block, weights, items)
        lines = [
            Recommended(
                int(item), str(self.behaviour.item_ids[item]), self.title(int(item)),
                float(parts[:, k].sum()), k + 1,
                {name: float(parts[s, k]) for s, name in enumerate(block.names)},
            )
            for k, item in enumerate(items)
        ]
        return Answer(lines, spent)

    def chances(self, block: blend.Block, items: Sequence[int]) -> np.ndarray | None:
        """(k,) how likely the profile of `block` likes each item; None without that signal."""
        from llmrec_core.signals.liking import Liking

        signal = self.signals.get(Liking.name)
        if not isinstance(signal, Liking):
            return None
        s, places = block.names.index(Liking.name), np.asarray(items, np.int64)
        return signal.coefficients.probability(
            block.values[s, places].astype(np.float64) * block.sd[s] + block.mean[s]
        )

    def explain(
        self, profile: Profiles, block: blend.Block, weights: np.ndarray, item: int,
        contributions: Contributions | None = None,
    ) -> tuple[Entry, ...]:
        """The ledger of one item for the profile that `block` was made for.

        `contributions` gives those of a signal where they are known already (see `ledger`).
        """
        told = ledger(profile, item, block, weights, self.signals, self.title, contributions)
        text = self.item_texts.get(str(self.behaviour.item_ids[item]))
        if text is None:
            return told
        from llmrec_core.enrich import with_author, written_field

        return with_author(told, written_field(self.tables.items, item), text.writer)

    def feelings(self, profile: Profiles) -> dict[int, Feeling]:
        """Item number -> what each past item of one profile was to its user, for reasons."""
        from llmrec_core.reasons.past import feelings

        number = self.user_numbers.get(str(profile.ids[0]))
        return feelings(profile, self.behaviour, self._verdicts, number)

    @cached_property
    def _verdicts(self) -> np.ndarray | None:
        from llmrec_core.reasons.past import judged

        return judged(self.behaviour)

    def profiles_in_force(self) -> Profiles:
        """Everybody's profile, with the descriptions that people edited."""
        edited = self.study.journal.all_edited().items()
        known = {self.user_numbers[u]: v.description for u, v in edited if u in self.user_numbers}
        if not known:
            return self.profiles
        # All at once: one edit may have given hundreds of users a new sentence.
        texts, weights, start = sentence_layout(list(known.values()))
        vectors, _ = self.texts.sentences(texts, self.center)
        numbers = list(known)
        mine = self.profiles.select(np.array(numbers)).with_text(vectors, weights, texts, start)
        return self.profiles.with_texts_of(numbers, [mine.at(k) for k in range(len(numbers))])

    def all_lists(self, weights: np.ndarray, n: int = 10) -> np.ndarray:
        """(n_users, n) int32: everybody's list, -1 where fewer items are left."""
        blends = {"all": dict(zip(self.names, map(float, weights), strict=True))}
        profiles = self.profiles_in_force()
        return blend.lists_for(profiles, self.signals, blends, n, self.id_rank)["all"]

    def exposure(self, weights: np.ndarray, n: int = 10) -> ExposureReport:
        """What everybody's lists do to the long tail."""
        from llmrec_core.exposure import exposure_report

        counts = self.behaviour.counts()
        return exposure_report(self.all_lists(weights, n), counts, len(counts))
