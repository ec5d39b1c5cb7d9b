"""Training one model on one upload: examples, the new model, the champion, the baselines.

All contenders are measured here, while the examples are at hand; which of them is the champion
from now on is decided in `evaluation`. Nothing is trained anew from the same data by the same
code with the same libraries, unless it is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.schema import Table
from cai_assets.knowledge.worker import peak_memory
from cai_assets.learning import scores
from cai_assets.learning.model import Inputs, Model, State, Units, Words
from cai_assets.learning.provenance import digest_of, inputs_digest
from cai_assets.learning.registry import (
    TRAINED,
    UNTRAINED,
    Card,
    ModelUnusable,
    Registry,
    library_versions,
)
from cai_assets.learning.schema import RESULTS, SCORES
from cai_assets.learning.scores import Interval

MODEL, CHAMPION, BASELINE = "model", "champion", "baseline"

SEED = 20_240_101
"""Of everything that is drawn. Another one gives other draws, not other conclusions."""


class Place(NamedTuple):
    """The upload that is learned from."""

    configuration: str
    upload: str


class Contender(NamedTuple):
    """Who was measured: its name, its role, its experiment (None for a baseline)."""

    name: str
    role: str
    experiment: str | None
    units: Units


@dataclass(frozen=True, slots=True)
class Training:
    """What a training gave. `tables` are `scores`, `results` and the outputs of the model.

    `reused`: the same experiment was there already, and nothing was trained. `charts` are images
    of Markdown in the language asked for. `notes` say what else a person should know.
    """

    card: Card
    tables: Mapping[str, pa.Table]
    reused: bool = False
    charts: list[str] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)


def tables_of(model: Model[Any]) -> dict[str, Table]:
    """All tables that a training of the model gives, by name."""
    return {SCORES.name: SCORES, RESULTS.name: RESULTS, **model.outputs}


def experiment_id(model: Model[Any], place: Place, data: str, seed: int) -> str:
    """The name of what this code learns from this data: number of the upload and a digest."""
    versions = library_versions()
    made_of = digest_of(
        data,
        model.version,
        repr(sorted(model.parameters.items())),
        str(seed),
        repr(sorted(versions.items())),
    )
    return f"{place.upload.split('-')[0]}-{made_of[:12]}"


def train_model(
    model: Model[Any],
    inputs: Inputs,
    registry: Registry,
    place: Place,
    *,
    earlier: Mapping[str, pa.Table] | None = None,
    anew: bool = False,
    seed: int = SEED,
    language: str = "ru",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Training:
    """Train `model` on the tables of an upload and store it as an experiment.

    `earlier` are the tables of an earlier training on this very upload: they are given back if
    nothing has changed, unless `anew` is set. Too few examples are no error: the experiment says
    how many there were and how many are needed.
    """
    data = inputs_digest(inputs, model)
    experiment = experiment_id(model, place, data, seed)
    known = None if anew else _known(model, registry, place, experiment, earlier)
    if known is not None:
        return known
    work = _Work(model, registry, place, experiment, seed, language)
    with _one_thread():
        return work.run(inputs, data, clock)


def _known(
    model: Model[Any],
    registry: Registry,
    place: Place,
    experiment: str,
    earlier: Mapping[str, pa.Table] | None,
) -> Training | None:
    """What is there already of this very experiment, measured against the present champion."""
    if earlier is None:
        return None
    try:
        card = registry.card(place.configuration, model.name, experiment)
        if card.status == TRAINED:
            registry.load(place.configuration, model.name, experiment)
    except ModelUnusable:
        return None
    champion = registry.champion(place.configuration, model.name)
    measured = set(earlier[SCORES.name].column("experiment").to_pylist()) - {None}
    wanted = {experiment} if card.status == TRAINED else set()
    if champion is not None:
        wanted.add(champion.experiment)
    if measured != wanted:
        return None
    return Training(card, {name: earlier[name] for name in tables_of(model)}, reused=True)


class _Work:
    """One training under way."""

    def __init__(
        self,
        model: Model[Any],
        registry: Registry,
        place: Place,
        experiment: str,
        seed: int,
        language: str,
    ) -> None:
        self._model = model
        self._registry = registry
        self._place = place
        self._experiment = experiment
        self._seed = seed
        self._language = language
        self._notes: list[Words] = []

    def run(self, inputs: Inputs, data: str, clock: Callable[[], datetime]) -> Training:
        """Make examples, train, measure, answer, store."""
        started = time.perf_counter()
        model = self._model
        examples = model.prepare(inputs, self._seed)
        count, tests = model.counts(examples)
        reason = _too_few(model, count, tests)
        state = None
        contenders: list[Contender] = []
        if reason is None:
            state = model.train(examples, model.parameters, self._seed)
            contenders.append(
                Contender(MODEL, MODEL, self._experiment, model.apply(state, examples))
            )
        champion = self._champion()
        if champion is not None and tests:
            name, its_state = champion
            contenders.append(Contender(CHAMPION, CHAMPION, name, model.apply(its_state, examples)))
        if contenders:
            contenders += (
                Contender(name, BASELINE, None, units)
                for name, units in model.baselines(examples).items()
            )
        figures = {
            contender.name: {
                metric.name: scores.interval(contender.units, metric, seed=self._seed)
                for metric in model.metrics
            }
            for contender in contenders
        }
        answers = [] if state is None else [(self._experiment, state)]
        answers += [] if champion is None else [champion]
        tables = {
            SCORES.name: _score_table(contenders, figures),
            RESULTS.name: _result_table(contenders),
            **_answers(model, examples, answers),
        }
        card = Card(
            model=model.name,
            experiment=self._experiment,
            configuration=self._place.configuration,
            upload=self._place.upload,
            status=UNTRAINED if state is None else TRAINED,
            data=data,
            code=model.version,
            seed=self._seed,
            parameters=dict(model.parameters),
            versions=library_versions(),
            trained=clock().isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - started, 3),
            peak_bytes=peak_memory(),
            examples={"train": count, "test": tests},
            scores=figures,
            notes={} if state is None else dict(model.notes(state, examples)),
            reason=reason or Words("", ""),
        )
        card = self._registry.save(card, state)
        charts = (
            []
            if state is None
            else model.charts(state, examples, contenders[0].units, self._language)
        )
        return Training(card, tables, charts=charts, notes=self._notes)

    def _champion(self) -> tuple[str, State] | None:
        """The champion's experiment and state, unless it is the one being trained or unusable."""
        configuration = self._place.configuration
        champion = self._registry.champion(configuration, self._model.name)
        if champion is None or champion.experiment == self._experiment:
            return None
        try:
            card = self._registry.card(configuration, self._model.name, champion.experiment)
            if card.code != self._model.version:
                self._notes.append(
                    Words(
                        f"Прежняя модель {champion.experiment} сделана другой версией кода "
                        f"({card.code}) и не сравнивается.",
                        f"The champion {champion.experiment} was made by another version of the "
                        f"code ({card.code}) and is not compared.",
                    )
                )
                return None
            state = self._registry.load(configuration, self._model.name, champion.experiment)
        except ModelUnusable as error:
            self._notes.append(error.words)
            return None
        return champion.experiment, state


