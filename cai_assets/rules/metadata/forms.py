"""Rules about forms: what their elements show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.rules.metadata.lookup import Tables, rows, rows_where, whole_projects
from cai_assets.rules.model import FoundAt, Kind, Severity, Text, table_rule

_BROKEN = "~"
"""What Designer puts before a path that leads nowhere."""

_ITEMS = frozenset({"items", "элементы"})
_ROW_HEADS = ("Object", "RecordManager")
_STANDARD_ATTRIBUTES = """
Ref Ссылка
Code Код
Description Наименование
Parent Родитель
Owner Владелец
IsFolder ЭтоГруппа
DeletionMark ПометкаУдаления
Predefined Предопределенный
PredefinedDataName ИмяПредопределенныхДанных
Number Номер
Date Дата
Posted Проведен
Period Период
Recorder Регистратор
Active Активность
LineNumber НомерСтроки
RegisterRecords Движения
ValueType ТипЗначения
Type Вид
OffBalance Забалансовый
Order Порядок
ActionPeriodIsBasic ПериодДействияБазовый
Completed Завершен
Started Стартован
HeadTask ВедущаяЗадача
BusinessProcess БизнесПроцесс
RoutePoint ТочкаМаршрута
Executed Выполнена
SentNo НомерОтправленного
ReceivedNo НомерПринятого
ThisNode ЭтотУзел
DataVersion ВерсияДанных
ExtDimensionTypes ВидыСубконто
SettingsComposer КомпоновщикНастроек
DataCompositionSchema СхемаКомпоновкиДанных
BaseCalculationTypes БазовыеВидыРасчета
LeadingCalculationTypes ВедущиеВидыРасчета
DisplacingCalculationTypes ВытесняющиеВидыРасчета
AdditionalProperties ДополнительныеСвойства
"""
_STANDARD = frozenset(_STANDARD_ATTRIBUTES.casefold().split())


@table_rule(
    "WrongDataPathForFormElements",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text("Элемент формы ни к чему не привязан", "Form element bound to nothing"),
    description=Text(
        "Путь к данным элемента ведет к реквизиту, которого нет: его удалили или переименовали. "
        "Элемент пуст, а форма может не открыться.\n\nУкажите существующий реквизит или удалите "
        "элемент.",
        "The data path of the element leads to an attribute that is not there: it was deleted or "
        "renamed. The element stays empty, and the form may not open.\n\nName an attribute that "
        "exists, or delete the element.",
    ),
    message=Text(
        "Элемент «{name}» формы «{form}» привязан к «{path}», которого нет",
        "{name} of the form {form} is bound to {path}, which does not exist",
    ),
    needs=("projects", "forms", "form_items", "form_attributes", "members", "objects"),
    standards=(467,),
)
def wrong_data_path_for_form_elements(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Paths marked as broken, and those whose beginning no attribute of the form explains.

    The first name must be an attribute of the form, the second one of the object that it holds.
    What follows takes types and is not looked at.
    """
    paths, whole = _Paths(tables), whole_projects(tables)
    owners = dict(rows(tables["forms"], "form", "object"))
    bound = rows_where(tables["form_items"], "data_path", bool)
    columns = ("project", "form", "name", "data_path", "file", "line")
    for project, form, name, path, file, line in rows(bound, *columns):
        if path.startswith(_BROKEN) or (project in whole and not paths.leads(form, path)):
            yield FoundAt(
                project, file, line, owners.get(form) or form,
                values={"name": name, "form": form, "path": path.removeprefix(_BROKEN)},
            )  # fmt: skip


class _Paths:
    """What the attributes of forms hold, over all projects."""

    def __init__(self, tables: Tables) -> None:
        self._types: dict[tuple[str, str], list[str]] = {}
        self._columns: dict[tuple[str, str], set[str]] = {}
        attributes = tables["form_attributes"]
        for form, name, parent, types in rows(attributes, "form", "name", "parent", "types"):
            key = form.casefold(), (parent or name).casefold()
            if parent:
                self._columns.setdefault(key, set()).add(name.casefold())
            else:
                self._types.setdefault(key, []).extend(types or ())
        self._parts: dict[str, set[str]] = {}
        for parent, name in rows(tables["members"], "parent", "name"):
            self._parts.setdefault(parent.casefold(), set()).add(name.casefold())
        common = rows_where(tables["objects"], "type", "CommonAttribute".__eq__)
        self._everywhere = _STANDARD | {
            name.casefold() for name in common.column("name").to_pylist()
        }
        self._objects = {
            object_.casefold() for object_ in tables["objects"].column("object").to_pylist()
        }
        self._leads: dict[tuple[str, str], bool] = {}

    def leads(self, form: str, path: str) -> bool:
        """Whether a path of a form leads to an attribute, as far as that can be told."""
        first, _, rest = path.casefold().partition(".")
        second = rest.partition(".")[0]
        key = form.casefold(), f"{_name(first)}.{_name(second)}"
        if key not in self._leads:
            self._leads[key] = self._look(key[0], _name(first), _name(second))
        return self._leads[key]

    def _look(self, form: str, first: str, second: str) -> bool:
        if not first.isidentifier() or first in _ITEMS:
            return True
        types = self._types.get((form, first))
        if types is None:
            return False
        if not second.isidentifier() or second in self._everywhere or len(types) != 1:
            return True
        head, _, name = types[0].partition(".")
        kind = next((head[: -len(end)] for end in _ROW_HEADS if head.endswith(end)), "")
        owner = f"{kind}.{name}".casefold()
        if not kind or not name or owner not in self._objects:
            return True
        return second in self._parts.get(owner, ()) or second in self._columns.get(
            (form, first), ()
        )


def _name(part: str) -> str:
    """A part of a path without the index of a row."""
    return part.partition("[")[0]
