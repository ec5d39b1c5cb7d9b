from __future__ import annotations

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import DailySchedule, Schedule
from cai_assets.onec.metadata.schedules import read_designer_schedule, read_edt_schedule
from cai_assets.onec.sources import FileKind
from cai_assets_tests.onec.metadata.bodies import rows_without_place, source

SOURCE = source(FileKind.SCHEDULE, "ScheduledJob.Обмен", "Schedule")

EDT = """<?xml version="1.0" encoding="UTF-8"?>
<s:Schedule xmlns:s="http://g5.1c.ru/v8/dt/schedule" beginDate="2024-02-01" endDate="0001-01-01"
    daysRepeatPeriod="1" beginTime="08:15:00" endTime="20:00:00" completionTime="00:00:00"
    repeatPeriodInDay="300" repeatPause="90" weeksPeriod="1">
  <weekDays>Sun</weekDays>
  <weekDays>Mon</weekDays>
  <months>Dec</months>
  <months>Jan</months>
  <dailySchedules beginTime="01:00:00" endTime="00:00:00" repeatPause="5"/>
</s:Schedule>"""

DESIGNER = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<JobSchedule xmlns="http://v8.1c.ru/8.3/xcf/extrnprops"
    xmlns:ent="http://v8.1c.ru/8.1/data/enterprise" version="2.16">
  <Schedule BeginDate="2024-02-01" EndDate="0001-01-01" BeginTime="08:15:00" EndTime="20:00:00"
      CompletionTime="00:00:00" CompletionInterval="0" RepeatPeriodInDay="300" RepeatPause="90"
      WeekDayInMonth="0" DayInMonth="0" WeeksPeriod="1" DaysRepeatPeriod="1">
    <ent:WeekDays>1 7</ent:WeekDays>
    <ent:Months>1 12</ent:Months>
    <ent:DetailedDailySchedules BeginTime="01:00:00" EndTime="00:00:00" CompletionTime="00:00:00"
        CompletionInterval="0" RepeatPeriodInDay="0" RepeatPause="5">
      <ent:WeekDays/>
    </ent:DetailedDailySchedules>
  </Schedule>
</JobSchedule>"""


def test_a_schedule_states_when_its_job_runs() -> None:
    facts = read_edt_schedule(SOURCE, EDT.encode())
    assert facts.problems == []
    assert facts.schedules == [
        Schedule(
            job="ScheduledJob.Обмен",
            line=facts.schedules[0].line,
            begin_date="2024-02-01",
            begin_time="08:15:00",
            end_time="20:00:00",
            repeat_period_in_day=300,
            repeat_pause=90,
            weeks_period=1,
            days_repeat_period=1,
            week_days=(1, 7),
            months=(1, 12),
            daily=(DailySchedule("01:00:00", "", "", 0, 0, 5),),
        )
    ]


def test_both_layouts_say_the_same() -> None:
    edt = read_edt_schedule(SOURCE, EDT.encode())
    designer = read_designer_schedule(SOURCE, DESIGNER.encode())
    assert rows_without_place(edt) == rows_without_place(designer)


def test_unknown_days_and_numbers_are_problems_with_their_line() -> None:
    data = b'<s:Schedule xmlns:s="s" repeatPause="soon">\n<weekDays>Someday</weekDays></s:Schedule>'
    facts = read_edt_schedule(SOURCE, data)
    assert [problem.line for problem in facts.problems] == [2, 1]
    assert facts.schedules[0].week_days == ()
    assert facts.schedules[0].repeat_pause == 0

    data = b"<JobSchedule><Schedule><WeekDays>1 8 x</WeekDays></Schedule></JobSchedule>"
    facts = read_designer_schedule(SOURCE, data)
    assert facts.schedules[0].week_days == (1,)
    assert len(facts.problems) == 2


def test_another_document_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="not a schedule"):
        read_edt_schedule(SOURCE, b"<Rights/>")
    with pytest.raises(UnreadableFile, match="not a schedule"):
        read_designer_schedule(SOURCE, b"<Rights/>")
