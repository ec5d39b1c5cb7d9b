"""Schedules of scheduled jobs: `Schedule.schedule` (EDT) and `Ext/Schedule.xml` (Designer).

EDT names week days and months and omits zeros; Designer numbers them and writes everything.
"""

from __future__ import annotations

from typing import Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import DailySchedule, FileFacts, Problem, Schedule
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.xml import LOCAL, Element
from cai_assets.onec.sources import SourceFile

_EMPTY_MOMENTS: Final = frozenset({"0001-01-01", "00:00:00"})
"""How the platform writes a date or a time of day that is not set."""

_WEEK_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def read_edt_schedule(source: SourceFile, data: bytes) -> FileFacts:
    """Read the schedule of an EDT project."""
    root = xml.parse(data)
    if LOCAL[root.tag] != "Schedule":
        raise _not_a_schedule(root)
    reader = _Reader(source.owner, root)
    for element in root:
        name = LOCAL[element.tag]
        if name == "weekDays":
            reader.week_days.append(reader.named(element, _WEEK_DAYS))
        elif name == "months":
            reader.months.append(reader.named(element, _MONTHS))
        elif name == "dailySchedules":
            reader.daily.append(reader.detail(element))
    return reader.facts()


def read_designer_schedule(source: SourceFile, data: bytes) -> FileFacts:
    """Read the schedule of a Designer dump."""
    root = xml.parse(data)
    schedule = root if LOCAL[root.tag] == "Schedule" else xml.child(root, "Schedule")
    if schedule is None:
        raise _not_a_schedule(root)
    reader = _Reader(source.owner, schedule)
    for element in schedule:
        name = LOCAL[element.tag]
        if name == "WeekDays":
            reader.week_days += reader.numbered(element, len(_WEEK_DAYS))
        elif name == "Months":
            reader.months += reader.numbered(element, len(_MONTHS))
        elif name == "DetailedDailySchedules":
            reader.daily.append(reader.detail(element))
    return reader.facts()


def _not_a_schedule(root: Element) -> UnreadableFile:
    return UnreadableFile(f"root element {LOCAL[root.tag]} is not a schedule", xml.line(root))


class _Reader:
    """Collects one schedule; attributes are looked up whatever the case of their first letter."""

    def __init__(self, job: str, element: Element) -> None:
        self.job = job
        self.line = xml.line(element)
        self.values = _attributes(element)
        self.week_days: list[int] = []
        self.months: list[int] = []
        self.daily: list[DailySchedule] = []
        self.problems: list[Problem] = []

    def facts(self) -> FileFacts:
        values, line = self.values, self.line
        schedule = Schedule(
            job=self.job,
            line=line,
            begin_date=_moment(values.get("begindate", "")),
            end_date=_moment(values.get("enddate", "")),
            begin_time=_moment(values.get("begintime", "")),
            end_time=_moment(values.get("endtime", "")),
            completion_time=_moment(values.get("completiontime", "")),
            completion_interval=self.number(values, "completioninterval", line),
            repeat_period_in_day=self.number(values, "repeatperiodinday", line),
            repeat_pause=self.number(values, "repeatpause", line),
            weeks_period=self.number(values, "weeksperiod", line),
            days_repeat_period=self.number(values, "daysrepeatperiod", line),
            day_in_month=self.number(values, "dayinmonth", line),
            week_day_in_month=self.number(values, "weekdayinmonth", line),
            week_days=tuple(sorted({day for day in self.week_days if day})),
            months=tuple(sorted({month for month in self.months if month})),
            daily=tuple(self.daily),
        )
        return FileFacts(schedules=[schedule], problems=self.problems)

    def detail(self, element: Element) -> DailySchedule:
        values, line = _attributes(element), xml.line(element)
        return DailySchedule(
            begin_time=_moment(values.get("begintime", "")),
            end_time=_moment(values.get("endtime", "")),
            completion_time=_moment(values.get("completiontime", "")),
            completion_interval=self.number(values, "completioninterval", line),
            repeat_period_in_day=self.number(values, "repeatperiodinday", line),
            repeat_pause=self.number(values, "repeatpause", line),
        )

    def number(self, values: dict[str, str], name: str, line: int) -> int:
        value = values.get(name, "0")
        try:
            return int(value)
        except ValueError:
            self.problems.append(Problem(line, 1, f"{name} of the schedule is no number: {value}"))
            return 0

    def named(self, element: Element, names: tuple[str, ...]) -> int:
        """Return the number from 1 of a day or month, 0 if it is unknown."""
        value = xml.text(element)
        if value[:3] in names:
            return names.index(value[:3]) + 1
        self.problems.append(
            Problem(xml.line(element), 1, f"unknown day or month of the schedule: {value}")
        )
        return 0

    def numbered(self, element: Element, largest: int) -> list[int]:
        numbers = []
        for value in xml.text(element).split():
            if value.isdecimal() and 1 <= int(value) <= largest:
                numbers.append(int(value))
            else:
                self.problems.append(
                    Problem(xml.line(element), 1, f"unknown day or month of the schedule: {value}")
                )
        return numbers


def _attributes(element: Element) -> dict[str, str]:
    return {str(key).lower(): str(value) for key, value in element.attrib.items()}


def _moment(value: str) -> str:
    return "" if value in _EMPTY_MOMENTS else value
