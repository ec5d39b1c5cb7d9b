"""Writes the dashboards: `python docker/grafana/make.py` after a change here.

A panel is its Russian title, its expressions and its unit; ids, places, the source of data and the
names of metrics in its description follow. A test holds the files equal to what this makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOURCE = {"type": "prometheus", "uid": "cai-prometheus"}
FOLDER = Path(__file__).parent / "dashboards"
WIDTH = 24
_SCHEMA = 41  # of Grafana 11.6, which compose runs

GREEN, YELLOW, RED = "green", "yellow", "red"
Steps = Sequence[tuple[float | None, str]]

YES_NO: Steps = ((None, RED), (1, GREEN))
BAD_ABOVE_ZERO: Steps = ((None, GREEN), (1, RED))


@dataclass(frozen=True)
class Panel:
    """One panel. `queries` are pairs of an expression and the name of its series."""

    title: str
    queries: Sequence[tuple[str, str]]
    about: str
    kind: str = "timeseries"
    unit: str = "short"
    width: int = 12
    height: int = 8
    steps: Steps = ((None, GREEN),)
    words: dict[str, str] = field(default_factory=dict)
    stacked: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Row:
    """A heading over panels."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Variable:
    """A choice above the panels: the values of a label."""

    name: str
    title: str
    query: str


def _metrics(panel: Panel) -> str:
    names: dict[str, None] = {}
    for expression, _ in panel.queries:
        for name in re.findall(r"\bcai_\w+|\bALERTS\b", expression):
            names[re.sub(r"_(bucket|sum|count)$", "", name)] = None
    return ", ".join(f"`{name}`" for name in names)


def _panel(panel: Panel, number: int, x: int, y: int) -> dict[str, Any]:
    instant = panel.kind in ("stat", "table", "bargauge")
    made: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": f"{panel.about}\n\nМетрики: {_metrics(panel)}",
        "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height},
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": SOURCE,
                "expr": expression,
                "legendFormat": legend or "__auto",
                "instant": instant,
                "range": not instant,
                "format": "table" if panel.kind == "table" else "time_series",
            }
            for place, (expression, legend) in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel.kind),
    }
    if panel.kind == "table":
        made["transformations"] = [
            {
                "id": "organize",
                "options": {
                    "excludeByName": dict.fromkeys(
                        ("Time", "__name__", "job", "instance", "alertstate"), True
                    )
                },
            }
        ]
    return made


def _defaults(panel: Panel) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "unit": panel.unit,
        "noValue": "нет данных",
        "color": {"mode": "thresholds" if panel.kind == "stat" else "palette-classic"},
        "thresholds": {
            "mode": "absolute",
            "steps": [{"value": value, "color": color} for value, color in panel.steps],
        },
    }
    if panel.decimals is not None:
        defaults["decimals"] = panel.decimals
    if panel.words:
        options = {value: {"text": text} for value, text in panel.words.items()}
        defaults["mappings"] = [{"type": "value", "options": options}]
    if panel.kind == "timeseries":
        defaults["min"] = 0
        defaults["custom"] = {
            "fillOpacity": 25 if panel.stacked else 5,
            "lineWidth": 1,
            "showPoints": "auto",
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        }
    return defaults


