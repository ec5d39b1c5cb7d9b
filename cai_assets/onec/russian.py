"""What readers say of files, in Russian.

Tables keep the English words, which programs may compare; this is for pages and terminals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

MODULE_KINDS: Final[Mapping[str, str]] = {
    "BotModule": "модули ботов",
    "CommandModule": "модули команд",
    "CommonModule": "общие модули",
    "ExternalConnectionModule": "модуль внешнего соединения",
    "FormModule": "модули форм",
    "HTTPServiceModule": "модули HTTP-сервисов",
    "IntegrationServiceModule": "модули сервисов интеграции",
    "ManagedApplicationModule": "модуль приложения",
    "ManagerModule": "модули менеджеров",
    "ObjectModule": "модули объектов",
    "OrdinaryApplicationModule": "модуль обычного приложения",
    "RecordSetModule": "модули наборов записей",
    "SessionModule": "модуль сеанса",
    "ValueManagerModule": "модули менеджеров значений",
    "WebServiceModule": "модули веб-сервисов",
    "WebSocketClientModule": "модули WebSocket-клиентов",
}

PROJECTS: Final[Mapping[str, str]] = {
    "configuration": "конфигурация",
    "extension": "расширение",
    "external": "внешний объект",
    "edt": "проект EDT",
    "designer": "выгрузка конфигуратора",
}

_AGAIN = "выгрузите файл заново"

_MESSAGES: Final[Mapping[str, str]] = {
    # any file
    "a kind of file that is not read": "файлы этого вида не читаются",
    "a link; links are not followed": "ссылка; по ссылкам чтение не идёт",
    "architecture contract, which the architecture analysis reads": (
        "архитектурный контракт, его читает анализ архитектуры"
    ),
    "belongs to no 1C project": "не относится ни к одному проекту 1С",
    "bytes that are not valid {}; save the file as UTF-8": (
        "есть байты не в кодировке {}; сохраните файл в UTF-8"
    ),
    "cannot be read: {}": "не читается: {}",
    "compiled module without source text (protected by the vendor)": (
        "модуль без исходного текста, закрыт поставщиком"
    ),
    "copy of the base's form, read where the base is": (
        "копия формы основной конфигурации, она читается там"
    ),
    "elements of ordinary forms are not read; their modules are": (
        "у обычных форм читаются модули, но не элементы"
    ),
    "fault in the reader, please report: {}": "ошибка программы чтения, сообщите о ней: {}",
    "folder cannot be read: {}": "каталог не читается: {}",
    "help page": "страница справки",
    "larger than {} MiB: split or remove it": "больше {} МиБ: разделите или удалите файл",
    "not a regular file": "не обычный файл",
    "picture": "картинка",
    "service file of EDT, holds no metadata": "служебный файл EDT без метаданных",
    "a template of a kind that is not read": "макеты этого вида не читаются",
    "unpacked copy of the Form.bin beside it": "распакованная копия соседнего Form.bin",
    # XML and text in braces
    "XML cannot be read: {}; dump the file again": f"XML не читается: {{}}; {_AGAIN}",
    "XML file is empty; dump it again": f"файл XML пуст; {_AGAIN}",
    "XML file of {} bytes is larger than the limit of {} bytes": (
        "файл XML больше предела: {} байт, предел {}"
    ),
    "XML has a DOCTYPE, which 1C never writes; remove it": (
        "в XML есть DOCTYPE, 1С его не пишет; удалите его"
    ),
    "XML is damaged: {}; dump the file again": f"XML повреждён: {{}}; {_AGAIN}",
    "XML is not valid UTF-16: {}; save it as UTF-8": (
        "XML не в кодировке UTF-16: {}; сохраните файл в UTF-8"
    ),
    "text in braces is damaged: {}; dump it again": f"скобочный текст повреждён: {{}}; {_AGAIN}",
    "a closing brace without an opening one": "закрывающая скобка без открывающей",
    "a comma outside the braces": "запятая вне скобок",
    "a string without its closing quote": "строка без закрывающей кавычки",
    "a value outside the braces": "значение вне скобок",
    "a value where a comma is expected": "значение на месте запятой",
    "braces nested over {} deep": "вложенность скобок больше {}",
    "the text is cut off before its closing brace": "текст обрезан до закрывающей скобки",
    "text in braces is not UTF-8 at byte {}; dump it again": (
        f"скобочный текст не в UTF-8, байт {{}}; {_AGAIN}"
    ),
    "vendor support holds nested braces; dump it again": (
        f"в файле поддержки вложенные скобки; {_AGAIN}"
    ),
    "{} does not state its number of vendors; dump it again": (
        f"в {{}} не указано число поставщиков; {_AGAIN}"
    ),
    "there is no opening brace": "нет открывающей скобки",
    # metadata
    "<MetaDataObject> is empty": "<MetaDataObject> пуст",
    "an addressing attribute of {} has no name": "у реквизита адресации {} нет имени",
    "element <{}> of {} is not understood": "элемент <{}> в {} непонятен",
    "format {} of vendor support is unknown, 6 is; read as 6": (
        "формат поддержки {} неизвестен, прочитан как формат 6"
    ),
    "line {} is joined to {}, which is not on the flowchart": (
        "линия {} ведёт к {}, а этой точки на карте нет"
    ),
    "rights without the name of their object": "права без имени объекта",
    "root element {} is not Rights": "корневой элемент {}, ожидался Rights",
    "root element {} is not a flowchart": "корневой элемент {}, это не карта маршрута",
    "root element {} is not a form": "корневой элемент {}, это не форма",
    "root element {} is not a schedule": "корневой элемент {}, это не расписание",
    "support by {}: {} of {} records are readable; dump it again": (
        f"поддержка «{{}}»: читается записей {{}} из {{}}; {_AGAIN}"
    ),
    "support by {}: {} records have an unknown rule; they are left out": (
        "поддержка «{}»: у записей, числом {}, неизвестное правило; они пропущены"
    ),
    "the file of an ordinary form {}; dump it again": f"файл обычной формы {{}}; {_AGAIN}",
    "is empty": "пуст",
    "is neither a form nor a container of one": "не содержит формы",
    "the file states a {}, but its place is that of {}": "в файле описан {}, а место файла – {}",
    "the file of {} states {}": "файл объекта {} называет {}",
    "no name": "пустое имя",
    "the name {}": "имя {}",
    "the file states a {}, no configuration": "в файле описан {}, а не конфигурация",
    "the flowchart has two points named {}; rename one": (
        "на карте маршрута две точки с именем {}; переименуйте одну"
    ),
    "the root element is <{}>, <MetaDataObject> was expected": (
        "корневой элемент <{}>, ожидался <MetaDataObject>"
    ),
    "the template is {}; only data composition schemas are read": (
        "макет: {}; читаются только схемы компоновки данных"
    ),
    "a spreadsheet document": "табличный документ",
    "a data composition appearance template": "макет оформления компоновки данных",
    "a geographical schema": "географическая схема",
    "a graphical schema": "графическая схема",
    "an HTML document": "HTML-документ",
    "unknown day or month of the schedule: {}": "неизвестный день или месяц расписания: {}",
    "unknown kind of point on the flowchart: {}": "неизвестный вид точки на карте маршрута: {}",
    "vendor support lists fewer vendors than it states; dump it again": (
        f"в файле поддержки меньше поставщиков, чем в нём указано; {_AGAIN}"
    ),
    "{} of the schedule is no number: {}": "{} расписания не число: {}",
    "{}: a {} has no name": "{}: у части {} нет имени",
    # BSL
    "{} syntax errors in all; the rest is not listed": (
        "всего синтаксических ошибок: {}; остальные не перечислены"
    ),
    "a chain is longer than {} links": "цепочка обращений длиннее {} звеньев",
    "a routine cannot be named {}": "процедура или функция не может называться {}",
    "a value cannot be assigned to the result of a call": (
        "результату вызова нельзя присвоить значение"
    ),
    "expected 'Тогда' (Then) at the end of the condition": "в конце условия ожидается 'Тогда'",
    "expected a value": "ожидается значение",
    "expected {}, found {}": "ожидается {}, а стоит {}",
    "nesting is deeper than {} levels": "вложенность глубже {} уровней",
    "the string has no closing quote": "строка не закрыта кавычкой",
    "unexpected {}": "лишнее: {}",
    "unknown preprocessor instruction": "неизвестная инструкция препроцессора",
    "variables are declared before the first statement": (
        "переменные объявляют до первого оператора"
    ),
    "{} without {}": "{} без {}",
    # queries
    "unknown function {}": "нет такой функции: {}",
    "';' or the end of the query": "';' или конец запроса",
    "a name, '*' or '('": "имя, '*' или '('",
    "a parameter": "параметр",
    "the end of the query": "конец запроса",
    "the name of a table": "имя таблицы",
    "',' or ')'": "',' или ')'",
    "'=' or a call": "'=' или вызов",
    "a call": "вызов",
    "a date": "дата",
    "a label": "метка",
    "a name": "имя",
    "a number": "число",
    "a property or method": "свойство или метод",
    "a string": "строка",
    "an annotation": "аннотация",
    "a procedure, a function or 'Перем' (Var)": "процедура, функция или 'Перем'",
    "a statement": "оператор",
    "an expression": "выражение",
    "another token": "другое",
    "the end of the module": "конец модуля",
    "the loop's variable": "переменная цикла",
    "the name of a parameter": "имя параметра",
    "the name of a property or method": "имя свойства или метода",
    "the name of a routine": "имя процедуры или функции",
    "the name of a type": "имя типа",
    "the name of a variable": "имя переменной",
}


def in_russian(message: str) -> str:
    """The words of a reader in Russian; what is not known is given back as it is."""
    known = _MESSAGES.get(message)
    if known is not None:
        return known
    more = _AND_MORE.fullmatch(message)
    if more:
        return f"{in_russian(more[1])} (и ещё {more[2]})"
    for pattern, russian in _patterns():
        found = pattern.fullmatch(message)
        if found:
            return russian.format(*(in_russian(value) for value in found.groups()))
    return _ENGLISH_TWIN.sub(r"\1", message)


_AND_MORE = re.compile(r"(.+) \(and (\d+) more\)", re.DOTALL)

_ENGLISH_TWIN = re.compile(r"^('\w+'|#\w+) \(#?\w+\)$")
"""`'КонецЕсли' (EndIf)`, `#Если (#If)`: a word in both languages."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The messages with gaps as patterns, the most specific first."""
    gapped = sorted((text for text in _MESSAGES if "{}" in text), key=_fixed_length, reverse=True)
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, text.split("{}"))), re.DOTALL), _MESSAGES[text])
        for text in gapped
    )


def _fixed_length(text: str) -> int:
    return len(text.replace("{}", ""))
