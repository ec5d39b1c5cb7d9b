"""Fields that the platform gives objects, and those of virtual tables of registers.

Names in both languages as queries and rights write them. Source: the platform's documentation
of tables for queries, as the syntax assistant describes them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Leads(StrEnum):
    """Where a path goes on behind a standard field."""

    NOWHERE = ""
    SELF = "self"
    OWNER = "owner"
    RECORDER = "recorder"
    ACCOUNT = "account"
    CALCULATION = "calculation"
    TASK = "task"
    PROCESS = "process"
    DOCUMENTS = "documents"
    CHARACTERISTIC = "characteristic"
    UNKNOWN = "unknown"


class StandardField(NamedTuple):
    """A field of the platform: its English name and where a path goes on behind it."""

    name: str
    leads: Leads = Leads.NOWHERE


RUSSIAN_FIELDS: Final = {
    "Ref": "Ссылка",
    "Code": "Код",
    "Description": "Наименование",
    "Owner": "Владелец",
    "Parent": "Родитель",
    "DeletionMark": "ПометкаУдаления",
    "IsFolder": "ЭтоГруппа",
    "Predefined": "Предопределенный",
    "PredefinedDataName": "ИмяПредопределенныхДанных",
    "DataVersion": "ВерсияДанных",
    "Presentation": "Представление",
    "Number": "Номер",
    "Date": "Дата",
    "Posted": "Проведен",
    "PointInTime": "МоментВремени",
    "Type": "Тип",
    "Order": "Порядок",
    "ValueType": "ТипЗначения",
    "AccountType": "Вид",
    "OffBalance": "Забалансовый",
    "ActionPeriodIsBasic": "ПериодДействияБазовый",
    "SentNo": "НомерОтправленного",
    "ReceivedNo": "НомерПринятого",
    "ThisNode": "ЭтотУзел",
    "ExchangeDate": "ДатаОбмена",
    "Completed": "Завершен",
    "HeadTask": "ВедущаяЗадача",
    "Started": "Стартован",
    "BusinessProcess": "БизнесПроцесс",
    "RoutePoint": "ТочкаМаршрута",
    "Executed": "Выполнена",
    "Period": "Период",
    "Recorder": "Регистратор",
    "LineNumber": "НомерСтроки",
    "Active": "Активность",
    "RecordType": "ВидДвижения",
    "Account": "Счет",
    "AccountDr": "СчетДт",
    "AccountCr": "СчетКт",
    "BalancedAccount": "КорСчет",
    "PeriodAdjustment": "УточнениеПериода",
    "CalculationType": "ВидРасчета",
    "ActionPeriod": "ПериодДействия",
    "BegOfActionPeriod": "ПериодДействияНачало",
    "EndOfActionPeriod": "ПериодДействияКонец",
    "BegOfBasePeriod": "БазовыйПериодНачало",
    "EndOfBasePeriod": "БазовыйПериодКонец",
    "RegistrationPeriod": "ПериодРегистрации",
    "ReversingEntry": "Сторно",
    "Value": "Значение",
    "Node": "Узел",
    "MessageNo": "НомерСообщения",
    "ExtDimensionType": "ВидСубконто",
    "TurnoversOnly": "ТолькоОбороты",
    "SecondPeriod": "ПериодСекунда",
    "MinutePeriod": "ПериодМинута",
    "HourPeriod": "ПериодЧас",
    "DayPeriod": "ПериодДень",
    "WeekPeriod": "ПериодНеделя",
    "TenDaysPeriod": "ПериодДекада",
    "MonthPeriod": "ПериодМесяц",
    "QuarterPeriod": "ПериодКвартал",
    "HalfYearPeriod": "ПериодПолугодие",
    "YearPeriod": "ПериодГод",
}
"""Standard fields by their English names, in Russian."""

_LEADS: Final = {
    "Ref": Leads.SELF,
    "Parent": Leads.SELF,
    "Owner": Leads.OWNER,
    "Recorder": Leads.RECORDER,
    "Account": Leads.ACCOUNT,
    "AccountDr": Leads.ACCOUNT,
    "AccountCr": Leads.ACCOUNT,
    "BalancedAccount": Leads.ACCOUNT,
    "CalculationType": Leads.CALCULATION,
    "HeadTask": Leads.TASK,
    "BusinessProcess": Leads.PROCESS,
    "RoutePoint": Leads.UNKNOWN,
    "Node": Leads.UNKNOWN,
    "PointInTime": Leads.UNKNOWN,
    "Value": Leads.UNKNOWN,
    "ExtDimensionType": Leads.CHARACTERISTIC,
}

_REFERENCE = "Ref DeletionMark DataVersion Presentation"
_PREDEFINED = f"{_REFERENCE} Code Description Predefined PredefinedDataName"
_RECORDS = "Period Recorder LineNumber Active PointInTime"

_BY_KIND: Final = {
    "Catalog": f"{_PREDEFINED} Owner Parent IsFolder",
    "Document": f"{_REFERENCE} Number Date Posted PointInTime",
    "DocumentJournal": "Ref Number Date Posted DeletionMark Type PointInTime Presentation",
    "Enum": "Ref Order Presentation",
    "ChartOfCharacteristicTypes": f"{_PREDEFINED} Parent IsFolder ValueType",
    "ChartOfAccounts": f"{_PREDEFINED} Parent Order OffBalance Type AccountType",
    "ChartOfCalculationTypes": f"{_PREDEFINED} ActionPeriodIsBasic",
    "ExchangePlan": f"{_REFERENCE} Code Description SentNo ReceivedNo ThisNode ExchangeDate",
    "BusinessProcess": f"{_REFERENCE} Number Date Completed HeadTask Started PointInTime",
    "Task": f"{_REFERENCE} Number Date Description BusinessProcess RoutePoint Executed PointInTime",
    "InformationRegister": _RECORDS,
    "AccumulationRegister": f"{_RECORDS} RecordType",
    "AccountingRegister": (
        f"{_RECORDS} RecordType Account AccountDr AccountCr BalancedAccount PeriodAdjustment"
    ),
    "CalculationRegister": (
        "Recorder LineNumber Active CalculationType ActionPeriod BegOfActionPeriod "
        "EndOfActionPeriod BegOfBasePeriod EndOfBasePeriod RegistrationPeriod ReversingEntry"
    ),
    "Constant": "Value",
    "Sequence": "Period Recorder PointInTime",
    "FilterCriterion": "Ref Value",
    "ExternalDataSource": "Ref Presentation",
    "TabularSection": "Ref LineNumber",
    "StandardTabularSection": (
        "Ref LineNumber ExtDimensionType TurnoversOnly Predefined CalculationType"
    ),
    "Changes": "Ref Node MessageNo Period Recorder",
}
_PERIODS = (
    "Period Recorder LineNumber SecondPeriod MinutePeriod HourPeriod DayPeriod WeekPeriod "
    "TenDaysPeriod MonthPeriod QuarterPeriod HalfYearPeriod YearPeriod"
)
_WITH_PERIODS: Final = frozenset({"Turnovers", "BalanceAndTurnovers", "DrCrTurnovers"})


def _fields(names: str, special: dict[str, Leads] | None = None) -> dict[str, StandardField]:
    leads = {**_LEADS, **(special or {})}
    return {
        word.casefold(): StandardField(name, leads.get(name, Leads.NOWHERE))
        for name in names.split()
        for word in (name, RUSSIAN_FIELDS[name])
    }


_SPECIAL: Final = {
    "DocumentJournal": {"Ref": Leads.DOCUMENTS},
    "FilterCriterion": {"Ref": Leads.UNKNOWN},
}
STANDARD_FIELDS: Final[dict[str, dict[str, StandardField]]] = {
    kind: _fields(names, _SPECIAL.get(kind)) for kind, names in _BY_KIND.items()
}
"""By kind of object, of tabular section, or `Changes`: the folded names of standard fields."""

_PERIOD_FIELDS: Final = _fields(_PERIODS)

_SUFFIXES: Final = {
    suffix.casefold()
    for suffix in (
        *("Balance", "Turnover", "Receipt", "Expense", "OpeningBalance", "ClosingBalance"),
        *("Остаток", "Оборот", "Приход", "Расход", "НачальныйОстаток", "КонечныйОстаток"),
        *("BalanceDr", "BalanceCr", "TurnoverDr", "TurnoverCr"),
        *("ОстатокДт", "ОстатокКт", "ОборотДт", "ОборотКт"),
        *("SplittedBalanceDr", "SplittedBalanceCr", "SplittedBalance"),
        *("РазвернутыйОстатокДт", "РазвернутыйОстатокКт", "РазвернутыйОстаток"),
        *("OpeningBalanceDr", "OpeningBalanceCr", "ClosingBalanceDr", "ClosingBalanceCr"),
        *("НачальныйОстатокДт", "НачальныйОстатокКт", "КонечныйОстатокДт", "КонечныйОстатокКт"),
        *("OpeningSplittedBalanceDr", "OpeningSplittedBalanceCr"),
        *("ClosingSplittedBalanceDr", "ClosingSplittedBalanceCr"),
        *("НачальныйРазвернутыйОстатокДт", "НачальныйРазвернутыйОстатокКт"),
        *("КонечныйРазвернутыйОстатокДт", "КонечныйРазвернутыйОстатокКт"),
        *("BalancedTurnover", "BalancedTurnoverDr", "BalancedTurnoverCr"),
        *("КорОборот", "КорОборотДт", "КорОборотКт"),
        *(
            "Dr",
            "Cr",
            "Дт",
            "Кт",
            "Balanced",
            "Кор",
            "Base",
            "База",
            "PerActionPeriod",
            "PerActualActionPeriod",
        ),
        *("ПериодДействия", "ФактическийПериодДействия", "RegistrationPeriod"),
    )
}
_LONGEST_SUFFIX: Final = max(map(len, _SUFFIXES))

_EXT_DIMENSIONS: Final = tuple(
    name.casefold()
    for name in (
        *("ExtDimension", "ExtDimensionDr", "ExtDimensionCr", "ExtDimensionType"),
        *("ExtDimensionTypeDr", "ExtDimensionTypeCr", "BalancedExtDimension"),
        *("Субконто", "СубконтоДт", "СубконтоКт", "ВидСубконто", "ВидСубконтоДт"),
        *("ВидСубконтоКт", "КорСубконто"),
    )
)


def standard_field(kind: str, name: str, virtual: str = "") -> StandardField | None:
    """The standard field of that name, in either language, of a table of the kind.

    `virtual` names a virtual table in English: `Balance`, `Turnovers`, `Changes` ….
    """
    folded = name.casefold()
    found = STANDARD_FIELDS.get(kind, {}).get(folded)
    if found is None and virtual == "Changes":
        found = STANDARD_FIELDS["Changes"].get(folded)
    if found is None and virtual in _WITH_PERIODS:
        found = _PERIOD_FIELDS.get(folded)
    if found is None and kind == "AccountingRegister":
        numbered = folded.rstrip("0123456789")
        if numbered != folded and numbered in _EXT_DIMENSIONS:
            found = StandardField(name, Leads.UNKNOWN)
    return found


def without_suffix(name: str) -> list[str]:
    """What resource a field of a virtual table may be of: `СуммаОборот` → `Сумма`.

    Folded, the longest suffix first.
    """
    folded = name.casefold()
    return [
        folded[:-length]
        for length in range(min(_LONGEST_SUFFIX, len(folded) - 1), 0, -1)
        if folded[-length:] in _SUFFIXES
    ]