def _options(kind: str) -> dict[str, Any]:
    if kind == "stat":
        return {
            "colorMode": "value",
            "graphMode": "none",
            "textMode": "auto",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        }
    if kind == "bargauge":
        return {
            "orientation": "horizontal",
            "displayMode": "basic",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        }
    if kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    return {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _variable(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "label": variable.title,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": variable.query, "refId": "variable", "qryType": 1},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def dashboard(
    uid: str, title: str, rows: Sequence[Row], variables: Sequence[Variable] = ()
) -> dict[str, Any]:
    """A dashboard as Grafana's JSON; panels stand side by side while they fit."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row in rows:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1},
            }
        )
        y, x, tall = y + 1, 0, 0
        for panel in row.panels:
            if x + panel.width > WIDTH:
                y, x, tall = y + tall, 0, 0
            panels.append(_panel(panel, len(panels) + 1, x, y))
            x, tall = x + panel.width, max(tall, panel.height)
        y += tall
    return {
        "uid": uid,
        "title": title,
        "tags": ["cai"],
        "schemaVersion": _SCHEMA,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "browser",
        "links": [
            {
                "type": "dashboards",
                "title": "CAI",
                "tags": ["cai"],
                "asDropdown": False,
                "includeVars": True,
                "keepTime": True,
            }
        ],
        "annotations": {"list": []},
        "templating": {"list": [_variable(variable) for variable in variables]},
        "panels": panels,
    }


# --- what is shown -------------------------------------------------------------------------------

_ENDED = 'cai_runs_total{state=~"success|failure"}'


def _p95(name: str, labels: str, of: str = "", over: str = "1h") -> str:
    return f"histogram_quantile(0.95, sum by (le, {labels}) (rate({name}_bucket{of}[{over}])))"


OVERVIEW = dashboard(
    "cai-overview",
    "CAI: обзор",
    [
        Row(
            "Сейчас",
            [
                Panel(
                    "Идут запуски",
                    [('sum(cai_runs_active{state=~"not_started|starting|started"})', "")],
                    "Запуски, которые начаты и не завершены.",
                    "stat",
                    width=4,
                    height=5,
                ),
                Panel(
                    "В очереди",
                    [('sum(cai_runs_active{state="queued"})', "")],
                    "Запуски, которые ждут своей очереди.",
                    "stat",
                    width=4,
                    height=5,
                    steps=((None, GREEN), (5, YELLOW), (20, RED)),
                ),
                Panel(
                    "Успешных за сутки",
                    [
                        (
                            'sum(increase(cai_runs_total{state="success"}[24h]))'
                            f" / sum(increase({_ENDED}[24h]))",
                            "",
                        )
                    ],
                    "Доля успешных среди завершённых за сутки, без отменённых.",
                    "stat",
                    "percentunit",
                    width=4,
                    height=5,
                    steps=((None, RED), (0.9, YELLOW), (0.99, GREEN)),
                    decimals=0,
                ),
                Panel(
                    "С ошибкой за сутки",
                    [('sum(increase(cai_runs_total{state="failure"}[24h]))', "")],
                    "Запуски, завершившиеся ошибкой за сутки.",
                    "stat",
                    width=4,
                    height=5,
                    steps=BAD_ABOVE_ZERO,
                    decimals=0,
                ),
                Panel(
                    "Демоны Dagster",
                    [("min(cai_daemon_up)", "")],
                    "Все ли демоны, нужные установке, подавали признаки жизни за 3 минуты.",
                    "stat",
                    width=4,
                    height=5,
                    steps=YES_NO,
                    words={"0": "не все", "1": "работают"},
                ),
                Panel(
                    "Свободно на диске",
                    [("min(cai_disk_free_bytes / cai_disk_size_bytes)", "")],
                    "Свободная доля того тома, где её меньше.",
                    "stat",
                    "percentunit",
                    width=4,
                    height=5,
                    steps=((None, RED), (0.1, YELLOW), (0.2, GREEN)),
                    decimals=0,
                ),
                Panel(
                    "Предупреждения",
                    [('ALERTS{alertstate="firing"}', "")],
                    "Сработавшие правила Prometheus.",
                    "table",
                    width=24,
                    height=6,
                ),
            ],
        ),
        Row(
            "Запуски",
            [
                Panel(
                    "Активные запуски",
                    [("sum by (state) (cai_runs_active)", "{{state}}")],
                    "По состоянию.",
                    stacked=True,
                ),
                Panel(
                    "Завершённые за час",
                    [("sum by (job_name, state) (increase(cai_runs_total[1h]))", "")],
                    "По заданию и исходу.",
                    decimals=0,
                ),
                Panel(
                    "Доля успешных",
                    [
                        (
                            'sum by (job_name) (increase(cai_runs_total{state="success"}[6h]))'
                            f" / sum by (job_name) (increase({_ENDED}[6h]))",
                            "{{job_name}}",
                        )
                    ],
                    "За последние шесть часов, по заданию.",
                    unit="percentunit",
                ),
                Panel(
                    "Сколько ждёт первый в очереди",
                    [("time() - cai_run_queued_timestamp_seconds", "в очереди")],
                    "Возраст самого старого запуска в очереди.",
                    unit="s",
                ),
                Panel(
                    "Длительность запуска, p95",
                    [(_p95("cai_run_duration_seconds", "job_name"), "{{job_name}}")],
                    "95 % запусков за час не дольше.",
                    unit="s",
                ),
                Panel(
                    "Ожидание до начала, p95",
                    [(_p95("cai_run_wait_seconds", "job_name"), "{{job_name}}")],
                    "От создания запуска до его начала: очередь, старт процесса.",
                    unit="s",
                ),
                Panel(
                    "Длительность шага, p95",
                    [(_p95("cai_step_duration_seconds", "step"), "{{step}}")],
                    "95 % попыток за час не дольше.",
                    unit="s",
                    width=24,
                    height=10,
                ),
            ],
        ),
        Row(
            "Выгрузки",
            [
                Panel(
                    "Принято и отклонено за час",
                    [("sum by (result) (increase(cai_uploads_total[1h]))", "{{result}}")],
                    "accepted: принято, duplicate: уже было, quarantined: в карантине.",
                    decimals=0,
                ),
                Panel(
                    "Входящая папка и карантин",
                    [
                        ("cai_inbox_entries", "во входящих"),
                        ("cai_quarantine_entries", "в карантине"),
                    ],
                    "Сколько там лежит.",
                    decimals=0,
                ),
            ],
        ),
        Row(
            "Службы",
            [
                Panel(
                    "Давность сигналов демонов",
                    [("time() - cai_daemon_heartbeat_timestamp_seconds", "{{daemon}}")],
                    "Сигнал ожидается каждые 30 секунд.",
                    unit="s",
                ),
                Panel(
                    "Сбои датчиков и расписаний за час",
                    [("sum by (kind, name) (increase(cai_tick_failures_total[1h]))", "{{name}}")],
                    "Неудачные проверки.",
                    decimals=0,
                ),
                Panel(
                    "Место на диске",
                    [("cai_disk_used_bytes", "{{part}}")],
                    "Части CAI_HOME; измеряются раз в десять минут или реже.",
                    unit="bytes",
                    stacked=True,
                ),
                Panel(
                    "Свободно",
                    [("cai_disk_free_bytes", "{{folder}}")],
                    "На томе данных и на томе истории Dagster.",
                    unit="bytes",
                ),
                Panel(
                    "Чтение показателей",
                    [("cai_read_duration_seconds", "{{part}}")],
                    "Сколько длится чтение каждой части.",
                    unit="s",
                ),
                Panel(
                    "Ошибки чтения показателей за час",
                    [("sum by (part) (increase(cai_scrape_errors_total[1h]))", "{{part}}")],
                    "Чего не удалось прочитать.",
                    decimals=0,
                ),
            ],
        ),
    ],
)

_OF = '{configuration=~"$configuration"}'
_CONFIGURATION = Variable(
    "configuration",
    "Конфигурация",
    "label_values(cai_upload_received_timestamp_seconds, configuration)",
)


def _size(title: str, name: str, unit: str = "short") -> Panel:
    return Panel(
        title,
        [(f"{name}{_OF}", "{{configuration}}")],
        "По таблицам последней готовой выгрузки.",
        "stat",
        unit,
        width=4,
        height=5,
    )


CONFIGURATION = dashboard(
    "cai-configuration",
    "CAI: конфигурация",
    [
        Row(
            "Конфигурация",
            [
                _size("Объектов", "cai_configuration_objects"),
                _size("Процедур и функций", "cai_configuration_routines"),
                _size("Модулей", "cai_configuration_modules"),
                _size("Файлов", "cai_configuration_files"),
                Panel(
                    "Последняя выгрузка",
                    [
                        (
                            f"time() - cai_upload_received_timestamp_seconds{_OF}",
                            "{{configuration}}",
                        )
                    ],
                    "Сколько времени назад принята.",
                    "stat",
                    "s",
                    width=4,
                    height=5,
                ),
                Panel(
                    "Таблицы готовы",
                    [(f"cai_upload_built{_OF}", "{{configuration}}")],
                    "Готовы ли таблицы последней выгрузки.",
                    "stat",
                    width=4,
                    height=5,
                    steps=YES_NO,
                    words={"0": "нет", "1": "да"},
                ),
            ],
        ),
        Row(
            "Активы и проверки",
            [
                Panel(
                    "Возраст активов",
                    [
                        (
                            f"time() - cai_asset_materialized_timestamp_seconds{_OF}",
                            "{{configuration}} · {{group}}",
                        )
                    ],
                    "Сколько прошло с последней материализации группы.",
                    "bargauge",
                    "s",
                    height=12,
                ),
                Panel(
                    "Не пройдены проверки",
                    [(f"cai_check_passed{_OF} == 0", "")],
                    "Последний результат каждой проверки; показаны только неудачи.",
                    "table",
                    height=12,
                ),
                Panel(
                    "Доля пройденных проверок",
                    [
                        (
                            f"avg by (configuration) (cai_check_passed{_OF})",
                            "{{configuration}}",
                        )
                    ],
                    "Предупреждения считаются наравне с ошибками.",
                    unit="percentunit",
                ),
                Panel(
                    "Возраст активов во времени",
                    [
                        (
                            "max by (group) "
                            f"(time() - cai_asset_materialized_timestamp_seconds{_OF})",
                            "{{group}}",
                        )
                    ],
                    "По группе, у самой давней из выбранных конфигураций.",
                    unit="s",
                ),
            ],
        ),
        Row(
            "Замечания",
            [
                Panel(
                    "Открытые замечания",
                    [(f"sum by (severity) (cai_findings_open{_OF})", "{{severity}}")],
                    "По важности, во всех выбранных конфигурациях.",
                    stacked=True,
                    decimals=0,
                ),
                Panel(
                    "Открытые замечания сейчас",
                    [(f"cai_findings_open{_OF}", "{{configuration}} · {{severity}}")],
                    "По конфигурации и важности.",
                    "bargauge",
                ),
            ],
        ),
        Row(
            "Размер",
            [
                Panel(
                    "Объекты",
                    [(f"cai_configuration_objects{_OF}", "{{configuration}}")],
                    "Объекты метаданных.",
                ),
                Panel(
                    "Процедуры и функции",
                    [(f"cai_configuration_routines{_OF}", "{{configuration}}")],
                    "Во всех модулях.",
                ),
                Panel(
                    "Размер исходных файлов",
                    [(f"cai_configuration_source_bytes{_OF}", "{{configuration}}")],
                    "Файлы выгрузки без упаковки.",
                    unit="bytes",
                ),
                Panel(
                    "Хранится выгрузок",
                    [(f"cai_uploads_kept{_OF}", "{{configuration}}")],
                    "Не больше CAI_KEEP_UPLOADS.",
                    decimals=0,
                ),
            ],
        ),
    ],
    [_CONFIGURATION],
)

_MODEL = '{configuration=~"$configuration",model=~"$model"}'

MODELS = dashboard(
    "cai-models",
    "CAI: модели",
    [
        Row(
            "Качество",
            [
                Panel(
                    "Новая, принятая, простой способ",
                    [
                        (
                            f"cai_model_score{_MODEL}",
                            "{{configuration}} · {{model}} · {{metric}} · {{contender}}",
                        )
                    ],
                    "latest: последний опыт, champion: принятая модель, baseline: лучший простой "
                    "способ; всё на отложенных данных.",
                    "bargauge",
                    height=14,
                ),
                Panel(
                    "Принятая модель во времени",
                    [
                        (
                            "cai_model_score" + _MODEL.replace("}", ',contender="champion"}'),
                            "{{model}} · {{metric}}",
                        )
                    ],
                    "Показатель качества принятой модели.",
                    height=14,
                ),
                Panel(
                    "Новая против принятой",
                    [
                        (
                            "cai_model_score"
                            + _MODEL.replace("}", ',contender="latest"}')
                            + " - ignoring (contender) cai_model_score"
                            + _MODEL.replace("}", ',contender="champion"}'),
                            "{{configuration}} · {{model}} · {{metric}}",
                        )
                    ],
                    "Ниже нуля: последний опыт хуже принятой модели.",
                    "bargauge",
                ),
                Panel(
                    "Новая против простого способа",
                    [
                        (
                            "cai_model_score"
                            + _MODEL.replace("}", ',contender="latest"}')
                            + " - ignoring (contender) cai_model_score"
                            + _MODEL.replace("}", ',contender="baseline"}'),
                            "{{configuration}} · {{model}} · {{metric}}",
                        )
                    ],
                    "Ниже нуля: модель не лучше простого способа.",
                    "bargauge",
                ),
            ],
        ),
        Row(
            "Обучение",
            [
                Panel(
                    "Возраст принятой модели",
                    [
                        (
                            f"time() - cai_model_champion_timestamp_seconds{_MODEL}",
                            "{{configuration}} · {{model}}",
                        )
                    ],
                    "Сколько времени модель остаётся принятой.",
                    "bargauge",
                    "s",
                ),
                Panel(
                    "Последнее обучение",
                    [
                        (
                            f"time() - cai_model_trained_timestamp_seconds{_MODEL}",
                            "{{configuration}} · {{model}}",
                        )
                    ],
                    "Сколько прошло с последнего опыта. Без изменений в данных модель не "
                    "обучается заново.",
                    "bargauge",
                    "s",
                ),
                Panel(
                    "Длительность обучения, p95",
                    [
                        (
                            _p95(
                                "cai_step_duration_seconds",
                                "step",
                                '{step=~"ml_dataset|.*_model|model_evaluation"}',
                                "24h",
                            ),
                            "{{step}}",
                        )
                    ],
                    "За сутки, по шагу.",
                    unit="s",
                ),
                Panel(
                    "Замечания к моделям",
                    [
                        (
                            "cai_check_passed"
                            + _OF.replace(
                                "}", ',asset=~"(.*_model|ml_dataset|model_evaluation)/.*"}'
                            )
                            + " == 0",
                            "",
                        )
                    ],
                    "Непройденные проверки набора данных, обучения и сравнения.",
                    "table",
                ),
            ],
        ),
    ],
    [
        _CONFIGURATION,
        Variable("model", "Модель", "label_values(cai_model_score, model)"),
    ],
)

DASHBOARDS = {"overview": OVERVIEW, "configuration": CONFIGURATION, "models": MODELS}


def text(made: dict[str, Any]) -> str:
    """A dashboard as its file holds it."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, made in DASHBOARDS.items():
        (FOLDER / f"{name}.json").write_text(text(made), encoding="utf-8", newline="\n")
