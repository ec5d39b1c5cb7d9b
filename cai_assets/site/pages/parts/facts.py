"""What matters about an object of a type, told from its properties in words.

The platform has two dozen properties per object; a reader looks for the few that decide how it
behaves. Each type has its own here; the card lists all others below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.site.model import Context, Words
from cai_assets.site.names import full_name
from cai_assets.site.pages.parts.typed import Link
from cai_assets.site.terms import event_name, property_name, property_value

Properties = Mapping[str, str]
_YES = "true"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its values: texts, or links."""

    name: str
    values: tuple[Link, ...]


def facts_of(type_: str, properties: Properties, context: Context) -> tuple[Fact, ...]:
    """The properties that matter of an object of the type."""
    if not properties:
        return ()
    found: list[Fact] = []
    for teller in _TELLERS.get(type_, ()):
        found += teller(properties, context)
    for name in _SHOWN.get(type_, "").split():
        value = properties.get(name, "")
        if value:
            found.append(Fact(property_name(name, context.language), linked(name, value, context)))
    return tuple(found)


def linked(name: str, value: str, context: Context) -> tuple[Link, ...]:
    """A value of a property: a link where it names metadata, else words."""
    values = value.split(", ") if ", " in value else [value]
    if all(_is_id(one) for one in values):
        return tuple(Link(_label(one, context), one) for one in values)
    if len(values) > 1 and all(one.isalnum() and one.isascii() for one in values):
        words = ", ".join(property_value(name, one, context.language) for one in values)
        return (Link(words),)
    return (Link(property_value(name, value, context.language)),)


def _is_id(value: str) -> bool:
    head, dot, rest = value.partition(".")
    return bool(dot and rest) and head in BY_NAME and " " not in value


def _label(id_: str, context: Context) -> str:
    """The name of an id; forms and the like by their own name."""
    if id_.startswith("CommonModule."):
        return id_.partition(".")[2]
    if id_.count(".") > 1:
        return id_.rpartition(".")[2]
    return full_name(id_, context.language)


def _text(name: Words, text: str, context: Context) -> Fact:
    return Fact(context.say(name.ru, name.en), (Link(text),))


def _counted(properties: Properties, kind: str, context: Context) -> str:
    """`строка, 9 знаков, переменной длины, с автонумерацией` of a code or number; empty without."""
    say = context.say
    length = properties.get(f"{kind}Length", "0")
    if length in ("", "0"):
        return ""
    number = properties.get(f"{kind}Type") == "Number"
    words = [
        say("число", "number") if number else say("строка", "string"),
        say(f"{length}\u00a0зн.", f"{length} characters"),
    ]
    if not number and properties.get(f"{kind}AllowedLength") == "Fixed":
        words.append(say("фиксированной длины", "fixed length"))
    if properties.get("Autonumbering") == _YES:
        words.append(say("автонумерация", "numbered automatically"))
    if properties.get("CheckUnique") == _YES:
        words.append(say("контроль уникальности", "kept unique"))
    return ", ".join(words)


