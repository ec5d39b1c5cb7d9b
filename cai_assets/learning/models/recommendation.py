"""What else modules use that use these objects and routines.

Measured by leaving out: a module of a held-out object is asked about without one of the items
that it uses, and all other items of the configuration are ranked; the better the higher the one
left out stands. Candidates and their figures come from `features/modules/suggestions.py`; a
classifier learns from the same game played with the modules of the training part, whose figures
come from recommenders that did not see their objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.charts import histogram
from cai_assets.analysis.dependencies.tabulate import build, named
from cai_assets.knowledge.schema import INT, PROJECT, TEXT, WORD, WORDS, Column, Link, Table
from cai_assets.learning import splits
from cai_assets.learning.features.modules.leaving_out import (
    TOP,
    Cases,
    drawn,
    folds,
    leave_out,
    ordered,
    paired_folds,
    places_by,
    places_of,
    reciprocal,
)
from cai_assets.learning.features.modules.reasons import Reason, Reasons
from cai_assets.learning.features.modules.simple_means import simple_means
from cai_assets.learning.features.modules.stored_uses import (
    plain_vocabulary,
    restored,
    stored_form,
    vocabulary_of,
)
from cai_assets.learning.features.modules.suggestions import (
    FEATURES,
    Asked,
    Candidates,
    Recommender,
    asked_modules,
)
from cai_assets.learning.features.modules.uses import (
    READS,
    Uses,
    read_uses,
)
from cai_assets.learning.features.sparse import csr
from cai_assets.learning.model import (
    Codes,
    Floats,
    Inputs,
    Metric,
    Model,
    Parameters,
    State,
    Units,
    Words,
    mean_of,
)
from cai_assets.learning.schema import EXPERIMENT, without_experiment
from cai_assets.learning.trees import Forest, chances, forest_of

WORTH = 0.03
"""Score below which nothing is suggested unasked."""

SUGGESTIONS = Table(
    "suggestions",
    "What a module may want to use besides what it uses",
    "Что ещё может понадобиться модулю",
    (
        EXPERIMENT,
        PROJECT,
        Column("module", WORD, "Module id"),
        Column("rank", INT, "Place among the suggestions of the module, from 1"),
        Column("item", WORD, "Object or exported routine"),
        Column("item_kind", WORD, "`Method`, or the type of the object: `Catalog`"),
        Column("score", pa.float32(), "Estimated chance that it is what is missing, 0 to 1"),
        Column("goes_with", WORDS, "Items of the module that speak for it, the strongest first"),
        Column("why_ru", TEXT, "What speaks for it, in Russian"),
        Column("why_en", TEXT, "What speaks for it, in English"),
    ),
    ("experiment", "project", "module", "rank"),
    (Link(("project", "module"), "modules", ("project", "module")),),
)

_TRAIN_CASES, _TEST_CASES, _TUNING_CASES = 4, 5, 3
_MOST_ROWS, _MOST_TESTS = 4000, 4000
_HARD_SHALLOW, _HARD_NEAR = 20, 10
_KEEP_HARD, _KEEP_EASY = 0.5, 0.15


@dataclass(frozen=True, slots=True)
class Examples:
    """The uses of an upload. `train`, `validation`, `test` are modules that use anything."""

    uses: Uses
    train: Codes
    validation: Codes
    test: Codes
    cases: Cases

    @property
    def learned(self) -> Codes:
        """All modules that may be learned from."""
        return np.sort(np.concatenate((self.train, self.validation)))


class Recommendation(Model[Examples]):
    """Suggests objects and routines for a module."""

    name = "recommendation_model"
    version = "1"
    title = Words("Подсказки для модуля", "Hints for a module")
    question = Words(
        "Что ещё используют модули, которые используют эти объекты и методы?",
        "What else do modules use that use these objects and routines?",
    )
    reads = READS
    parameters = {
        "ridge": 10.0,
        "shrink": 10.0,
        "near": 200,
        "rounds": 100,
        "rate": 0.1,
        "leaves": 15,
    }
    metrics = (
        Metric("mrr_10", Words("MRR@10", "MRR@10"), mean_of("reciprocal")),
        Metric("hits_10", Words("доля попаданий в первые 10", "hit rate at 10"), mean_of("hit")),
    )
    limits = Words(
        "Подсказка говорит, что используют вместе, а не что нужно. Не дополняйте код по ней, не "
        "разобравшись; редкого и нового она не подскажет.",
        "A hint says what is used together, not what is needed. Do not add to code on its word "
        "alone; what is rare or new it will not suggest.",
    )
    unit = Words("скрытые использования", "uses left out")
    baseline_titles = {
        "popularity": Words("самое частое", "popularity"),
        "popularity_in_role": Words("самое частое у таких модулей", "popularity by kind of module"),
        "item_neighbours": Words("что используют вместе (item-kNN)", "item-kNN"),
    }
    least = 200
    least_tests = 40
    outputs: ClassVar[Mapping[str, Table]] = {SUGGESTIONS.name: SUGGESTIONS}

    def prepare(self, inputs: Inputs, seed: int) -> Examples:
        """The matrix of uses, the parts of its rows, the cases of the test part."""
        del seed
        uses = read_uses(inputs)
        used = np.flatnonzero(np.diff(uses.matrix.indptr) > 0)
        parts = np.array(
            [splits.part_of(uses.nodes.ids[node]) for node in uses.modules.owner[used].tolist()],
            dtype=object,
        )
        train, validation, test = (used[parts == part] for part in splits.PARTS)
        return Examples(
            uses,
            drawn(uses, train, _MOST_ROWS),
            validation,
            test,
            leave_out(uses, drawn(uses, test, _MOST_TESTS // _TEST_CASES), _TEST_CASES),
        )

    def counts(self, examples: Examples) -> tuple[int, int]:
        """Modules that are learned from, and cases of the test part."""
        return len(examples.learned), len(examples.cases)

    def train(self, examples: Examples, parameters: Parameters, seed: int) -> State:
        """Learn to judge candidates, on cases whose recommender did not see their objects."""
        uses, learned = examples.uses, examples.learned
        vocabulary = plain_vocabulary(uses)
        features, truth = [], []
        for fold in folds(uses, learned):
            cases = leave_out(uses, learned[fold], _TRAIN_CASES)
            knows = _recommender(uses, asked_modules(uses, learned[~fold]), parameters)
            found = knows.candidates(asked_modules(uses, cases.module, cases.item), vocabulary)
            features.append(found.features)
            truth.append(found.item == cases.item[found.row])
        judge = _fit(np.concatenate(features), np.concatenate(truth), parameters, seed)
        return {
            "judge": judge,
            "parameters": dict(parameters),
            **stored_form(uses, asked_modules(uses, learned)),
        }

    def apply(self, state: State, examples: Examples) -> Units:
        """The place of each item left out; candidates that are none of today's items are lost."""
        uses, cases = examples.uses, examples.cases
        knows = _recommender(uses, restored(state, uses), state["parameters"])
        found = knows.candidates(
            asked_modules(uses, cases.module, cases.item), vocabulary_of(state, uses)
        )
        return _units(examples, places_of(found, _scores(state, found), cases))

    def baselines(self, examples: Examples) -> Mapping[str, Units]:
        """What is popular, what is popular in modules of the same role, neighbours of items.

        Neighbours are tuned on the validation part.
        """
        uses, cases = examples.uses, examples.cases
        trials = leave_out(uses, examples.validation, _TUNING_CASES)
        means = simple_means(uses, examples.learned, examples.train, trials)
        return {
            name: _units(examples, places_by(uses, cases, scores)) for name, scores in means.items()
        }

    def answer(self, state: State, examples: Examples) -> Mapping[str, pa.Table]:
        """Suggestions for each module, from recommenders that did not see its object."""
        uses = examples.uses
        modules = np.flatnonzero(np.diff(uses.matrix.indptr) > 0)
        return {SUGGESTIONS.name: self._suggest(state, uses, modules, WORTH)}

    def suggest(
        self,
        state: State,
        examples: Examples,
        module: str,
        items: Iterable[str] = (),
    ) -> pa.Table:
        """The first suggestions for one module as if it used `items`, too, however good they are.

        Ids may be in any letter case.
        Raises KeyError if the upload has no module of that id. Unknown items are left aside.
        """
        uses = examples.uses
        wanted = module.casefold()
        places = [at for at, name in enumerate(uses.modules.ids) if name.casefold() == wanted]
        if not places:
            raise KeyError(module)
        known = uses.item_place()
        added = [known[item.casefold()] for item in items if item.casefold() in known]
        return self._suggest(state, uses, np.array(places), 0.0, np.array(added, dtype=np.int64))

    def _suggest(
        self, state: State, uses: Uses, modules: Codes, worth: float, added: Codes | None = None
    ) -> pa.Table:
        vocabulary = vocabulary_of(state, uses)
        rows = np.flatnonzero(np.diff(uses.matrix.indptr) > 0)
        found: list[_Answer] = []
        for fold_rows, fold_modules in paired_folds(uses, rows, modules):
            learned = drawn(uses, rows[~fold_rows], _MOST_ROWS)
            knows = _recommender(uses, asked_modules(uses, learned), state["parameters"])
            chosen = modules[fold_modules]
            asked = _with_items(asked_modules(uses, chosen), added)
            candidates = knows.candidates(asked, vocabulary)
            best = _best(candidates, _scores(state, candidates), worth)
            reasons = Reasons(knows)
            for row, rank, place, score in best:
                used = asked.matrix.indices[asked.matrix.indptr[row] : asked.matrix.indptr[row + 1]]
                item = int(candidates.item[place])
                reason = reasons.of(used.astype(np.int64), item, candidates.features[place])
                found.append(_Answer(int(chosen[row]), rank, item, score, reason))
        return _table(uses, found)

    def notes(self, state: State, examples: Examples) -> Mapping[str, str | int | float]:
        """How much there is to use, and what of it the model learned from."""
        uses = examples.uses
        return {
            "modules": len(examples.learned) + len(examples.test),
            "items": len(uses.items),
            "uses": int(uses.matrix.nnz),
            "items_seen": len(state["items"]),
        }

    def charts(self, state: State, examples: Examples, units: Units, language: str) -> list[str]:
        """Where the model ranks what was left out."""
        del state, examples
        ranks = np.where(units.values["hit"] > 0, 1 / units.values["reciprocal"].clip(1e-9), np.inf)
        found = units.values["candidate"] > 0
        bounds = ((1, 1), (2, 3), (4, 10))
        counts = [int(((ranks >= low) & (ranks <= high)).sum()) for low, high in bounds]
        russian = language == "ru"
        names = [f"{low}" if low == high else f"{low}–{high}" for low, high in bounds]
        names += ["ниже 10", "не найдено"] if russian else ["below 10", "not found"]
        counts += [int((found & (units.values["hit"] == 0)).sum()), int((~found).sum())]
        title = "Место скрытого среди подсказок" if russian else "Where the item left out is ranked"
        return [histogram(title, list(zip(names, counts, strict=True)), first_over=3)]


