"""How complex a routine like this should be, by all that is known of it but its body.

What is learned is the logarithm of cognitive complexity (plus one): a few huge routines would
otherwise decide everything, and twice as complex means the same for small and large ones.
Cognitive and not cyclomatic complexity, since it is what the other tables order routines by and
what a reader pays; both are about equally predictable.

Every routine of the training part is judged by trees that did not see its object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.charts import histogram
from cai_assets.analysis.dependencies.tabulate import build
from cai_assets.knowledge.schema import FILE, INT, LINE, PROJECT, TEXT, WORDS, Column, Link, Table
from cai_assets.learning import splits
from cai_assets.learning.features.routines.comparable import comparable
from cai_assets.learning.features.routines.encoding import WHOLE, encoded, learn_means, learn_words
from cai_assets.learning.features.routines.expectations import (
    UPPER,
    Examples,
    Judged,
    explained,
    median,
    namesakes,
    of_kinds,
    twins,
    units_of,
    upper_bound,
)
from cai_assets.learning.features.routines.reading import CATEGORIES, READS, Routines, read_routines
from cai_assets.learning.features.routines.words import digests, read_words
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
)
from cai_assets.learning.schema import EXPERIMENT, without_experiment
from cai_assets.learning.trees import Forest, forest_of, raw_scores

OUTLIERS = Table(
    "outliers",
    "Routines far more complex than routines like them",
    "Процедуры и функции намного сложнее похожих на них",
    (
        EXPERIMENT,
        PROJECT,
        Column("routine", TEXT, "Id, `CommonModule.M.Routine`"),
        LINE,
        Column("cognitive", INT, "Cognitive complexity"),
        Column("expected", pa.float32(), "What is expected of a routine like this"),
        Column("upper", pa.float32(), "What nine of ten routines like this do not exceed"),
        Column("excess", pa.float32(), "Complexity above `upper`"),
        Column("callers", INT, "Routines that call it"),
        Column("priority", pa.float32(), "What to look at first: excess, weighed by callers"),
        Column("comparable", WORDS, "Routines like it, the most alike first"),
        Column("why_ru", TEXT, "What the expectation rests on, in Russian"),
        Column("why_en", TEXT, "What the expectation rests on, in English"),
        FILE,
    ),
    ("experiment", "project", "routine", "line"),
    (Link(("project", "routine", "line"), "routines", ("project", "routine", "line")),),
)

_FOLDS, _TREES = 6, 3
"""Folds of names and words; folds of trees, each of which is two of the former."""

_FOLD_SALT = 2
_MOST_LEARNED = 60_000
_LEAST_EXCESS, _LEAST_TIMES = 5.0, 1.5
"""What is far above the bound: by so many points, and so many times the bound."""

_WEIGHT_OF_CALLERS = 0.25
_MOST_COMPARABLE = 3


class Regression(Model[Examples]):
    """Tells how complex a routine should be, and which are far above that."""

    name = "regression_model"
    version = "1"
    title = Words("Ожидаемая сложность", "Expected complexity")
    question = Words(
        "Насколько сложной должна быть такая процедура или функция?",
        "How complex should a routine like this be?",
    )
    reads = READS
    parameters = {
        "rounds": 150,
        "rate": 0.06,
        "leaves": 40,
        "least_leaf": 80,
        "share_of_features": 0.3,
        "upper_rounds": 80,
        "upper_rate": 0.08,
    }
    metrics = (
        Metric(
            "explained",
            Words(
                "доля объяснённого сверх медианы по виду модуля",
                "share explained beyond the median of the module kind",
            ),
            explained("squared", "squared_of_median"),
        ),
        Metric(
            "explained_unlike",
            Words("то же без копий", "the same without copies"),
            explained("squared", "squared_of_median", "original"),
        ),
        Metric(
            "explained_absolute",
            Words("то же по модулю ошибки", "the same of absolute errors"),
            explained("absolute", "absolute_of_median"),
        ),
        Metric(
            "explained_upper",
            Words(
                "то же для верхней границы (pinball, 0,9)",
                "the same for the upper bound (pinball, 0.9)",
            ),
            explained("pinball", "pinball_of_kind"),
        ),
    )
    limits = Words(
        "Ожидание — это то, что обычно для таких имён и заголовков в этой же конфигурации, а не "
        "норма. Сложный метод может быть сложен по делу. Не оценивайте по нему людей и "
        "трудозатраты и не применяйте к другим конфигурациям.",
        "What is expected is what is usual for such names and headers in this configuration, not "
        "a norm. A complex routine may be complex for good reason. Do not judge people or effort "
        "by it, and do not apply it to other configurations.",
    )
    unit = Words("процедуры и функции", "routines")
    baseline_titles = {
        "median_of_kind": Words("медиана по виду модуля", "median by kind of module"),
        "mean_of_kind": Words("среднее по виду модуля", "mean by kind of module"),
        "namesakes": Words("процедуры с тем же именем", "routines of the same name"),
    }
    least = 500
    least_tests = 100
    outputs: ClassVar[Mapping[str, Table]] = {OUTLIERS.name: OUTLIERS}

    def prepare(self, inputs: Inputs, seed: int) -> Examples:
        """Routines with their numbers and words, and the part of each."""
        del seed
        routines = read_routines(inputs)
        test = splits.is_test(routines.objects)
        return Examples(
            routines,
            read_words(routines),
            _drawn(routines, np.flatnonzero(~test)),
            np.flatnonzero(test),
            splits.folds(routines.objects, _FOLDS, _FOLD_SALT),
            np.log1p(routines.complexity),
        )

    def counts(self, examples: Examples) -> tuple[int, int]:
        """Routines that are learned from, and those held out."""
        return len(examples.learned), len(examples.test)

    def train(self, examples: Examples, parameters: Parameters, seed: int) -> State:
        """Learn names and words by fold, then trees for the expectation, then for the bound."""
        routines, rows = examples.routines, examples.learned
        truth, fold = examples.truth[rows], examples.fold[rows]
        state: State = {
            "means": {
                name: learn_means(
                    [routines.categories[name][row] for row in rows.tolist()], truth, fold, _FOLDS
                )
                for name in CATEGORIES
            },
            "words": learn_words(examples.words, rows, truth, fold, _FOLDS),
        }
        trees = _trees_of(fold)
        features = _features(state, examples, rows, fold)
        state["expected"] = [
            _fit(features[trees != without], truth[trees != without], parameters, seed)
            for without in range(_TREES)
        ]
        expected = _asked(state["expected"], features, trees)
        about = np.column_stack([expected, routines.numbers[rows]])
        state["upper"] = [
            _fit(about[trees != without], truth[trees != without], parameters, seed, UPPER)
            for without in range(_TREES)
        ]
        return state

    def apply(self, state: State, examples: Examples) -> Units:
        """Errors on the routines held out, and those of the median beside them."""
        rows = examples.test
        judged = _judge(state, examples, rows, np.full(len(rows), WHOLE))
        return units_of(examples, judged)

    def baselines(self, examples: Examples) -> Mapping[str, Units]:
        """Median and mean by kind of module; the mean of routines of the same name and header."""
        kinds = of_kinds(examples, median)
        upper = of_kinds(examples, upper_bound)
        mean = of_kinds(examples, np.mean)
        return {
            "median_of_kind": units_of(examples, Judged(kinds, upper)),
            "mean_of_kind": units_of(examples, Judged(mean, upper)),
            "namesakes": units_of(examples, Judged(namesakes(examples, mean), upper)),
        }

    def answer(self, state: State, examples: Examples) -> Mapping[str, pa.Table]:
        """Routines far above their bound, the first to look at first."""
        routines = examples.routines
        rows = np.arange(len(routines))
        fold = examples.fold.copy()
        fold[examples.test] = WHOLE
        judged = _judge(state, examples, rows, fold)
        expected, upper = (np.expm1(np.maximum(values, 0)) for values in judged)
        upper = np.maximum(upper, expected)
        excess = routines.complexity - upper
        callers = np.array([len(own) for own in routines.callers], dtype=np.int64)
        priority = excess * (1 + _WEIGHT_OF_CALLERS * np.log2(1 + callers))
        far = np.flatnonzero(
            (excess >= _LEAST_EXCESS) & (routines.complexity >= _LEAST_TIMES * upper)
        )
        far = far[np.lexsort((far, -priority[far]))]
        alike = comparable(routines, examples.words, far, _MOST_COMPARABLE)
        ids = routines.table.column("routine").to_pylist()
        reasons = [
            _reason(examples, row, float(expected[row]), float(upper[row]), near)
            for row, near in zip(far.tolist(), alike, strict=True)
        ]
        chosen = routines.table.take(pa.array(far))
        whole = without_experiment(OUTLIERS)
        table = build(
            whole,
            {
                **{name: chosen.column(name).combine_chunks() for name in _TAKEN},
                "expected": expected[far],
                "upper": upper[far],
                "excess": excess[far],
                "callers": callers[far],
                "priority": priority[far],
                "comparable": [[ids[row] for row in near] for near in alike],
                "why_ru": [reason.ru for reason in reasons],
                "why_en": [reason.en for reason in reasons],
            },
        )
        return {OUTLIERS.name: table}

    def notes(self, state: State, examples: Examples) -> Mapping[str, str | int | float]:
        """Errors in points of complexity, how often the bound holds, and what twins leave over."""
        rows = examples.test
        judged = _judge(state, examples, rows, np.full(len(rows), WHOLE))
        truth = examples.truth[rows]
        errors = np.abs(examples.routines.complexity[rows] - np.expm1(judged.expected))
        return {
            "mean_error_points": round(float(errors.mean()), 2),
            "median_error_points": round(float(np.median(errors)), 2),
            "held_by_upper": round(float((truth <= judged.upper + 1e-9).mean()), 4),
            **twins(examples),
        }

    def charts(self, state: State, examples: Examples, units: Units, language: str) -> list[str]:
        """How far the expectation is from the truth, in doublings."""
        del state, examples
        gap = np.sqrt(units.values["squared"]) / np.log(2)
        bounds = (0.25, 0.5, 1.0, 1.5, 2.0)
        place = np.searchsorted(bounds, gap)
        counts = np.bincount(place, minlength=len(bounds) + 1).tolist()
        mark = "," if language == "ru" else "."
        names = [f"≤ {bound:g}".replace(".", mark) for bound in bounds] + ["> 2"]
        title = (
            "Ошибка ожидания в удвоениях сложности"
            if language == "ru"
            else "Error of the expectation in doublings of complexity"
        )
        return [histogram(title, list(zip(names, counts, strict=True)), first_over=4)]


_TAKEN = ("project", "routine", "line", "cognitive", "file")


def _drawn(routines: Routines, rows: Codes) -> Codes:
    """At most `_MOST_LEARNED` of the rows, always the same ones."""
    if len(rows) <= _MOST_LEARNED:
        return rows
    names = routines.table.column("routine").take(pa.array(rows)).to_pylist()
    order = np.lexsort((rows, digests(names)))[:_MOST_LEARNED]
    return np.sort(rows[order])


def _trees_of(fold: Codes) -> Codes:
    """Which trees did not see a routine; `WHOLE` stays."""
    return np.where(fold == WHOLE, WHOLE, fold * _TREES // _FOLDS)


def _features(state: State, examples: Examples, rows: Codes, fold: Codes) -> Floats:
    routines = examples.routines
    names = encoded(state, routines.categories, examples.words, rows, fold)
    return np.hstack([routines.numbers[rows], names])


def _fit(
    features: npt.NDArray[Any],
    truth: Floats,
    parameters: Parameters,
    seed: int,
    quantile: float | None = None,
) -> Forest:
    """Trees for the mean, or for a quantile."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    prefix = "" if quantile is None else "upper_"
    trees = HistGradientBoostingRegressor(
        loss="squared_error" if quantile is None else "quantile",
        quantile=quantile,
        max_iter=int(parameters[f"{prefix}rounds"]),
        learning_rate=float(parameters[f"{prefix}rate"]),
        max_leaf_nodes=int(parameters["leaves"]),
        min_samples_leaf=int(parameters["least_leaf"]),
        max_features=float(parameters["share_of_features"]),
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return forest_of(trees.fit(features, truth))


def _asked(forests: list[Forest], features: npt.NDArray[Any], trees: Codes) -> Floats:
    """What the trees say that did not see each row; the mean of all for `WHOLE`."""
    found = np.zeros(len(features))
    for without, forest in enumerate(forests):
        mine = trees == without
        whole = trees == WHOLE
        if mine.any():
            found[mine] = raw_scores(forest, features[mine])
        if whole.any():
            found[whole] += raw_scores(forest, features[whole]) / len(forests)
    return found


def _judge(state: State, examples: Examples, rows: Codes, fold: Codes) -> Judged:
    trees = _trees_of(fold)
    expected = _asked(state["expected"], _features(state, examples, rows, fold), trees)
    about = np.column_stack([expected, examples.routines.numbers[rows]])
    return Judged(expected, _asked(state["upper"], about, trees))


def _reason(examples: Examples, row: int, expected: float, upper: float, near: list[int]) -> Words:
    """What is expected of such a routine, and what routines like it are."""
    routines = examples.routines
    kind = _kind_of(routines, row)
    ids = routines.table.column("routine")
    alike = ", ".join(f"{ids[other].as_py()} – {int(routines.complexity[other])}" for other in near)
    return Words(
        f"{kind.ru}: обычно {expected:.0f}, у девяти из десяти не больше {upper:.0f}"
        + (f"; похожие: {alike}" if alike else ""),
        f"{kind.en}: usually {expected:.0f}, nine of ten have no more than {upper:.0f}"
        + (f"; like it: {alike}" if alike else ""),
    )


def _kind_of(routines: Routines, row: int) -> Words:
    """The routine in a few words: what it handles, what it is, how many parameters."""
    event = routines.events[row]
    count = len(routines.parameters[row])
    columns = routines.table.select(["function", "export"]).slice(row, 1).to_pylist()[0]
    ru = "функция" if columns["function"] else "процедура"
    en = "function" if columns["function"] else "procedure"
    if columns["export"]:
        ru, en = f"экспортная {ru}", f"exported {en}"
    if event:
        ru, en = f"{ru}, обработчик {event}", f"{en}, handler of {event}"
    return Words(f"{ru}, параметров {count}", f"{en} with {count} parameters")


MODEL = Regression()
