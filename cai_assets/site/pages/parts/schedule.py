"""When a scheduled job runs, in words."""

from __future__ import annotations

from collections.abc import Sequence

from cai_assets.site.model import Context, Row

_WEEK_RU = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_RU = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAY = 86400


def schedule_words(row: Row, details: Sequence[Row], context: Context) -> tuple[str, ...]:
    """A schedule as short phrases: on which days, at which time, how often, from when to when.

    `details` are the detailed schedules within a day; with them the times of the schedule itself
    do not count.
    """
    phrases = [_days(row, context)]
    if details:
        ordered = sorted(details, key=lambda one: (one.begin_time or "", one.order))
        phrases += [_times(one, context) for one in ordered]
    else:
        phrases.append(_times(row, context))
    phrases.append(_dates(row, context))
    return tuple(phrase for phrase in phrases if phrase)


def _days(row: Row, context: Context) -> str:
    say = context.say
    weekdays = sorted(set(row.week_days or ()))
    months = sorted(set(row.months or ()))
    if row.day_in_month:
        day = row.day_in_month
        text = (
            say(f"{day}-го числа месяца", f"on day {day} of the month")
            if day > 0
            else say(f"за {-day} дн. до конца месяца", f"{-day} days before the end of the month")
        )
    elif not row.days_repeat_period:
        text = say("один раз", "once")
    elif row.days_repeat_period == 1:
        text = say("каждый день", "every day")
    else:
        count = row.days_repeat_period
        text = say(f"каждые {count} дн.", f"every {count} days")
    if weekdays and len(weekdays) < len(_WEEK_RU):
        names = say(_names(weekdays, _WEEK_RU), _names(weekdays, _WEEK_EN))
        number = row.week_day_in_month
        if number:
            names += say(f" ({number}-й в месяце)", f" (no. {number} of the month)")
        text = names if row.days_repeat_period == 1 else f"{text}, {names}"
    if row.weeks_period and row.weeks_period > 1:
        text += say(f", каждую {row.weeks_period}-ю неделю", f", every {row.weeks_period} weeks")
    if months and len(months) < len(_MONTHS_RU):
        text += ": " + say(_names(months, _MONTHS_RU), _names(months, _MONTHS_EN))
    return text


def _names(numbers: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(names[number - 1] for number in numbers if 0 < number <= len(names))


def _times(row: Row, context: Context) -> str:
    say = context.say
    begin, end = _clock(row.begin_time), _clock(row.end_time)
    parts = []
    if row.repeat_period_in_day:
        every = duration(row.repeat_period_in_day, context)
        parts.append(say(f"каждые {every}", f"every {every}"))
    if begin and end:
        parts.append(say(f"с {begin} до {end}", f"from {begin} to {end}"))
    elif begin:
        repeated = bool(row.repeat_period_in_day)
        parts.append(
            say(
                f"с {begin}" if repeated else f"в {begin}",
                f"from {begin}" if repeated else f"at {begin}",
            )
        )
    elif end:
        parts.append(say(f"до {end}", f"until {end}"))
    if row.repeat_pause:
        pause = duration(row.repeat_pause, context)
        parts.append(say(f"пауза между запусками {pause}", f"pause between runs {pause}"))
    stop = _clock(row.completion_time)
    if stop:
        parts.append(say(f"завершается в {stop}", f"stopped at {stop}"))
    if row.completion_interval:
        length = duration(row.completion_interval, context)
        parts.append(say(f"завершается через {length}", f"stopped after {length}"))
    return ", ".join(parts)


def _dates(row: Row, context: Context) -> str:
    parts = []
    if row.begin_date:
        parts.append(context.say(f"с {row.begin_date}", f"from {row.begin_date}"))
    if row.end_date:
        parts.append(context.say(f"по {row.end_date}", f"to {row.end_date}"))
    return " ".join(parts)


def _clock(time: str | None) -> str:
    """`08:15:00` → `08:15`."""
    text = time or ""
    return text.removesuffix(":00") if text.count(":") == 2 else text


def duration(seconds: int, context: Context) -> str:
    """A span of time in its largest whole units: `1 ч 30 мин`."""
    units = (
        (_DAY, context.say("сут", "d")),
        (3600, context.say("ч", "h")),
        (60, context.say("мин", "min")),
        (1, context.say("с", "s")),
    )
    parts = []
    for size, unit in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}\u00a0{unit}")
    return " ".join(parts) or f"0\u00a0{units[-1][1]}"
