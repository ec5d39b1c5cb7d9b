"""The tables that every model gives, and those of evaluation and clean-up."""

from __future__ import annotations

import pyarrow as pa

from cai_assets.knowledge.schema import FLAG, INT, TEXT, WORD, Column, Table

FIGURE = pa.float64()

EVALUATION, CLEANUP = "model_evaluation", "experiment_cleanup"

_MODEL = Column("model", WORD, "Model: `classification_model` …")
_EXPERIMENT = Column("experiment", WORD, "Experiment; null for a baseline")
_CONTENDER = Column("contender", WORD, "`model`, `champion`, or the name of a baseline")
_ROLE = Column("role", WORD, "`model`, `champion` or `baseline`")
_METRIC = Column("metric", WORD, "Figure of merit, the higher the better")
_VALUE = Column("value", FIGURE, "The figure on the test split")
_LOW = Column("low", FIGURE, "Lower end of its 95 % interval, bootstrap by object")
_HIGH = Column("high", FIGURE, "Upper end of the interval")

SCORES = Table(
    "scores",
    "What the new model, the champion and the baselines reach on the test split",
    "Качество новой модели, лучшей прежней и простых способов на отложенных данных",
    (
        _EXPERIMENT,
        _CONTENDER,
        _ROLE,
        _METRIC,
        _VALUE,
        _LOW,
        _HIGH,
        Column("units", INT, "Units of the test split"),
        Column("groups", INT, "Objects that they belong to"),
    ),
    ("contender", "metric"),
)

RESULTS = Table(
    "results",
    "What each contender did on each unit of the test split",
    "Что дал каждый способ на каждом отложенном примере",
    (
        _EXPERIMENT,
        _CONTENDER,
        _ROLE,
        Column("unit", INT, "Number of the unit, the same for all contenders"),
        Column("group", INT, "Code of the object that it belongs to"),
        Column("measure", WORD, "What was measured, see the model's page"),
        Column("value", FIGURE, "The measurement; NaN where there is none"),
    ),
    ("contender", "measure", "unit"),
)

EXPERIMENT = Column("experiment", WORD, "Experiment whose model says so")
"""The first column of every table that a model answers with."""


def without_experiment(table: Table) -> Table:
    """The part of such a table that `Model.answer` makes."""
    columns, key = table.columns[1:], table.key[1:]
    return Table(table.name, table.title, table.title_ru, columns, key, table.links)


DECISIONS = Table(
    "decisions",
    "Which model is the champion now, and why",
    "Какая модель теперь лучшая и почему",
    (
        _MODEL,
        Column("experiment", WORD, "The new experiment; null if nothing was trained"),
        Column("decision", WORD, "`first`, `promoted`, `same`, `worse`, `baseline`, `untrained`"),
        Column("champion_before", WORD, "Champion before; null if there was none"),
        Column("champion", WORD, "Champion now; null if there is none"),
        _METRIC,
        _VALUE,
        _LOW,
        _HIGH,
        Column("baseline", WORD, "The best baseline"),
        Column("baseline_value", FIGURE, "Its figure"),
        Column("baseline_low", FIGURE, "Lower end of its interval"),
        Column("baseline_high", FIGURE, "Upper end of its interval"),
        Column("over_baseline", FIGURE, "Model minus best baseline, on the same draws"),
        Column("over_baseline_low", FIGURE, "Lower end of the interval of the difference"),
        Column("over_baseline_high", FIGURE, "Upper end of it"),
        Column("over_champion", FIGURE, "Model minus champion; null without another champion"),
        Column("over_champion_low", FIGURE, "Lower end of the interval of the difference"),
        Column("over_champion_high", FIGURE, "Upper end of it"),
        Column("seconds", FIGURE, "Seconds of examples, training and measuring"),
        Column("peak_bytes", pa.int64(), "Most memory of the process that trained"),
        Column("note_ru", TEXT, "Why, in Russian"),
        Column("note_en", TEXT, "Why, in English"),
    ),
    ("model",),
)

HISTORY = Table(
    "history",
    "Figures of all experiments, also of those no longer kept",
    "Показатели всех экспериментов, в том числе удалённых",
    (
        _MODEL,
        Column("experiment", WORD, "Experiment"),
        Column("upload", WORD, "Upload that it learned from"),
        Column("trained", TEXT, "When, ISO, UTC"),
        _CONTENDER,
        _METRIC,
        _VALUE,
        _LOW,
        _HIGH,
        Column("promoted", FLAG, "It became the champion when it was made"),
    ),
    ("model", "experiment", "contender", "metric"),
)

EVALUATION_TABLES: dict[str, Table] = {table.name: table for table in (DECISIONS, HISTORY)}

EXPERIMENTS = Table(
    "experiments",
    "Experiments on disk: kept and removed",
    "Эксперименты на диске: оставленные и удалённые",
    (
        _MODEL,
        Column("experiment", WORD, "Experiment"),
        Column("upload", WORD, "Upload that it learned from; empty if its card is unreadable"),
        Column("trained", TEXT, "When, ISO, UTC; empty if its card is unreadable"),
        Column("status", WORD, "`champion`, `kept` or `removed`"),
        Column("bytes", pa.int64(), "Size of its files"),
    ),
    ("model", "experiment"),
)

CLEANUP_TABLES: dict[str, Table] = {EXPERIMENTS.name: EXPERIMENTS}