@dataclass(frozen=True, slots=True)
class _Answer:
    module: int
    rank: int
    item: int
    score: float
    reason: Reason


def _recommender(uses: Uses, rows: Asked, parameters: Parameters) -> Recommender:
    return Recommender.of(
        uses,
        rows,
        ridge=float(parameters["ridge"]),
        shrink=float(parameters["shrink"]),
        near=int(parameters["near"]),
    )


def _fit(
    features: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    parameters: Parameters,
    seed: int,
) -> Forest:
    """A classifier of candidates, from all true ones and a sample of the others by weight."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    hard = (features[:, FEATURES.index("shallow_rank")] < _HARD_SHALLOW) | (
        features[:, FEATURES.index("near_rank")] < _HARD_NEAR
    )
    chance = np.where(truth, 1.0, np.where(hard, _KEEP_HARD, _KEEP_EASY))
    kept = np.random.default_rng(seed).random(len(truth)) < chance
    judge = HistGradientBoostingClassifier(
        max_iter=int(parameters["rounds"]),
        learning_rate=float(parameters["rate"]),
        max_leaf_nodes=int(parameters["leaves"]),
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return forest_of(judge.fit(features[kept], truth[kept], sample_weight=1 / chance[kept]))


def _scores(state: State, candidates: Candidates) -> Floats:
    return chances(state["judge"], candidates.features)


def _with_items(asked: Asked, added: Codes | None) -> Asked:
    """The rows as if each used some more items."""
    if added is None or not len(added):
        return asked
    count, width = asked.matrix.shape
    more = csr(np.repeat(np.arange(count), len(added)), np.tile(added, count), (count, width))
    matrix = (asked.matrix + more).tocsr()
    matrix.data[:] = 1
    matrix.sort_indices()
    return asked._replace(matrix=matrix)


def _units(examples: Examples, places: Floats) -> Units:
    owner = examples.uses.modules.owner[examples.cases.module]
    return Units(
        owner,
        {
            "reciprocal": reciprocal(places),
            "hit": (places <= TOP).astype(np.float64),
            "candidate": np.isfinite(places).astype(np.float64),
        },
    )


def _best(
    candidates: Candidates, scores: Floats, worth: float
) -> Iterator[tuple[int, int, int, float]]:
    """Row, rank from 1, place among the candidates and score of what is worth suggesting."""
    order, place = ordered(candidates, scores)
    wanted = (place < TOP) & (scores[order] >= worth)
    for at, rank in zip(order[wanted].tolist(), place[wanted].tolist(), strict=True):
        yield int(candidates.row[at]), rank + 1, at, float(scores[at])


def _table(uses: Uses, answers: list[_Answer]) -> pa.Table:
    """`suggestions` without the experiment, by module, then rank."""
    modules, items = uses.modules, uses.items
    answers.sort(key=lambda answer: (modules.projects[answer.module], answer.module, answer.rank))
    module = np.array([answer.module for answer in answers], dtype=np.int64)
    item = np.array([answer.item for answer in answers], dtype=np.int64)
    whole = without_experiment(SUGGESTIONS)
    return build(
        whole,
        {
            "project": [modules.projects[place] for place in module.tolist()],
            "module": named(module, modules.ids),
            "rank": [answer.rank for answer in answers],
            "item": named(item, items.ids),
            "item_kind": named(items.kind[item], uses.item_kinds),
            "score": [answer.score for answer in answers],
            "goes_with": [answer.reason.goes_with for answer in answers],
            "why_ru": [answer.reason.words.ru for answer in answers],
            "why_en": [answer.reason.words.en for answer in answers],
        },
    )


MODEL = Recommendation()
