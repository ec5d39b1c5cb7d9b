"""Schedules are said in words, in both languages, and nothing of them is left out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cai_assets.site.schedule import COLUMNS, DAILY_COLUMNS, Schedule, Times, in_words

_HALF_HOUR = 1800


@pytest.mark.parametrize(
    ("schedule", "russian", "english"),
    [
        (Schedule(Times("01:00:00")), "каждый день в 01:00", "every day at 01:00"),
        (
            Schedule(Times("08:00:00", "20:00:00", repeat=900), week_days=(1, 2, 3, 4, 5)),
            "каждые 15 минут с 08:00 до 20:00 по будням",
            "every 15 minutes from 08:00 to 20:00 on weekdays",
        ),
        (Schedule(Times(repeat=60)), "каждую минуту", "every minute"),
        (Schedule(Times(repeat=3600)), "каждый час", "every hour"),
        (Schedule(Times(repeat=21 * 60)), "каждую 21 минуту", "every 21 minutes"),
        (Schedule(Times(repeat=11 * 60)), "каждые 11 минут", "every 11 minutes"),
        (Schedule(Times(repeat=2 * 3600)), "каждые 2 часа", "every 2 hours"),
        (Schedule(Times(repeat=85)), "каждые 1 минуту 25 секунд", "every 1 minute 25 seconds"),
        (Schedule(), "каждый день, время не задано", "every day, no time set"),
        (
            Schedule(week_days=(7,), every_days=0),
            "по воскресеньям, время не задано, без повтора в другие дни",
            "on Sundays, no time set, not repeated on other days",
        ),
        (
            Schedule(Times("01:00:00", "07:00:00"), week_days=(6, 7)),
            "по выходным один раз между 01:00 и 07:00",
            "at weekends once between 01:00 and 07:00",
        ),
        (
            Schedule(Times("03:30:15"), week_days=(1, 3, 5)),
            "по понедельникам, средам и пятницам в 03:30:15",
            "on Mondays, Wednesdays and Fridays at 03:30:15",
        ),
        (
            Schedule(Times("08:00:00"), every_days=7),
            "раз в 7 дней в 08:00",
            "every 7 days at 08:00",
        ),
        (
            Schedule(Times("08:00:00"), week_days=(1,), every_weeks=2),
            "по понедельникам раз в 2 недели в 08:00",
            "on Mondays every 2 weeks at 08:00",
        ),
        (
            Schedule(Times("02:00:00"), day_in_month=-1),
            "в последний день месяца в 02:00",
            "on the last day of the month at 02:00",
        ),
        (
            Schedule(Times("02:00:00"), day_in_month=5, months=(1, 7)),
            "5-го числа каждого месяца в 02:00, в январе и июле",
            "on the 5th day of the month at 02:00, in January and July",
        ),
        (
            Schedule(Times("02:00:00"), week_days=(2,), week_day_in_month=2),
            "во второй вторник месяца в 02:00",
            "on the 2nd Tuesday of the month at 02:00",
        ),
        (
            Schedule(Times("02:00:00"), week_days=(5,), week_day_in_month=-1),
            "в последнюю пятницу месяца в 02:00",
            "on the last Friday of the month at 02:00",
        ),
        (
            Schedule(daily=(Times("01:00:00"), Times("14:00:00"))),
            "каждый день в 01:00 и в 14:00",
            "every day at 01:00 and at 14:00",
        ),
        (
            Schedule(Times("04:00:00", "06:00:00", "06:00:00", _HALF_HOUR, 900, 300)),
            "каждые 15 минут с 04:00 до 06:00, пауза перед новым запуском 5 минут, "
            "прерывается в 06:00, прерывается через 30 минут",
            "every 15 minutes from 04:00 to 06:00, 5 minutes of pause before the next start, "
            "stopped at 06:00, stopped after 30 minutes",
        ),
        (
            Schedule(Times("08:00:00"), begin_date="2025-02-01", end_date="2025-03-05"),
            "каждый день в 08:00, с 01.02.2025 по 05.03.2025",
            "every day at 08:00, from 2025-02-01 to 2025-03-05",
        ),
    ],
)
def test_a_schedule_is_said_in_words(schedule: Schedule, russian: str, english: str) -> None:
    assert (in_words(schedule, "ru"), in_words(schedule, "en")) == (russian, english)


@pytest.mark.parametrize(
    ("times", "starts"),
    [
        (Times("01:00:00"), 1),
        (Times(repeat=300), 288),
        (Times("08:00:00", "20:00:00", repeat=3600), 12),
        (Times("20:00:00", "08:00:00", repeat=3600), 12),
        (Times("08:00:00", repeat=60), 960),
        (Times("08:00:00", "08:10:00", repeat=3600), 1),
    ],
)
def test_starts_of_a_day_are_counted_over_midnight_too(times: Times, starts: int) -> None:
    assert times.starts == starts


def test_a_schedule_comes_from_rows_of_the_tables() -> None:
    row = SimpleNamespace(**dict.fromkeys(COLUMNS))
    row.begin_time, row.week_days, row.days_repeat_period = "08:00:00", [5, 1], 1
    later, sooner = (SimpleNamespace(**dict.fromkeys(DAILY_COLUMNS)) for _ in range(2))
    later.order, later.begin_time = 1, "14:00:00"
    sooner.order, sooner.begin_time = 0, "01:00:00"

    schedule = Schedule.of(row, [later, sooner])

    assert in_words(schedule, "ru") == "по понедельникам и пятницам в 01:00 и в 14:00"
    assert schedule.starts == 2
