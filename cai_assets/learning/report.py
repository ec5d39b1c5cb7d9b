"""What a person reads of the models: a card for each, and the comparison of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from cai_assets.analysis.charts import line_chart
from cai_assets.analysis.markdown import Language, decimal, table
from cai_assets.learning.charts import Range, ranges
from cai_assets.learning.evaluation import (
    FIRST,
    NO_BETTER,
    PROMOTED,
    SAME,
    UNTRAINED,
    WORSE,
)
from cai_assets.learning.model import Model, Words
from cai_assets.learning.schema import SCORES
from cai_assets.learning.scores import Interval
from cai_assets.learning.training import CHAMPION, MODEL, Training

MEBIBYTE = 1024 * 1024
_TREND = 12
"""Experiments that a trend shows at most."""


_WORDS: Mapping[str, Words] = {
    "question": Words("Вопрос", "Question"),
    "data": Words("Данные", "Data"),
    "examples": Words("примеров для обучения", "training examples"),
    "tests": Words("отложено", "held out"),
    "trained": Words("Обучение", "Training"),
    "seconds": Words("с", "s"),
    "who": Words("кто", "who"),
    "interval": Words("интервал 95 %", "95 % interval"),
    MODEL: Words("новая модель", "new model"),
    CHAMPION: Words("прежняя лучшая", "champion"),
    "model_title": Words("модель", "model"),
    "baseline": Words("простой способ", "baseline"),
    "decision": Words("решение", "decision"),
    "why": Words("почему", "why"),
    "trend": Words("По экспериментам", "Over experiments"),
    "reused": Words(
        "Данные и код не изменились: модель взята прежняя.",
        "Data and code are as before: nothing was trained anew.",
    ),
    "notes": Words("Ещё", "More"),
    "parameters": Words("Параметры", "Parameters"),
    "versions": Words("Библиотеки", "Libraries"),
    "digest": Words("Отпечаток данных", "Digest of the data"),
}

DECISION_NAMES: Mapping[str, Words] = {
    FIRST: Words("принята, первая", "promoted, the first"),
    PROMOTED: Words("принята", "promoted"),
    SAME: Words("та же", "the same"),
    WORSE: Words("не принята", "not promoted"),
    NO_BETTER: Words("не принята", "not promoted"),
    UNTRAINED: Words("не обучена", "not trained"),
}
"""What was decided about a model."""


def said(words: Words, language: Language) -> str:
    """A text in one language."""
    return words.ru if language == "ru" else words.en


def model_card(model: Model[Any], training: Training, language: Language) -> str:
    """The card of an experiment: question, data, figures with intervals, pictures."""
    card = training.card

    def w(name: str) -> str:
        return said(_WORDS[name], language)

    parts = [
        f"## {said(model.title, language)}",
        f"**{w('question')}.** {said(model.question, language)}",
    ]
    parts.append(
        f"**{w('data')}.** {card.upload}; {w('examples')}: {card.examples['train']:,}; "
        f"{w('tests')} ({said(model.unit, language)}): {card.examples['test']:,}. "
        f"{w('digest')}: `{card.data}`."
    )
    parts += [said(note, language) for note in training.notes]
    if training.reused:
        parts.append(w("reused"))
    if reason := said(card.reason, language):
        return "\n\n".join([*parts, f"**{reason[:1].upper()}{reason[1:]}.**"])
    seconds = decimal(card.seconds, language)
    parts.append(
        f"**{w('trained')}.** {seconds} {w('seconds')}, {card.peak_bytes / MEBIBYTE:.0f} MiB, "
        f"`{card.experiment}`, seed {card.seed}. "
        f"{w('parameters')}: {_listed(card.parameters)}. {w('versions')}: {_listed(card.versions)}."
    )
    parts += [
        _figures(model, card.scores, language),
        _picture(model, card.scores, language),
    ]
    if card.notes:
        rows = [[name, _value(value, language)] for name, value in card.notes.items()]
        parts.append(table([w("notes"), ""], rows))
    return "\n\n".join([*parts, *training.charts])


def _listed(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(values.items()))


def _value(value: str | int | float, language: Language) -> str:
    return decimal(value, language, 3) if isinstance(value, float) else str(value)


def _figures(
    model: Model[Any], scores: Mapping[str, Mapping[str, Interval]], language: Language
) -> str:
    heads = [
        said(_WORDS["who"], language),
        *(said(metric.title, language) for metric in model.metrics),
    ]
    rows = [
        [
            _who(model, name, language),
            *(_interval(figures[metric.name], language) for metric in model.metrics),
        ]
        for name, figures in scores.items()
    ]
    return table(heads, rows)


def _who(model: Model[Any], name: str, language: Language) -> str:
    known = _WORDS if name in (MODEL, CHAMPION) else model.baseline_titles
    return said(known[name], language)


def _interval(figure: Interval, language: Language) -> str:
    value, low, high = (
        decimal(part, language, 3) for part in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} … {high})"


def _picture(
    model: Model[Any], scores: Mapping[str, Mapping[str, Interval]], language: Language
) -> str:
    metric = model.metrics[0]
    rows = [
        Range(_who(model, name, language), figures[metric.name], name == MODEL)
        for name, figures in scores.items()
    ]
    return ranges(said(metric.title, language), rows, "," if language == "ru" else ".")


def metadata_of(training: Training) -> dict[str, float | int | str]:
    """Figures by name, for whoever plots them over time."""
    card = training.card
    found: dict[str, float | int | str] = {
        "experiment": card.experiment,
        "status": card.status,
        "train_examples": card.examples["train"],
        "test_units": card.examples["test"],
        "train_seconds": card.seconds,
        "peak_memory_bytes": card.peak_bytes,
        "model_bytes": card.size,
        "data_digest": card.data,
    }
    for row in training.tables[SCORES.name].to_pylist():
        prefix = "" if row["role"] == MODEL else f"{row['contender']}_"
        found[f"{prefix}{row['metric']}"] = row["value"]
        if row["role"] == MODEL:
            found |= {f"{row['metric']}_low": row["low"], f"{row['metric']}_high": row["high"]}
    return found


def comparison(
    models: Sequence[Model[Any]], decisions: pa.Table, history: pa.Table, language: Language
) -> str:
    """All models: the new one, the best baseline, what was decided and why; then the trends."""
    titles = {model.name: model for model in models}
    rows = decisions.to_pylist()
    heads = [
        said(_WORDS[name], language)
        for name in ("model_title", MODEL, "baseline", "decision", "why")
    ]
    lines = []
    for row in rows:
        model = titles[row["model"]]
        lines.append(
            [
                said(model.title, language),
                _told(row, ("value", "low", "high"), language),
                f"{_who(model, row['baseline'], language)}: "
                + _told(row, ("baseline_value", "baseline_low", "baseline_high"), language)
                if row["baseline"]
                else "–",
                said(DECISION_NAMES[row["decision"]], language),
                row["note_ru" if language == "ru" else "note_en"],
            ]
        )
    return "\n\n".join([table(heads, lines, left=5), *_trends(models, history, language)])


def _told(row: Mapping[str, Any], names: tuple[str, str, str], language: Language) -> str:
    if row[names[0]] is None:
        return "–"
    return _interval(Interval(*(row[name] for name in names)), language)


def _trends(models: Sequence[Model[Any]], history: pa.Table, language: Language) -> list[str]:
    """A picture of the figures of all models over their experiments, where there are several."""
    rows = [row for row in history.to_pylist() if row["contender"] == MODEL]
    times = sorted({row["trained"] for row in rows})[-_TREND:]
    if len(times) < 2:
        return []
    lines = []
    for model in models:
        metric = model.metrics[0].name
        value = {
            row["trained"]: row["value"]
            for row in rows
            if row["model"] == model.name and row["metric"] == metric
        }
        lines.append((said(model.title, language), [value.get(time) for time in times]))
    labels = [time[:16].replace("T", " ") for time in times]
    title = said(_WORDS["trend"], language)
    return [line_chart(title, labels, lines, "," if language == "ru" else ".")]
