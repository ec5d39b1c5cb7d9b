"""Scheduled jobs: when each starts, what it runs, which start at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing import Job, Run, week
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source
from cai_assets.site.schedule import (
    COLUMNS,
    DAILY_COLUMNS,
    MINUTE,
    WEEK,
    Schedule,
    Times,
    clock,
    in_words,
    seconds_of,
)

TYPE = "ScheduledJob"
_DAY_NAMES = {"ru": "ПВСЧПСВ", "en": "MTWTFSS"}


@dataclass(frozen=True, slots=True)
class JobLine:
    """A scheduled job. `restarts` is how often it is tried again after a failure."""

    job: str
    name: str
    synonym: str
    method: str
    method_found: bool
    words: str
    schedule: Schedule | None
    used: bool
    predefined: bool
    key: str
    restarts: int
    restart_seconds: int

    @property
    def routine(self) -> str:
        """The name of the method."""
        return self.method.rpartition(".")[2]

    @property
    def module(self) -> str:
        """The name of the common module that has the method."""
        return self.method.rpartition(".")[0].removeprefix("CommonModule.")

    @property
    def repeats(self) -> bool:
        """Whether it starts again and again within a day."""
        return self.schedule is not None and self.schedule.starts > 1

    @property
    def begin(self) -> str:
        """When it starts first in a day; empty without a time."""
        times = self.schedule.all_times if self.schedule else ()
        return min((one.begin for one in times), default="")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Jobs that start at the same time of a day. `days` are the days on which they meet."""

    time: str
    jobs: tuple[str, ...]
    used: int


@dataclass(frozen=True, slots=True)
class JobsView:
    """All scheduled jobs: by the clock, again and again, and without a time."""

    clocked: tuple[JobLine, ...]
    repeated: tuple[JobLine, ...]
    untimed: tuple[JobLine, ...]
    meetings: tuple[Meeting, ...]

    @property
    def jobs(self) -> tuple[JobLine, ...]:
        """All of them in the order of the page."""
        return (*self.clocked, *self.repeated, *self.untimed)

    @property
    def used(self) -> int:
        """How many are switched on in the configuration."""
        return sum(job.used for job in self.jobs)

    @property
    def starts(self) -> int:
        """Starts in a day of those that are switched on, at most."""
        return sum(job.schedule.starts for job in self.jobs if job.used and job.schedule)


class Jobs(Section):
    """The page of all scheduled jobs."""

    name = "jobs"
    template = "jobs.html"
    inputs = {
        "objects": Input("objects", ("project", "object", "name", "synonym", "properties"), "type"),
        "handlers": Input("object_handlers", ("object", "target", "resolved"), "type", "site"),
        "schedules": Input("schedules", ("project", *COLUMNS)),
        "daily": Input("daily_schedules", ("project", *DAILY_COLUMNS)),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return pages_of_types(source, {TYPE}, Page(TYPE, "jobs", "", "jobs"))

    def view(self, page: Page, rows: Rows, context: Context) -> JobsView:
        methods = {row.object: row for row in sorted(rows["handlers"])}
        daily: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows["daily"]:
            daily[row.project, row.job].append(row)
        schedules = {
            (row.project, row.job): Schedule.of(row, daily.get((row.project, row.job), ()))
            for row in rows["schedules"]
        }
        lines = [
            _line(row, methods.get(row.object), schedules.get((row.project, row.object)), context)
            for row in by_object(rows["objects"])
        ]
        lines.sort(key=lambda line: line.name.casefold())
        timed = [line for line in lines if line.begin and not line.repeats]
        repeated = [line for line in lines if line.repeats]
        return JobsView(
            tuple(sorted(timed, key=lambda line: seconds_of(line.begin))),
            tuple(sorted(repeated, key=_rhythm)),
            tuple(line for line in lines if not line.begin and not line.repeats),
            _meetings(timed),
        )

    def title(self, view: JobsView, context: Context) -> str:
        return context.say("Регламентные задания", "Scheduled jobs")

    def pictures(self, view: JobsView, context: Context, href: Href) -> Mapping[str, str]:
        drawn = [
            Job(
                line.name,
                [_run(times) for times in line.schedule.all_times],
                frozenset(line.schedule.week_days),
                href(line.job),
                off=not line.used,
            )
            for line in view.jobs
            if line.schedule
        ]
        if not drawn:
            return {}
        say = context.say
        svg = week(
            drawn,
            title=say("Когда запускаются задания", "When jobs start"),
            id_prefix="jobs",
            day_names=_DAY_NAMES[context.language],
            load_text=say("запускаются в час", "start in the hour"),
            more_text=say("ещё {}", "{} more"),
        )
        return {"week": svg}


def pages_of_types(source: Source, types: Iterable[str], page: Page) -> Sequence[Page]:
    """The page if the upload has objects of one of the types, else none."""
    table = source.table("parsed_configuration", "objects", ["type"])
    assert table is not None
    return [page] if set(types) & set(table.column("type").unique().to_pylist()) else []


def by_object(rows: Iterable[Row]) -> list[Row]:
    """A row for each object, in order: of those in several projects the first project's."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row.object, row.project)):
        found.setdefault(row.object, row)
    return list(found.values())


def _line(row: Row, method: Row | None, schedule: Schedule | None, context: Context) -> JobLine:
    properties = dict(row.properties or ())
    return JobLine(
        row.object,
        row.name,
        row.synonym or "",
        method.target if method else properties.get("MethodName", ""),
        bool(method and method.resolved),
        in_words(schedule, context.language) if schedule else "",
        schedule,
        properties.get("Use") == "true",
        properties.get("Predefined") == "true",
        properties.get("Key", ""),
        int(properties.get("RestartCountOnFailure") or 0),
        int(properties.get("RestartIntervalOnFailure") or 0),
    )


def _rhythm(line: JobLine) -> tuple[int, str]:
    times = line.schedule.all_times if line.schedule else ()
    return min((one.repeat for one in times if one.repeat), default=0), line.begin


def _meetings(lines: Sequence[JobLine]) -> tuple[Meeting, ...]:
    """Jobs that start at the same time on at least one common day of the week."""
    by_time: dict[str, list[JobLine]] = defaultdict(list)
    for line in lines:
        assert line.schedule is not None
        for time in sorted({one.begin for one in line.schedule.all_times if one.begin}):
            by_time[time].append(line)
    found = []
    for time, together in sorted(by_time.items()):
        meeting = [
            line
            for line in together
            if any(other is not line and _common_day(line, other) for other in together)
        ]
        if meeting:
            jobs = tuple(line.job for line in meeting)
            found.append(Meeting(clock(time), jobs, sum(line.used for line in meeting)))
    return tuple(found)


def _common_day(one: JobLine, other: JobLine) -> bool:
    assert one.schedule is not None and other.schedule is not None
    return bool(set(one.schedule.week_days or WEEK) & set(other.schedule.week_days or WEEK))


def _run(times: Times) -> Run:
    begin, end = times.window
    over = end // MINUTE % (24 * 60) if times.end else None
    return Run(begin // MINUTE, over, times.repeat)
