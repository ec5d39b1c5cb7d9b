"""Rules about settings of documents and scheduled jobs (standards 689, 402)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.rules.metadata.lookup import Tables, objects, rows
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule


@table_rule(
    "DocumentPostInPrivilegedMode",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    title=Text(
        "Документ проводится не в привилегированном режиме", "Posting is not in privileged mode"
    ),
    description=Text(
        "Документ, который проводится, пишет регистры в привилегированном режиме: иначе каждому, "
        "кто его проводит, нужны права на изменение регистров. Исключение — документы, которыми "
        "записи регистров правят вручную.\n\nУстановите «Привилегированный режим при проведении» "
        "и «Привилегированный режим при отмене проведения».",
        "A document that is posted writes registers in privileged mode: otherwise everybody who "
        "posts it needs rights to change the registers. Documents made to correct records by "
        "hand are the exception.\n\nSet “Privileged mode on posting” and “Privileged mode on "
        "clearing posting”.",
    ),
    message=Text(
        "У документа «{name}» не установлен привилегированный режим: {modes}",
        "The document {name} has no privileged mode: {modes}",
    ),
    needs=("objects",),
    standards=(689,),
)
def document_post_in_privileged_mode(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Documents that are posted, without one of the two flags."""
    for item in objects(tables, "Document"):
        if item.adopted or item.properties.get("Posting") != "Allow":
            continue
        modes = [
            name for name in ("PostInPrivilegedMode", "UnpostInPrivilegedMode")
            if not item.flag(name)
        ]  # fmt: skip
        if modes:
            yield item.found(name=item.name, modes=", ".join(modes))


@table_rule(
    "ScheduledJobPeriodTooShort",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    title=Text("Регламентное задание выполняется слишком часто", "A scheduled job runs too often"),
    description=Text(
        "Задание, которое запускается чаще раза в минуту, держит фоновые процессы занятыми и "
        "мешает остальным: даже пустой запуск создает сеанс.\n\nУвеличьте период повтора; "
        "большинству заданий хватает раза в день.",
        "A job that starts more often than once a minute keeps background processes busy: even "
        "a start for nothing makes a session.\n\nMake the period longer; once a day is enough "
        "for most jobs.",
    ),
    message=Text(
        "Задание «{name}» повторяется каждые {seconds} с, допустимо не чаще {limit} с",
        "{name} repeats every {seconds} s, {limit} s is the least",
    ),
    needs=("schedules", "daily_schedules"),
    standards=(402,),
    parameters=(
        Parameter("seconds", 60, Text("Наименьший период, с", "Shortest period, seconds")),
    ),
)
def scheduled_job_period_too_short(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Schedules, also detailed ones of a day, with a repeat period below the limit."""
    limit = int(options["seconds"])
    for table in ("schedules", "daily_schedules"):
        columns = ("project", "job", "repeat_period_in_day", "repeat_pause", "file")
        for project, job, period, pause, file in rows(tables[table], *columns):
            seconds = max(period, pause)
            if period and seconds < limit:
                name = job.partition(".")[2]
                values = {"name": name, "seconds": seconds, "limit": limit}
                yield FoundAt(project, file, 1, job, values=values)