def _code(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    text = _counted(properties, "Code", context)
    series = properties.get("CodeSeries", "")
    if text and series.startswith("Within"):
        text += ", " + property_value("CodeSeries", series, context.language).lower()
    yield _text(Words("Код", "Code"), text or say("нет", "none"), context)
    length = properties.get("DescriptionLength", "0")
    described = say(f"{length}\u00a0зн.", f"{length} characters")
    none = say("нет", "none")
    yield _text(Words("Наименование", "Description"), none if length == "0" else described, context)


def _number(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    text = _counted(properties, "Number", context)
    period = properties.get("NumberPeriodicity", "")
    if text and period and period != "Nonperiodical":
        text += ", " + property_value("NumberPeriodicity", period, context.language).lower()
    yield _text(Words("Номер", "Number"), text or say("нет", "none"), context)


def _hierarchy(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    if properties.get("Hierarchical") != _YES:
        return
    folders = properties.get("HierarchyType", "HierarchyFoldersAndItems")
    text = (
        say("группы и элементы", "folders and items")
        if folders == "HierarchyFoldersAndItems"
        else say("элементы", "items")
    )
    if properties.get("LimitLevelCount") == _YES:
        count = properties.get("LevelCount", "")
        text += say(f", уровней не больше {count}", f", at most {count} levels")
    yield _text(Words("Иерархия", "Hierarchy"), text, context)


def _subordination(properties: Properties, context: Context) -> Iterable[Fact]:
    use = properties.get("SubordinationUse", "ToItems")
    if use != "ToItems":
        yield Fact(
            property_name("SubordinationUse", context.language),
            linked("SubordinationUse", use, context),
        )


def _posting(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    if properties.get("Posting") != "Allow":
        yield _text(Words("Проведение", "Posting"), say("запрещено", "not posted"), context)
        return
    real_time = properties.get("RealTimePosting") == "Allow"
    words = [say("оперативное", "in real time") if real_time else say("разрешено", "allowed")]
    deletion = properties.get("RegisterRecordsDeletion", "")
    if deletion:
        name = property_name("RegisterRecordsDeletion", context.language).lower()
        value = property_value("RegisterRecordsDeletion", deletion, context.language).lower()
        words.append(f"{name}: {value}")
    if properties.get("PostInPrivilegedMode") == _YES:
        words.append(say("в привилегированном режиме", "in privileged mode"))
    yield _text(Words("Проведение", "Posting"), ", ".join(words), context)


def _runs(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    places = [
        say(ru, en)
        for name, ru, en in (
            ("ClientManagedApplication", "клиент", "client"),
            ("ClientOrdinaryApplication", "клиент обычного приложения", "ordinary client"),
            ("Server", "сервер", "server"),
            ("ExternalConnection", "внешнее соединение", "external connection"),
        )
        if properties.get(name) == _YES
    ]
    yield _text(
        Words("Выполняется", "Runs on"), ", ".join(places) or say("нигде", "nothing"), context
    )
    flags = [
        say(ru, en)
        for name, ru, en in (
            ("ServerCall", "вызов сервера", "server call"),
            ("Global", "глобальный", "global"),
            ("Privileged", "привилегированный", "privileged"),
        )
        if properties.get(name) == _YES
    ]
    if flags:
        yield _text(Words("Режимы", "Modes"), ", ".join(flags), context)
    reuse = properties.get("ReturnValuesReuse", "DontUse")
    if reuse != "DontUse":
        text = property_value("ReturnValuesReuse", reuse, context.language).lower()
        yield _text(Words("Повторное использование", "Return values reuse"), text, context)


def _periodic(properties: Properties, context: Context) -> Iterable[Fact]:
    say = context.say
    period = properties.get("InformationRegisterPeriodicity", "Nonperiodical")
    text = property_value("InformationRegisterPeriodicity", period, context.language).lower()
    yield _text(Words("Периодичность", "Periodicity"), text, context)
    mode = properties.get("WriteMode", "Independent")
    text = property_value("WriteMode", mode, context.language).lower()
    yield _text(Words("Режим записи", "Write mode"), text, context)
    slices = [
        say(ru, en)
        for name, ru, en in (
            ("EnableTotalsSliceFirst", "срез первых", "first slice"),
            ("EnableTotalsSliceLast", "срез последних", "last slice"),
        )
        if properties.get(name) == _YES
    ]
    if slices:
        yield _text(Words("Хранимые итоги", "Stored totals"), ", ".join(slices), context)


def _event(properties: Properties, context: Context) -> Iterable[Fact]:
    event = properties.get("Event", "")
    if event:
        yield _text(Words("Событие", "Event"), event_name(event, context.language), context)


_Teller = Callable[[Properties, Context], Iterable[Fact]]
_CODED: tuple[_Teller, ...] = (_code, _hierarchy, _subordination)

_TELLERS: Mapping[str, tuple[_Teller, ...]] = {
    "BusinessProcess": (_number,),
    "Catalog": _CODED,
    "ChartOfAccounts": (_code,),
    "ChartOfCalculationTypes": (_code,),
    "ChartOfCharacteristicTypes": _CODED,
    "CommonModule": (_runs,),
    "Document": (_number, _posting),
    "DocumentNumerator": (_number,),
    "EventSubscription": (_event,),
    "ExchangePlan": (_code,),
    "InformationRegister": (_periodic,),
    "Task": (_number,),
}

_SHOWN: Mapping[str, str] = {
    "AccountingRegister": "ChartOfAccounts Correspondence EnableTotalsSplitting",
    "AccumulationRegister": "RegisterType EnableTotalsSplitting",
    "BusinessProcess": "Task",
    "CalculationRegister": (
        "ChartOfCalculationTypes Periodicity ActionPeriod BasePeriod Schedule ScheduleValue"
    ),
    "ChartOfAccounts": "CodeMask ExtDimensionTypes MaxExtDimensionCount OrderLength",
    "ChartOfCalculationTypes": "DependenceOnCalculationTypes ActionPeriodUse",
    "ChartOfCharacteristicTypes": "CharacteristicExtValues",
    "CommandGroup": "Category Picture",
    "CommonAttribute": (
        "DataSeparation SeparatedDataUse DataSeparationUse DataSeparationValue "
        "ConditionalSeparation AutoUse"
    ),
    "CommonCommand": "Group ParameterUseMode ModifiesData",
    "CommonForm": "FormType",
    "CommonTemplate": "TemplateType",
    "Configuration": (
        "Version Vendor ScriptVariant CompatibilityMode DefaultRunMode DefaultLanguage "
        "DataLockControlMode ModalityUseMode InterfaceCompatibilityMode"
    ),
    "DataProcessor": "DefaultForm",
    "Document": "Numerator",
    "DocumentJournal": "DefaultForm",
    "EventSubscription": "Handler",
    "ExchangePlan": "DistributedInfoBase IncludeConfigurationExtensions",
    "FunctionalOption": "Location PrivilegedGetMode",
    "HTTPService": "RootURL ReuseSessions SessionMaxAge",
    "IntegrationService": "ExternalIntegrationServiceAddress",
    "Language": "LanguageCode",
    "Report": "MainDataCompositionSchema VariantsStorage DefaultForm",
    "ScheduledJob": (
        "MethodName Use Predefined Description Key RestartCountOnFailure RestartIntervalOnFailure"
    ),
    "StyleItem": "Type",
    "Task": "Addressing MainAddressingAttribute CurrentPerformer",
    "WebService": "Namespace XDTOPackages DescriptorFileName ReuseSessions SessionMaxAge",
    "XDTOPackage": "Namespace",
}
"""Properties that are told as they are, by type."""
