"""Schedules of scheduled jobs in words: «каждые 15 минут с 08:00 до 20:00 по будням».

What the fields mean: the syntax assistant of 1C:Enterprise 8.3, type `РасписаниеЗадания`
(JobSchedule). A time of day that is not set is midnight to the platform; here it is said that
nobody has set one, because that is what a reader has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cai_assets.site.model import Language

TIME_COLUMNS = (
    "begin_time",
    "end_time",
    "completion_time",
    "completion_interval",
    "repeat_period_in_day",
    "repeat_pause",
)
COLUMNS = (
    *("job", "begin_date", "end_date", *TIME_COLUMNS),
    *("weeks_period", "days_repeat_period", "day_in_month", "week_day_in_month"),
    *("week_days", "months"),
)
"""Columns of the table `schedules` that `Schedule.of` reads."""
DAILY_COLUMNS = ("job", "order", *TIME_COLUMNS)
"""Columns of the table `daily_schedules` that `Schedule.of` reads."""

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = tuple(range(1, 8))
_WORKING, _FREE = (1, 2, 3, 4, 5), (6, 7)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Times:
    """When a job starts within a day. Times of day are `08:00:00` or empty, spans are seconds."""

    begin: str = ""
    end: str = ""
    stop: str = ""
    stop_after: int = 0
    repeat: int = 0
    pause: int = 0

    @classmethod
    def of(cls, row: Any) -> Times:
        """Those of a row with the columns `TIME_COLUMNS`."""
        return cls(*(getattr(row, column) or kind() for column, kind in _TIME_KINDS))

    @property
    def window(self) -> tuple[int, int]:
        """First and last second of the day in which it may start; over midnight above `DAY`."""
        begin = seconds_of(self.begin)
        end = seconds_of(self.end) if self.end else DAY
        return begin, end if end > begin else end + DAY

    @property
    def starts(self) -> int:
        """How often it starts in a day at most."""
        begin, end = self.window
        return max(-(-(end - begin) // self.repeat), 1) if self.repeat else 1


_TIME_KINDS = tuple(zip(TIME_COLUMNS, (str, str, str, int, int, int), strict=True))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job starts. `daily` takes the place of `times` where there is any."""

    times: Times = Times()
    daily: tuple[Times, ...] = ()
    begin_date: str = ""
    end_date: str = ""
    every_weeks: int = 1
    every_days: int = 1
    """0 for one day only."""
    day_in_month: int = 0
    """Negative from the end, 0 for any."""
    week_day_in_month: int = 0
    week_days: tuple[int, ...] = WEEK
    months: tuple[int, ...] = field(default_factory=lambda: tuple(range(1, _MONTHS + 1)))

    @classmethod
    def of(cls, row: Any, daily: Iterable[Any] = ()) -> Schedule:
        """That of a row of `schedules` and its rows of `daily_schedules`."""
        return cls(
            times=Times.of(row),
            daily=tuple(Times.of(one) for one in sorted(daily, key=lambda one: one.order)),
            begin_date=row.begin_date or "",
            end_date=row.end_date or "",
            every_weeks=row.weeks_period or 1,
            every_days=1 if row.days_repeat_period is None else row.days_repeat_period,
            day_in_month=row.day_in_month or 0,
            week_day_in_month=row.week_day_in_month or 0,
            week_days=tuple(sorted(row.week_days or WEEK)),
            months=tuple(sorted(row.months or range(1, _MONTHS + 1))),
        )

    @property
    def all_times(self) -> tuple[Times, ...]:
        """The times of a day that count."""
        return self.daily or (self.times,)

    @property
    def starts(self) -> int:
        """How often it starts at most on a day on which it runs."""
        return sum(times.starts for times in self.all_times)


def in_words(schedule: Schedule, language: Language) -> str:
    """What a schedule says, in one line, beginning with a small letter."""
    words: _Language = _Russian() if language == "ru" else _English()
    days = words.days(schedule)
    times = [_times(one, words) for one in schedule.all_times]
    repeated = all(one.repeat for one in schedule.all_times)
    when = f" {words.and_} ".join(filter(None, times))
    every_day = words.every_day()
    if repeated and days == every_day:
        text = when
    elif repeated:
        text = f"{when} {days}"
    elif when:
        text = f"{days} {when}"
    else:
        text = f"{days}, {words.no_time}"
    clauses = [text]
    if not schedule.every_days:
        clauses.append(words.once_only)
    if len(schedule.months) < _MONTHS:
        clauses.append(words.months(schedule.months))
    clauses += words.period(schedule)
    for one in schedule.all_times:
        clauses += words.limits(one)
    return ", ".join(dict.fromkeys(clauses))


def clock(time: str) -> str:
    """A time of day without seconds where they are none: `08:00:00` → `08:00`."""
    return time.removesuffix(":00") if time.count(":") == 2 else time


