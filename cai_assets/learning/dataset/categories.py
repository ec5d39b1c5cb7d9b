"""What a routine is for, decided by readable rules: the first that holds gives the category.

Rules go from what is certain to what is likely: who calls the routine (the platform, a form), what
its name says, what it uses, in which module it stands, what its statements do. What no rule knows
is `other`. Words are compared folded, in both languages of 1C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cai_assets.learning.dataset.bodies import Syntax
from cai_assets.learning.model import Words

QUERY, DOCUMENTS, VALIDATION, REFERENCES = (
    "query", "document_processing", "validation", "reference_processing",
)  # fmt: skip
TRANSFORMATION, CALCULATION, FORMS, OTHER = (
    "data_transformation", "calculation", "form_processing", "other",
)  # fmt: skip

CATEGORIES: Mapping[str, Words] = {
    QUERY: Words("запросы", "queries"),
    DOCUMENTS: Words("документы и движения", "documents and register records"),
    VALIDATION: Words("проверки", "validation"),
    REFERENCES: Words("справочные данные", "reference data"),
    TRANSFORMATION: Words("преобразование данных", "data transformation"),
    CALCULATION: Words("расчеты", "calculation"),
    FORMS: Words("формы и команды", "forms and commands"),
    OTHER: Words("прочее", "other"),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().replace("ё", "е").split())


# --- what a routine uses ------------------------------------------------------------------

NAMED: Mapping[str, frozenset[str]] = {
    "movements": _words("""
        Движения RegisterRecords РежимПроведенияДокумента DocumentPostingMode
        РежимЗаписиДокумента DocumentWriteMode ВидДвиженияНакопления AccumulationRecordType"""),
    "forms": _words("""
        Элементы Items ЭтаФорма ThisForm ВладелецФормы FormOwner ТекущийЭлемент CurrentItem
        УсловноеОформление ConditionalAppearance"""),
    "refusal": _words("Отказ Cancel ЕстьОшибки HasErrors ТекстОшибки ErrorText"),
}
"""Marks by which a routine is known: one of these names stands in its code."""

CALLED: Mapping[str, frozenset[str]] = {
    "forms": _words("""
        ОткрытьФорму OpenForm ПолучитьФорму GetForm ПоказатьВопрос ShowQueryBox
        ПоказатьПредупреждение ShowMessageBox ПоказатьЗначение ShowValue
        ПоказатьОповещениеПользователя ShowUserNotification ПоказатьВводЗначения ShowInputValue
        ПоказатьВводСтроки ShowInputString Оповестить Notify ОповеститьОбИзменении NotifyChanged
        ВыполнитьОбработкуОповещения ExecuteNotifyProcessing RunCallback
        ПодключитьОбработчикОжидания AttachIdleHandler
        ПерейтиПоНавигационнойСсылке GotoURL ВыбратьИзМеню ChooseFromMenu"""),
    "messages": _words("""
        СообщитьПользователю MessageToUser Сообщить Message ShowMessage ShowUsersMessage"""),
    "texts": _words("""
        СтрЗаменить StrReplace СтрРазделить StrSplit СтрСоединить StrConcat Лев Left Прав Right
        Сред Mid ВРег Upper НРег Lower ТРег Title СокрЛП TrimAll СокрЛ TrimL СокрП TrimR
        Формат Format СтрНайти StrFind СтрПолучитьСтроку StrGetLine КодСимвола CharCode
        РазложитьСтрокуВМассивПодстрок"""),
    "serialization": _words("""
        ЗаписатьJSON WriteJSON ПрочитатьJSON ReadJSON ЗаписатьXML WriteXML ПрочитатьXML ReadXML
        ЗаписатьXDTO WriteXDTO ПрочитатьXDTO ReadXDTO XMLСтрока XMLString XMLЗначение XMLValue
        ЗначениеВСтрокуВнутр ValueToStringInternal ЗначениеИзСтрокиВнутр ValueFromStringInternal
        Base64Строка Base64String Base64Значение Base64Value КодироватьСтроку EncodeString
        РаскодироватьСтроку DecodeString ЗаписатьНачалоЭлемента WriteStartElement
        ПолучитьДвоичныеДанныеИзСтроки GetBinaryDataFromString"""),
    "filling": _words("""
        ЗаполнитьЗначенияСвойств FillPropertyValues ЗагрузитьКолонку LoadColumn
        ВыгрузитьКолонку UnloadColumn Выгрузить Unload Свернуть GroupBy
        СкопироватьКолонки CopyColumns"""),
    "adding": _words("Добавить Add Вставить Insert"),
    "mathematics": _words("Окр Round Цел Int Pow Sqrt Log Log10 Exp Sin Cos"),
    "finding": _words("""
        НайтиПоКоду FindByCode НайтиПоНаименованию FindByDescription НайтиПоРеквизиту
        FindByAttribute СоздатьЭлемент CreateItem СоздатьГруппу CreateFolder
        ЗначениеРеквизитаОбъекта ЗначенияРеквизитовОбъекта ЗначениеРеквизитаОбъектов
        ЗначенияРеквизитовОбъектов"""),
    "writing_documents": _words("СоздатьДокумент CreateDocument"),
}  # fmt: skip
"""Marks by which a routine is known: it calls one of these."""

MADE: Mapping[str, frozenset[str]] = {
    "query": _words("""
        Запрос Query ПостроительЗапроса QueryBuilder СхемаЗапроса QuerySchema
        ПостроительОтчета ReportBuilder"""),
    "forms": _words("ОписаниеОповещения NotifyDescription CallbackDescription"),
    "messages": _words("СообщениеПользователю UserMessage"),
    "markup": _words("""
        ЧтениеXML XMLReader ЗаписьXML XMLWriter ЧтениеJSON JSONReader ЗаписьJSON JSONWriter
        ПостроительDOM DOMBuilder ЗаписьDOM DOMWriter ПреобразованиеXSL XSLTransform
        ЧтениеHTML HTMLReader ЗаписьHTML HTMLWriter ЧтениеДанных DataReader
        ЗаписьДанных DataWriter"""),
    "collections": _words("""
        Структура Structure Соответствие Map Массив Array ТаблицаЗначений ValueTable
        СписокЗначений ValueList ДеревоЗначений ValueTree ФиксированнаяСтруктура FixedStructure
        ФиксированноеСоответствие FixedMap ФиксированныйМассив FixedArray"""),
}
"""Marks by which a routine is known: it makes one of these with `Новый`."""

DOCUMENT_TYPES = frozenset({"Document", "DocumentJournal", "Sequence"})
MOVEMENT_TYPES = frozenset({"AccumulationRegister", "AccountingRegister", "CalculationRegister"})
REFERENCE_TYPES = frozenset(
    {
        "Catalog", "ChartOfCharacteristicTypes", "ChartOfAccounts", "ChartOfCalculationTypes",
        "Enum", "InformationRegister", "Constant", "ExchangePlan",
    }
)  # fmt: skip
SETTINGS = frozenset({"Constant", "ExchangePlan"})
"""Types of objects. To call the manager of one is a mark, too: `Справочники.Валюты.Метод()`."""

WEAK_CALLS = _words("ПустаяСсылка EmptyRef ТипВсеСсылки AllRefsType")
"""Calls of managers that say nothing."""

# --- what its name says -------------------------------------------------------------------

_CHECKS = _words("""
    проверить проверка проверять проверяет убедиться контроль проконтролировать сверить
    check validate verify validation ensure assert recheck""")
_ASKS = _words("""
    это является есть имеется имеет имеются доступна доступно доступны доступен требуется требуются
    необходимо необходима нужно нужен возможно возможна можно может используется используются
    содержит содержится разрешено разрешена разрешен запрещено запрещена заполнен заполнена
    заполнено заполнены существует изменен изменена изменены изменено включен включена включено
    включены корректен корректна корректно пустая пустой пустое установлен установлена совпадает
    поддерживается выполняется показывать использовать не
    is are has have can exists exist need needs allowed must contains should""")
_STATES = _words("""
    существует соответствует доступен доступна доступно заполнен заполнена включен включена включено
    используется поддерживается корректен корректна требуется разрешено запрещено
    exists available allowed enabled valid""")
_COUNTS = _words("""
    рассчитать рассчитывать расчет пересчитать перерасчет вычислить вычисление посчитать подсчитать
    сосчитать округлить распределить
    calculate recalculate calculation calculations compute round distribute allocate revaluate""")
_AMOUNTS = _words("""
    количество сумма курс итог итого остаток процент доля размер длительность
    count sum total amount rate percent duration""")
_EVALUATES = _words("xpath выражение выражения expression безопасном формулу")
"""What is evaluated, not calculated: a text that another program understands."""
_CONVERTS = _words("""
    преобразовать преобразование конвертировать конвертация сериализовать десериализовать разобрать
    разложить собрать привести объединить извлечь перевести закодировать раскодировать кодировать
    форматировать сократить транслировать дополнить свернуть склеить упаковать распаковать
    подставить заменить разделить соединить скопировать копировать просклонять сгруппировать
    упорядочить сортировать отсортировать представление xslt
    convert covert transform serialize deserialize parse split join merge extract encode decode
    normalize pack unpack replace sort copy clone wrap compose concat concatenate
    collapse""")
_SHOWS = _words("""
    показать показывать отобразить открыть скрыть подключаемый attachable переключить
    show open hide display""")
_ACTS = _words("""
    get set create add send receive write save load read delete remove update run execute open
    close connect disconnect start stop put fill find do make post unpost try install print
    process begin end command link unlink attach detach clear reset register apply""")
_FILLS = _words("""
    заполнить дополнить сформировать собрать вывести fill collect compose prepare подготовить""")
_FINDS = _words("найти поиск искать find search lookup")
_DOCUMENT_NAMES = _words("""
    проведение проведения проводки движения движений распровести
    posting undoposting undo repost unpost movements""")
_DOCUMENT_WORDS = _words("документ документа документы документов document documents")
_COPULAS = frozenset({"в", "to", "из", "from"})
_SHAPES = _words("""
    строка строку строки массив массива структура структуру структуры таблица таблицу таблицы xml
    json html base64 соответствие соответствия дерево дерева число дата дату список списка двоичные
    hex csv текст текста uuid
    string array structure table map tree number date list binary text""")
_MOVES = _words("удалить убрать добавить добавление удаление add delete remove insert")
_FILES = _words("файл файла файлы file files каталог")
_FORM_PARAMETERS = _words("форма form элементы items этаформа владелецформы formowner")

# --- where it stands ----------------------------------------------------------------------

_OBJECT_MODULES = frozenset(
    {"ObjectModule", "ManagerModule", "RecordSetModule", "ValueManagerModule"}
)
_POSTING = _words("ОбработкаПроведения Posting ОбработкаУдаленияПроведения UndoPosting")
_BOOLEAN = frozenset({"boolean", "булево"})
_FILL_CHECK = _words("""
    ОбработкаПроверкиЗаполнения FillCheckProcessing ОбработкаПроверкиЗаполненияНаСервере
    FillCheckProcessingAtServer""")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    name: str
    """Folded."""
    words: tuple[str, ...]
    """Of the name, folded."""
    module_kind: str
    object_type: str
    function: bool
    event: str
    """The event of a form or its element that calls it, in English; empty if none."""
    command: bool
    """Action of a form's command."""
    marks: frozenset[str]
    """What it uses: `named`, `called`, `made` with a key of the tables above, as `made:query`;
    `manager` with a type of objects whose manager it calls, `manager:Catalog`."""
    queries: int
    """Query texts in it."""
    syntax: Syntax
    statements: int
    parameters: int
    types: frozenset[str]
    """Types of what it returns, folded, where they are known."""
    form_parameter: bool
    """A parameter is a form or its elements."""
    client: bool
    """The module runs on clients only."""

    @property
    def first(self) -> str:
        """The first word of the name."""
        return self.words[0] if self.words else ""

    @property
    def boolean(self) -> bool:
        """A function that is known to return Booleans alone."""
        return bool(self.types) and self.types <= _BOOLEAN

    @property
    def acts(self) -> bool:
        """The name begins with a verb of doing: an infinitive in Russian."""
        return self.first in _ACTS or self.first.endswith(("ть", "ться", "ти"))

    def has(self, *marks: str) -> bool:
        """Whether it has one of the marks."""
        return not self.marks.isdisjoint(marks)

    def manages(self, types: Iterable[str]) -> bool:
        """Whether it calls a manager of an object of one of the types."""
        return self.has(*(f"manager:{type_}" for type_ in types))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: if `holds`, the routine is of `category`, because of `reason`."""

    name: str
    category: str
    reason: Words
    holds: Callable[[Facts], bool]


def _rule(name: str, category: str, ru: str, en: str, holds: Callable[[Facts], bool]) -> Rule:
    return Rule(name, category, Words(ru, en), holds)


def _converts(facts: Facts) -> bool:
    """`МассивВСтроку`, `JSONToStructure`: a preposition with a shape of data behind it."""
    words = facts.words
    return facts.first not in _MOVES and any(
        word in _COPULAS and 0 < at < len(words) - 1 and words[at + 1] in _SHAPES
        for at, word in enumerate(words)
    )


def _counts(facts: Facts) -> bool:
    """`РассчитатьСумму`; `КоличествоСтрок` if it does count."""
    syntax = facts.syntax
    computes = syntax.minuses + syntax.products + syntax.additions + syntax.loops
    if facts.first in _COUNTS:
        return _EVALUATES.isdisjoint(facts.words)
    return facts.first in _AMOUNTS and computes > 0


def _posts(facts: Facts) -> bool:
    """`ЗаписатьДвижения`, `ПровестиДокумент`; not `ПровестиПроверку`."""
    words = set(facts.words)
    return facts.module_kind != "FormModule" and (
        not words.isdisjoint(_DOCUMENT_NAMES)
        or ("провести" in words and not words.isdisjoint(_DOCUMENT_WORDS))
    )


def _is_arithmetic(facts: Facts) -> bool:
    syntax = facts.syntax
    operators = syntax.minuses + syntax.products + facts.has("called:mathematics")
    return syntax.products > 0 and operators >= max(2, 0.4 * facts.statements)


def _refuses(facts: Facts) -> bool:
    """Little but conditions, and what is said if they do not hold."""
    says = facts.has("called:messages", "made:messages", "named:refusal")
    return (
        (not facts.function or facts.boolean)
        and not facts.acts
        and facts.syntax.branches > 0
        and (facts.syntax.raises > 0 or says)
        and facts.statements <= 2 + 3 * facts.syntax.branches
    )


def _gathers(facts: Facts) -> bool:
    """A function, or a procedure that fills something it is given."""
    if facts.function:
        return facts.first not in _FINDS
    return facts.first in _FILLS and facts.parameters > 0


def _constructs(facts: Facts) -> bool:
    """Makes a collection of what it is given; not a list of literals."""
    return (
        facts.function
        and facts.parameters > 0
        and facts.has("made:collections")
        and (facts.has("called:adding") or facts.syntax.property_assignments > 1)
        and facts.syntax.literals <= facts.statements <= 20
    )


def _in_module_of(types: frozenset[str]) -> Callable[[Facts], bool]:
    return lambda facts: facts.module_kind in _OBJECT_MODULES and facts.object_type in types


RULES: tuple[Rule, ...] = (
    _rule("posting_handler", DOCUMENTS, "обработчик проведения", "handler of posting",
          lambda f: f.name in _POSTING),
    _rule("fill_check_handler", VALIDATION, "обработчик проверки заполнения",
          "handler of the fill check",
          lambda f: f.name in _FILL_CHECK or f.event.startswith("FillCheck")),
    _rule("form_event", FORMS, "обработчик события формы или ее элемента",
          "handler of an event of a form or its element",
          lambda f: bool(f.event)),
    _rule("form_command", FORMS, "действие команды", "action of a command",
          lambda f: f.command or f.module_kind == "CommandModule"),
    _rule("checks_by_name", VALIDATION, "имя: проверить", "name: check",
          lambda f: f.first in _CHECKS),
    _rule("asks_by_name", VALIDATION, "имя функции: есть ли, так ли",
          "name of a function: is it, has it",
          lambda f: f.function and not f.queries and (f.boolean or not f.types)
          and (f.first in _ASKS or not _STATES.isdisjoint(f.words[1:]) and not f.acts)),
    _rule("calculates_by_name", CALCULATION, "имя: рассчитать", "name: calculate",
          lambda f: _counts(f) and not f.queries),
    _rule("posts_by_name", DOCUMENTS, "имя: проведение, движения", "name: posting, movements",
          _posts),
    _rule("converts_by_shapes", TRANSFORMATION, "имя: одно в другое", "name: one into another",
          lambda f: _converts(f) and not f.queries),
    _rule("query_text", QUERY, "содержит текст запроса", "holds the text of a query",
          lambda f: f.queries > 0),
    _rule("query_object", QUERY, "создает запрос", "makes a query",
          lambda f: f.has("made:query")),
    _rule("writes_movements", DOCUMENTS, "работает с движениями регистров",
          "handles records of registers",
          lambda f: f.has("named:movements") or f.manages(MOVEMENT_TYPES)),
    _rule("converts_by_name", TRANSFORMATION, "имя: преобразовать", "name: convert",
          lambda f: f.first in _CONVERTS and f.module_kind != "FormModule"
          and _FILES.isdisjoint(f.words)),
    _rule("markup", TRANSFORMATION, "читает или пишет XML, JSON, HTML",
          "reads or writes XML, JSON, HTML",
          lambda f: f.has("made:markup")),
    _rule("form_module", FORMS, "стоит в модуле формы", "stands in the module of a form",
          lambda f: f.module_kind == "FormModule"),
    _rule("form_parameter", FORMS, "получает форму или ее элементы",
          "is given a form or its elements",
          lambda f: f.form_parameter),
    _rule("user_interface", FORMS, "открывает формы, оповещает, спрашивает пользователя",
          "opens forms, notifies, asks the user",
          lambda f: f.has("named:forms", "called:forms", "made:forms")
          and (f.client or f.first in _SHOWS)),
    _rule("document_module", DOCUMENTS, "стоит в модуле документа или регистра движений",
          "stands in a module of a document or of a register of movements",
          _in_module_of(DOCUMENT_TYPES | MOVEMENT_TYPES)),
    _rule("reference_module", REFERENCES,
          "стоит в модуле справочника, плана, перечисления, регистра сведений, константы",
          "stands in a module of a catalog, chart, enumeration, information register, constant",
          _in_module_of(REFERENCE_TYPES)),
    _rule("boolean", VALIDATION, "функция отвечает да или нет",
          "a function that answers yes or no",
          lambda f: f.boolean and not f.acts and f.statements <= 15),
    _rule("arithmetic", CALCULATION, "в большинстве операторов арифметика",
          "arithmetic in most statements", _is_arithmetic),
    _rule("refuses", VALIDATION, "вызывает исключение или сообщает об ошибке по условию",
          "raises or reports an error on a condition", _refuses),
    _rule("serialization", TRANSFORMATION, "переводит значения в текст, XML, JSON и обратно",
          "turns values into text, XML, JSON and back",
          lambda f: f.has("called:serialization") and f.statements <= 20),
    _rule("documents", DOCUMENTS, "обращается к менеджерам документов",
          "uses managers of documents",
          lambda f: f.manages(DOCUMENT_TYPES) or f.has("called:writing_documents")),
    _rule("references", REFERENCES,
          "обращается к менеджерам справочников и регистров сведений, читает реквизиты ссылок",
          "uses managers of catalogs and information registers, reads attributes of references",
          lambda f: f.manages(REFERENCE_TYPES - SETTINGS) or f.has("called:finding")),
    _rule("reshapes", TRANSFORMATION, "перекладывает строки, свойства, колонки",
          "moves rows, properties, columns",
          lambda f: f.has("called:filling") and _gathers(f) and f.statements <= 40),
    _rule("collects", TRANSFORMATION, "в цикле собирает коллекцию", "collects in a loop",
          lambda f: f.syntax.loops > 0 and f.has("called:adding") and _gathers(f)
          and f.statements <= 30),
    _rule("constructs", TRANSFORMATION, "собирает коллекцию из того, что получает",
          "makes a collection of what it is given", _constructs),
    _rule("edits_text", TRANSFORMATION, "разбирает и собирает строки",
          "takes texts apart and puts them together",
          lambda f: f.has("called:texts") and f.statements <= 10 and not f.syntax.raises),
)  # fmt: skip
"""All rules, in the order in which they are asked."""

NO_RULE = Rule(
    "no_rule", OTHER, Words("ни одно правило не подошло", "no rule applied"), lambda facts: True
)
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in (*RULES, NO_RULE)}


def is_form_parameter(name: str) -> bool:
    """Whether a parameter of this name is a form or what stands on it."""
    return name.casefold() in _FORM_PARAMETERS


def categorise(facts: Facts) -> Rule:
    """The first rule that holds."""
    return next((rule for rule in RULES if rule.holds(facts)), NO_RULE)
