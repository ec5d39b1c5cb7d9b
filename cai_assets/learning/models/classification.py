"""Which subsystem an object belongs to, from vocabulary, types and graph.

The truth is the home subsystem that `analysis/dependencies/subsystems.py` decides on. Each object
is judged as a developer meets it: the homes of all others are known, its own is not. What is
learned is how much each kind of evidence (`features/objects/evidence.py`) counts: a conditional
logit over pairs of object and subsystem, which knows no subsystem by name and so serves any upload.

Every object with a home is a unit of the test. Objects are divided into folds by a hash of their id
that never changes; the weights for a fold were learned without the homes of its objects, as truth
and as evidence alike. As the folds do not move, that holds for a champion of an earlier upload too.
A subsystem with a single object is left out: nothing of it is known once the object is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.charts import heat_map, histogram
from cai_assets.analysis.dependencies.tabulate import build, named, nullable
from cai_assets.knowledge.schema import PROJECT, TEXT, WORD, WORDS, Column, Link, Table
from cai_assets.learning import splits
from cai_assets.learning.features.objects.choice import Choice, chances, fit_choice
from cai_assets.learning.features.objects.evidence import NOBODY, Evidence, Pairs
from cai_assets.learning.features.objects.reading import OUTSIDE, READS, Objects, read_objects
from cai_assets.learning.features.objects.reasons import HomeReasons
from cai_assets.learning.features.objects.simple_homes import simple_homes
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

_SCORE = pa.float32()

FOLDS = 5
"""Fold 0 is the test part of `splits`."""

LEAST_OF_HOME = 2
"""A subsystem with fewer objects is no class: held out, nothing of it is left to learn from."""

UNLIKELY, LIKELY = 0.05, 0.5
"""A home below the one is doubted if another has at least the other."""

SUGGESTED = Table(
    "suggested_subsystems",
    "Objects that stand in no subsystem, or in an unlikely one, and where they belong",
    "Объекты без подсистемы или в неподходящей подсистеме и подсистема, к которой они относятся",
    (
        EXPERIMENT,
        PROJECT,
        Column("object", TEXT, "Object id"),
        Column("type", WORD, "Type in English, `Catalog`"),
        Column("declared", WORD, "Home subsystem as declared; null if none"),
        Column("declared_probability", _SCORE, "Chance of the declared one; null if none"),
        Column("suggested", WORD, "The likeliest subsystem"),
        Column("probability", _SCORE, "Its chance, 0 to 1"),
        Column("second", WORD, "The next likely; null if nothing speaks for another"),
        Column("second_probability", _SCORE, "Its chance"),
        Column("words", WORDS, "Words that it shares with the suggested one, the weightiest first"),
        Column("alike", WORDS, "Objects of the suggested one that resemble it most"),
        Column("linked", WORDS, "Objects of the suggested one that it depends on, or the reverse"),
        Column("why_ru", TEXT, "What speaks for it, in Russian"),
        Column("why_en", TEXT, "What speaks for it, in English"),
    ),
    ("experiment", "project", "object"),
    (Link(("project", "object"), "objects", ("project", "object")),),
)


@dataclass(frozen=True, slots=True)
class Examples:
    """Objects with their evidence; `known` have a home that counts, `asked` may have one.

    `whole` are the pairs of all that is asked, every home but one's own being known.
    """

    objects: Objects
    known: Codes
    asked: npt.NDArray[np.bool_]
    fold: Codes
    evidence: Evidence
    whole: Pairs


def _macro(values: Mapping[str, Floats], weights: Floats) -> float:
    """The mean over homes of the share of hits in each."""
    home = values["home"].astype(np.int64)
    total = np.bincount(home, weights)
    hits = np.bincount(home, weights * values["hit"])
    drawn = total > 0
    return float((hits[drawn] / total[drawn]).mean()) if drawn.any() else 0.0


class Classification(Model[Examples]):
    """Tells where an object belongs."""

    name = "classification_model"
    version = "1"
    title = Words("Подсистема объекта", "Subsystem of an object")
    question = Words(
        "К какой подсистеме относится объект — по словам, типам и связям?",
        "Which subsystem does an object belong to, by words, types and graph?",
    )
    limits = Words(
        "Модель не решает, где объекту место: подсистемы делят и по командам, и по меню, и по "
        "поставкам, а она видит только слова, типы и связи. Не переносите объекты по подсказке "
        "без проверки и не судите по ней о том, хорошо ли поделена конфигурация.",
        "The model does not decide where an object belongs: subsystems are divided by team, menu "
        "and delivery, too, while it sees words, types and links alone. Do not move objects on "
        "its word without a look, and do not judge by it how well the configuration is divided.",
    )
    unit = Words("объекты", "objects")
    reads = READS
    parameters = {"ridge": 10.0}
    metrics = (
        Metric("accuracy", Words("Доля верных", "Accuracy"), mean_of("hit")),
        Metric(
            "macro_accuracy",
            Words("Доля верных в среднем по подсистемам", "Accuracy averaged over subsystems"),
            _macro,
        ),
        Metric(
            "top_3", Words("Верная среди трёх первых", "Among the first three"), mean_of("top_3")
        ),
    )
    baseline_titles = {
        "majority": Words("самая большая подсистема", "the largest subsystem"),
        "nearest_one": Words("ближайший сосед", "nearest neighbour"),
        "nearest": Words("ближайшие соседи", "nearest neighbours"),
        "graph_neighbours": Words("соседи по связям", "neighbours in the graph"),
    }
    least = 60
    outputs: ClassVar[Mapping[str, Table]] = {SUGGESTED.name: SUGGESTED}

    def prepare(self, inputs: Inputs, seed: int) -> Examples:
        """Evidence for all objects that may stand in a subsystem."""
        objects = read_objects(inputs)
        asked = ~objects.of_types(OUTSIDE)
        home = np.where(asked, objects.home, -1)
        sizes = np.bincount(home[home >= 0], minlength=len(objects.homes) + 1)
        known = np.flatnonzero((home >= 0) & (sizes[home] >= LEAST_OF_HOME))
        fold = splits.folds(objects.ids, FOLDS)
        evidence = Evidence(objects, known, fold, seed)
        return Examples(objects, known, asked, fold, evidence, evidence.pairs(NOBODY, asked))

    def counts(self, examples: Examples) -> tuple[int, int]:
        """Objects with a home: each is learned from in the other folds and tested in its own."""
        return len(examples.known), len(examples.known)

    def train(self, examples: Examples, parameters: Parameters, seed: int) -> State:
        """Weights of the evidence for each fold, without it, and those of all folds together."""
        del seed
        rows = np.zeros(len(examples.objects), dtype=np.bool_)
        learned = []
        for left_out in (*range(FOLDS), NOBODY):
            rows[:] = False
            rows[examples.known] = examples.fold[examples.known] != left_out
            pairs = examples.evidence.pairs(left_out, rows)
            chosen = examples.objects.home[pairs.row] == pairs.home
            ridge = float(parameters["ridge"])
            learned.append(fit_choice(pairs.features, pairs.row, chosen, ridge))
        return {
            "features": np.array(examples.evidence.names, dtype=np.str_),
            **{
                part: np.stack([getattr(choice, part) for choice in learned])
                for part in Choice._fields
            },
        }

    def apply(self, state: State, examples: Examples) -> Units:
        """Each object with a home, judged by the weights that were learned without its fold."""
        chance = _chances(state, examples)
        return _units(examples, _table_of(examples, chance))

    def baselines(self, examples: Examples) -> Mapping[str, Units]:
        """The commonest home, the nearest by words, the neighbours in the graph."""
        scores = simple_homes(examples.objects, examples.evidence, examples.known, examples.fold)
        return {name: _units(examples, found) for name, found in scores.items()}

    def answer(self, state: State, examples: Examples) -> Mapping[str, pa.Table]:
        """`suggested_subsystems`: the surest first, doubts about declared homes before them."""
        return {SUGGESTED.name: _suggested(examples, _chances(state, examples))}

    def notes(self, state: State, examples: Examples) -> Mapping[str, str | int | float]:
        """How well chances tell the truth, and who was left out."""
        objects = examples.objects
        table = _table_of(examples, _chances(state, examples))
        units = _units(examples, table)
        home = objects.home[examples.known]
        of_truth = table[np.arange(len(home)), home]
        some = examples.asked & (objects.home >= 0)
        held_out = examples.fold[examples.known] == 0
        return {
            "homes": len(np.unique(home)),
            "objects_alone_in_their_home": int(some.sum()) - len(home),
            "objects_without_home": int((examples.asked & (objects.home < 0)).sum()),
            "accuracy_test_part": round(float(units.values["hit"][held_out].mean()), 4)
            if held_out.any()
            else 0.0,
            "log_loss": round(float(-np.log(np.maximum(of_truth, 1e-3)).mean()), 4)
            if len(home)
            else 0.0,
            "calibration_error": round(_calibration_error(table, home), 4),
        }

    def charts(self, state: State, examples: Examples, units: Units, language: str) -> list[str]:
        """How sure the model is, and which subsystems it takes for each other."""
        del units
        objects, table = examples.objects, _table_of(examples, _chances(state, examples))
        russian = language == "ru"
        best = table.max(axis=1, initial=0)
        tenth = np.minimum((best * 10).astype(int), 9)
        buckets = [
            (f"{at * 10}–{at * 10 + 10}%", int(count))
            for at, count in enumerate(np.bincount(tenth, minlength=10).tolist())
        ]
        title = "Объекты по вероятности подсистемы" if russian else "Objects by chance of the home"
        home = objects.home[examples.known]
        names, cells = _confused(home, table.argmax(axis=1), objects.homes)
        mixed = (
            "Строка — объявленная подсистема, столбец — предложенная"
            if russian
            else "Row: subsystem as declared, column: as suggested"
        )
        return [histogram(title, buckets), *([heat_map(mixed, names, cells)] if names else [])]


def _chances(state: State, examples: Examples) -> Floats:
    """The chance of each pair, by the weights for the fold of its object.

    Objects without a home that counts are judged by the weights of all folds together. A kind of
    evidence that one of the two sides does not know counts for nothing.
    """
    pairs = examples.whole
    place = {name: at for at, name in enumerate(state["features"].tolist())}
    names = examples.evidence.names
    here = np.array([at for at, name in enumerate(names) if name in place], dtype=np.int64)
    there = np.array([place[names[at]] for at in here.tolist()], dtype=np.int64)
    passes = np.full(len(examples.objects), FOLDS, dtype=np.int64)
    passes[examples.known] = examples.fold[examples.known]
    of_pair = passes[pairs.row]
    found = np.zeros(len(of_pair))
    for number in range(FOLDS + 1):
        mine = np.flatnonzero(of_pair == number)
        choice = Choice(*(state[part][number][there] for part in Choice._fields))
        found[mine] = chances(choice, pairs.features[mine][:, here], pairs.row[mine])
    return found


def _table_of(examples: Examples, chance: Floats) -> Floats:
    """Chances as known objects × homes."""
    pairs, known = examples.whole, examples.known
    place = np.full(len(examples.objects), -1, dtype=np.int64)
    place[known] = np.arange(len(known))
    row = place[pairs.row]
    found = np.zeros((len(known), max(len(examples.objects.homes), 1)))
    found[row[row >= 0], pairs.home[row >= 0]] = chance[row >= 0]
    return found


def _units(examples: Examples, scores: Floats) -> Units:
    """What scores of homes (known × homes) do; the truth without a score is a miss."""
    known = examples.known
    home = examples.objects.home[known]
    own = scores[np.arange(len(home)), home]
    before = (scores > own[:, None]).sum(axis=1)
    ties = (scores == own[:, None]) & (np.arange(scores.shape[1]) < home[:, None])
    rank = np.where(own > 0, before + ties.sum(axis=1), scores.shape[1] + FOLDS)
    return Units(
        known,
        {
            "hit": (rank == 0).astype(np.float64),
            "top_3": (rank < 3).astype(np.float64),
            "home": home.astype(np.float64),
        },
    )


def _suggested(examples: Examples, chance: Floats) -> pa.Table:
    objects, pairs = examples.objects, examples.whole
    order = np.lexsort((pairs.home, -chance, pairs.row))
    row, home, chance = pairs.row[order], pairs.home[order], chance[order]
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1])) if len(row) else row
    last = np.append(first[1:], len(row))
    second = np.where(first + 1 < last, first + 1, -1)
    count = len(objects)
    declared = objects.home
    of_declared = np.zeros(count)
    own = declared[row] == home
    of_declared[row[own]] = chance[own]
    object_ = row[first]
    judged = np.zeros(count, dtype=np.bool_)
    judged[examples.known] = True
    doubted = (
        judged[object_]
        & (declared[object_] != home[first])
        & (of_declared[object_] < UNLIKELY)
        & (chance[first] >= LIKELY)
    )
    wanted = np.flatnonzero((declared[object_] < 0) | doubted)
    usual = np.lexsort((object_[wanted], -chance[first[wanted]], ~doubted[wanted]))
    wanted = wanted[usual]
    first, second, object_ = first[wanted], second[wanted], object_[wanted]
    reasons = HomeReasons(objects, examples.evidence, examples.known).of(object_, home[first])
    whole = without_experiment(SUGGESTED)
    none = declared[object_] < 0
    return build(
        whole,
        {
            "project": [objects.projects[at] for at in object_.tolist()],
            "object": [objects.ids[at] for at in object_.tolist()],
            "type": named(objects.type[object_], objects.types),
            "declared": named(declared[object_], objects.homes),
            "declared_probability": nullable(of_declared[object_], none),
            "suggested": named(home[first], objects.homes),
            "probability": chance[first],
            "second": named(np.where(second >= 0, home[second], -1), objects.homes),
            "second_probability": nullable(np.where(second >= 0, chance[second], 0), second < 0),
            "words": [reason.words for reason in reasons],
            "alike": [reason.alike for reason in reasons],
            "linked": [reason.linked for reason in reasons],
            "why_ru": [reason.why.ru for reason in reasons],
            "why_en": [reason.why.en for reason in reasons],
        },
    )


def _calibration_error(table: Floats, home: Codes) -> float:
    """By how much the chance of the likeliest differs from how often it is right, in tenths."""
    if not len(home):
        return 0.0
    best, right = table.max(axis=1), table.argmax(axis=1) == home
    tenth = np.minimum((best * 10).astype(np.int64), 9)
    gap = np.bincount(tenth, best) - np.bincount(tenth, right.astype(np.float64))
    return float(np.abs(gap).sum() / len(home))


_MOST_CONFUSED = 16


def _confused(
    home: Codes, suggested: Codes, homes: list[str]
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The subsystems that are most often taken for others, and what for."""
    width = len(homes)
    cells = np.bincount(home * width + suggested, minlength=width * width).reshape(width, width)
    np.fill_diagonal(cells, 0)
    often = cells.sum(axis=0) + cells.sum(axis=1)
    order = np.lexsort((np.arange(width), -often))[:_MOST_CONFUSED]
    order = np.sort(order[often[order] > 0])
    return [homes[at].rpartition(".")[2] for at in order.tolist()], cells[np.ix_(order, order)]


MODEL = Classification()