def seconds_of(time: str) -> int:
    """Seconds from midnight; an empty time is midnight."""
    parts = [int(part) for part in time.split(":")] if time else []
    return sum(part * size for part, size in zip(parts, (HOUR, MINUTE, 1), strict=False))


def _times(times: Times, words: _Language) -> str:
    begin, end = clock(times.begin), clock(times.end)
    if times.repeat:
        return f"{words.every(times.repeat)} {words.window(begin, end)}".strip()
    return words.once(begin, end)


class _Language(Protocol):
    """What differs between languages."""

    and_: str
    no_time: str
    once_only: str

    def every_day(self) -> str: ...
    def every(self, seconds: int) -> str: ...
    def window(self, begin: str, end: str) -> str: ...
    def once(self, begin: str, end: str) -> str: ...
    def days(self, schedule: Schedule) -> str: ...
    def months(self, months: Sequence[int]) -> str: ...
    def period(self, schedule: Schedule) -> list[str]: ...
    def limits(self, times: Times) -> list[str]: ...


def _parts(seconds: int) -> list[tuple[int, int]]:
    """A span as pairs of count and unit (2 for hours, 1 for minutes, 0 for seconds)."""
    found = []
    for unit, size in ((2, HOUR), (1, MINUTE), (0, 1)):
        count, seconds = divmod(seconds, size)
        if count:
            found.append((count, unit))
    return found or [(0, 0)]


def _listed(names: Sequence[str], and_: str) -> str:
    head, last = names[:-1], names[-1]
    return f"{', '.join(head)} {and_} {last}" if head else last