def _too_few(model: Model[Any], count: int, tests: int) -> Words | None:
    if count < model.least:
        return Words(
            f"не обучена: примеров {count}, нужно {model.least}",
            f"not trained: {count} examples of {model.least} needed",
        )
    if tests < model.least_tests:
        return Words(
            f"не обучена: отложенных примеров {tests}, нужно {model.least_tests}",
            f"not trained: {tests} held-out examples of {model.least_tests} needed",
        )
    return None


def _answers(
    model: Model[Any], examples: Any, answers: list[tuple[str, State]]
) -> dict[str, pa.Table]:
    """The model's outputs, those of all its experiments one after another."""
    tables = dict(model.index(examples))
    for name, schema in model.outputs.items():
        if name not in tables:
            tables[name] = schema.arrow_schema.empty_table()
    for experiment, state in answers:
        for name, table in model.answer(state, examples).items():
            schema = model.outputs[name].arrow_schema
            first = pa.array([experiment] * table.num_rows, pa.string())
            whole = table.add_column(0, "experiment", first).select(schema.names).cast(schema)
            tables[name] = pa.concat_tables([tables[name], whole]).unify_dictionaries()
    return {name: tables[name] for name in model.outputs}


def _score_table(
    contenders: list[Contender], figures: Mapping[str, Mapping[str, Interval]]
) -> pa.Table:
    rows = [
        {
            "experiment": contender.experiment,
            "contender": contender.name,
            "role": contender.role,
            "metric": metric,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "units": len(contender.units),
            "groups": len(np.unique(contender.units.groups)),
        }
        for contender in contenders
        for metric, figure in figures[contender.name].items()
    ]
    return rows_table(SCORES, rows)


def rows_table(schema: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Few rows as a table of a schema."""
    plain = pa.schema(
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in schema.arrow_schema
    )
    return pa.Table.from_pylist(rows, plain).cast(schema.arrow_schema)


def _result_table(contenders: list[Contender]) -> pa.Table:
    parts = [RESULTS.arrow_schema.empty_table()]
    for contender in contenders:
        size = len(contender.units)
        for measure, values in contender.units.values.items():
            part = pa.table(
                {
                    "experiment": pa.array([contender.experiment] * size, pa.string()),
                    "contender": pa.array([contender.name] * size, pa.string()),
                    "role": pa.array([contender.role] * size, pa.string()),
                    "unit": pa.array(np.arange(size, dtype=np.int32)),
                    "group": pa.array(contender.units.groups.astype(np.int32)),
                    "measure": pa.array([measure] * size, pa.string()),
                    "value": pa.array(values.astype(np.float64)),
                }
            )
            parts.append(part.cast(RESULTS.arrow_schema))
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()


def units_of(results: pa.Table, contender: str) -> Units | None:
    """The units of a contender as they were measured, or None if it was not."""
    rows = results.filter(
        pa.compute.equal(results.column("contender").cast(pa.string()), contender)
    )
    if not rows.num_rows:
        return None
    values = {}
    groups = np.empty(0, dtype=np.int64)
    names = rows.column("measure").cast(pa.string())
    for measure in names.unique().to_pylist():
        part = rows.filter(pa.compute.equal(names, measure))
        order = np.argsort(part.column("unit").to_numpy(), kind="stable")
        values[measure] = part.column("value").to_numpy()[order]
        groups = part.column("group").to_numpy()[order].astype(np.int64)
    return Units(groups, values)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Numeric libraries use one thread: several models train side by side, and the same sums in
    the same order give the same figures."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