class _Russian:
    and_ = "и"
    no_time = "время не задано"
    once_only = "без повтора в другие дни"

    _units = (
        ("секунду", "секунды", "секунд"),
        ("минуту", "минуты", "минут"),
        ("час", "часа", "часов"),
    )
    _dative = (
        *("понедельникам", "вторникам", "средам", "четвергам", "пятницам"),
        *("субботам", "воскресеньям"),
    )
    _accusative = (
        *("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
    )
    _genders = (0, 0, 1, 0, 1, 1, 2)
    _numbers = (
        ("первый", "первую", "первое"),
        ("второй", "вторую", "второе"),
        ("третий", "третью", "третье"),
        ("четвёртый", "четвёртую", "четвёртое"),
        ("пятый", "пятую", "пятое"),
    )
    _last = (
        ("последний", "последнюю", "последнее"),
        ("предпоследний", "предпоследнюю", "предпоследнее"),
    )
    _months = (
        *("январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе"),
        *("сентябре", "октябре", "ноябре", "декабре"),
    )

    def every_day(self) -> str:
        return "каждый день"

    def every(self, seconds: int) -> str:
        parts = _parts(seconds)
        count, unit = parts[0]
        if len(parts) > 1 or not _is_one(count):
            return f"каждые {self._span(seconds)}"
        word = "каждый" if unit == 2 else "каждую"
        return f"{word} {self._units[unit][0]}" if count == 1 else f"{word} {self._span(seconds)}"

    def window(self, begin: str, end: str) -> str:
        return " ".join([*([f"с {begin}"] if begin else []), *([f"до {end}"] if end else [])])

    def once(self, begin: str, end: str) -> str:
        if begin and end:
            return f"один раз между {begin} и {end}"
        return f"в {begin}" if begin else f"один раз до {end}" if end else ""

    def days(self, schedule: Schedule) -> str:
        found = self._days(schedule)
        if schedule.every_weeks > 1:
            found += f" раз в {_counted(schedule.every_weeks, 'неделю', 'недели', 'недель')}"
        return found

    def _days(self, schedule: Schedule) -> str:
        if schedule.day_in_month:
            return self._day_in_month(schedule.day_in_month)
        days, number = schedule.week_days, schedule.week_day_in_month
        if number:
            names = [self._numbered(number, day) for day in days]
            return f"{'во' if names[0].startswith('вт') else 'в'} {_listed(names, 'и')} месяца"
        every = schedule.every_days
        rhythm = f"раз в {_counted(every, 'день', 'дня', 'дней')}" if every > 1 else ""
        if days == WEEK:
            return rhythm or self.every_day()
        if days == _WORKING:
            found = "по будням"
        elif days == _FREE:
            found = "по выходным"
        else:
            found = f"по {_listed([self._dative[day - 1] for day in days], 'и')}"
        return f"{found} {rhythm}".rstrip()

    def _day_in_month(self, day: int) -> str:
        if day > 0:
            return f"{day}-го числа каждого месяца"
        if day == -1:
            return "в последний день месяца"
        return f"в {-day}-й с конца день месяца"

    def _numbered(self, number: int, day: int) -> str:
        gender, name = self._genders[day - 1], self._accusative[day - 1]
        known = self._numbers if number > 0 else self._last
        if abs(number) <= len(known):
            return f"{known[abs(number) - 1][gender]} {name}"
        ending = ("й", "ю", "е")[gender]
        return f"{abs(number)}-{ending} {name}" + (" с конца" if number < 0 else "")

    def months(self, months: Sequence[int]) -> str:
        return f"в {_listed([self._months[month - 1] for month in months], 'и')}"

    def period(self, schedule: Schedule) -> list[str]:
        begin, end = (_dotted(date) for date in (schedule.begin_date, schedule.end_date))
        if begin and end:
            return [f"с {begin} по {end}"]
        return [f"начиная с {begin}"] if begin else [f"до {end}"] if end else []

    def limits(self, times: Times) -> list[str]:
        found = []
        if times.pause:
            pause = self._span(times.pause)
            between = f"пауза перед новым запуском {pause}"
            found.append(between if times.repeat else f"снова через {pause} после завершения")
        if times.stop:
            found.append(f"прерывается в {clock(times.stop)}")
        if times.stop_after:
            found.append(f"прерывается через {self._span(times.stop_after)}")
        return found

    def _span(self, seconds: int) -> str:
        return " ".join(_counted(count, *self._units[unit]) for count, unit in _parts(seconds))


class _English:
    and_ = "and"
    no_time = "no time set"
    once_only = "not repeated on other days"

    _units = ("second", "minute", "hour")
    _days_of_week = (
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    )
    _months = (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    )

    def every_day(self) -> str:
        return "every day"

    def every(self, seconds: int) -> str:
        parts = _parts(seconds)
        if len(parts) == 1 and parts[0][0] == 1:
            return f"every {self._units[parts[0][1]]}"
        return f"every {self._span(seconds)}"

    def window(self, begin: str, end: str) -> str:
        return " ".join([*([f"from {begin}"] if begin else []), *([f"to {end}"] if end else [])])

    def once(self, begin: str, end: str) -> str:
        if begin and end:
            return f"once between {begin} and {end}"
        return f"at {begin}" if begin else f"once before {end}" if end else ""

    def days(self, schedule: Schedule) -> str:
        found = self._days(schedule)
        if schedule.every_weeks > 1:
            found += f" every {schedule.every_weeks} weeks"
        return found

    def _days(self, schedule: Schedule) -> str:
        day, days = schedule.day_in_month, schedule.week_days
        if day:
            place = "last" if day == -1 else _ordinal(abs(day)) + (" last" if day < 0 else "")
            return f"on the {place} day of the month"
        if schedule.week_day_in_month:
            number = schedule.week_day_in_month
            place = "last" if number == -1 else _ordinal(abs(number)) + " last" * (number < 0)
            names = _listed([self._days_of_week[one - 1] for one in days], "and")
            return f"on the {place} {names} of the month"
        rhythm = f"every {schedule.every_days} days" if schedule.every_days > 1 else ""
        if days == WEEK:
            return rhythm or self.every_day()
        if days == _WORKING:
            found = "on weekdays"
        elif days == _FREE:
            found = "at weekends"
        else:
            found = f"on {_listed([f'{self._days_of_week[one - 1]}s' for one in days], 'and')}"
        return f"{found} {rhythm}".rstrip()

    def months(self, months: Sequence[int]) -> str:
        return f"in {_listed([self._months[month - 1] for month in months], 'and')}"

    def period(self, schedule: Schedule) -> list[str]:
        begin, end = schedule.begin_date, schedule.end_date
        if begin and end:
            return [f"from {begin} to {end}"]
        return [f"from {begin} on"] if begin else [f"until {end}"] if end else []

    def limits(self, times: Times) -> list[str]:
        found = []
        if times.pause:
            pause = self._span(times.pause)
            between = f"{pause} of pause before the next start"
            found.append(between if times.repeat else f"again {pause} after the end")
        if times.stop:
            found.append(f"stopped at {clock(times.stop)}")
        if times.stop_after:
            found.append(f"stopped after {self._span(times.stop_after)}")
        return found

    def _span(self, seconds: int) -> str:
        return " ".join(
            f"{count} {self._units[unit]}{'s' * (count != 1)}" for count, unit in _parts(seconds)
        )


def _is_one(count: int) -> bool:
    """Whether a Russian noun stands in the singular behind the number."""
    return count % 10 == 1 and count % 100 != 11


def _counted(count: int, one: str, few: str, many: str) -> str:
    """A number with its noun: 1 день, 2 дня, 5 дней."""
    if _is_one(count):
        return f"{count} {one}"
    is_few = 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14
    return f"{count} {few if is_few else many}"


def _ordinal(number: int) -> str:
    teen = 11 <= number % 100 <= 13
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _dotted(date: str) -> str:
    """An ISO date as Russian writes it: `2025-02-01` → `01.02.2025`."""
    return ".".join(reversed(date[:10].split("-"))) if date else ""
