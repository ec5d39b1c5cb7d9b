"""What an object belongs together with: movements, subscriptions, owners, journals, plans, jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Words
from cai_assets.site.names import full_name
from cai_assets.site.pages.parts.card import RELATIONS
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.pages.parts.typed import Link
from cai_assets.site.terms import event_name, standard_name, type_text

INPUTS = {
    "relations": RELATIONS,
    "subscriptions": Input(
        "object_subscriptions", ("subscription", "via", "event", "handler"), "object", "site"
    ),
    "sources": Input("object_subscriptions", ("object", "via"), "subscription", "site"),
}

OUT, IN = "out", "in"
_OPTION = "FunctionalOption."


@dataclass(frozen=True, slots=True)
class MovementLine:
    """A register of a document, or a recorder of a register.

    `declared` says that the document lists the register; `routines` are those that write it.
    """

    id: str
    declared: bool
    routines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """An event subscription on the object; `via` is the type that names it with others."""

    subscription: str
    event: str
    handler: str
    via: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another thing, named from here or naming this; `parts` say which of its parts, or ours."""

    id: str
    label: str
    notes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RelationGroup:
    """All things in the same relation to the object."""

    name: str
    title: str
    related: tuple[Related, ...]


@dataclass(frozen=True, slots=True)
class RelationsView:
    """What the object belongs together with."""

    movements: tuple[MovementLine, ...]
    recorders: tuple[MovementLine, ...]
    subscriptions: tuple[SubscriptionLine, ...]
    sources: tuple[Related, ...]
    groups: tuple[RelationGroup, ...]

    def headings(self) -> Sequence[Heading]:
        """Movements and subscriptions by themselves, all else under one."""
        found = []
        if self.movements:
            found.append(("part-movements", Words("Движения", "Register records")))
        if self.recorders:
            found.append(("part-recorders", Words("Регистраторы", "Recorders")))
        if self.subscriptions:
            found.append(
                ("part-subscriptions", Words("Подписки на события", "Event subscriptions"))
            )
        if self.sources:
            found.append(("part-sources", Words("Источники", "Sources")))
        if self.groups:
            found.append(("part-relations", Words("Связанные объекты", "Related objects")))
        return found


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of reference is told from one of its ends."""

    title: Words
    ours: bool = False
    """Whether the part of this object that takes part is told."""
    theirs: bool = False
    """Whether the part of the other object is told."""


_GROUPS: Mapping[tuple[str, str], _Kind] = {
    ("owner", OUT): _Kind(Words("Владельцы", "Owners")),
    ("owner", IN): _Kind(Words("Подчинённые", "Subordinate objects")),
    ("based_on", OUT): _Kind(Words("Вводится на основании", "Entered based on")),
    ("based_on", IN): _Kind(Words("Является основанием для", "Base for entering")),
    ("task", OUT): _Kind(Words("Задача", "Task")),
    ("task", IN): _Kind(Words("Бизнес-процессы", "Business processes")),
    ("numerator", OUT): _Kind(Words("Нумератор", "Numerator")),
    ("numerator", IN): _Kind(Words("Нумерует документы", "Numbers documents")),
    ("registered_document", OUT): _Kind(Words("Документы журнала", "Documents of the journal")),
    ("registered_document", IN): _Kind(Words("Журналы документов", "Document journals")),
    ("sequence_document", OUT): _Kind(Words("Документы последовательности", "Documents")),
    ("sequence_document", IN): _Kind(Words("Последовательности", "Sequences")),
    ("chart_of_accounts", IN): _Kind(Words("Регистры бухгалтерии", "Accounting registers")),
    ("chart_of_calculation_types", IN): _Kind(Words("Регистры расчёта", "Calculation registers")),
    ("ext_dimension_types", OUT): _Kind(Words("Виды субконто", "Extra dimension types")),
    ("ext_dimension_types", IN): _Kind(Words("Планы счетов", "Charts of accounts")),
    ("base_calculation_types", OUT): _Kind(
        Words("Базовые планы видов расчёта", "Base charts of calculation types")
    ),
    ("base_calculation_types", IN): _Kind(
        Words("Базовый для планов видов расчёта", "Base for charts of calculation types")
    ),
    ("schedule", IN): _Kind(Words("График регистров расчёта", "Schedule of registers")),
    ("addressing", IN): _Kind(Words("Адресация задач", "Addressing of tasks"), theirs=True),
    ("handler", IN): _Kind(
        Words("Вызывают процедуры модуля", "What runs routines of the module"), ours=True
    ),
    ("handler", OUT): _Kind(Words("Обработчики", "Handlers"), theirs=True, ours=True),
    ("exchange_content", OUT): _Kind(Words("Состав плана обмена", "Content of the plan")),
    ("exchange_content", IN): _Kind(Words("Планы обмена", "Exchange plans")),
    ("functional_option", OUT): _Kind(
        Words("Состав функциональной опции", "Content of the option"), theirs=True
    ),
    ("functional_option", IN): _Kind(
        Words("Функциональные опции частей", "Functional options of parts"), ours=True
    ),
    ("functional_option_location", IN): _Kind(
        Words("Хранит функциональные опции", "Keeps functional options"), ours=True
    ),
    ("functional_option_parameter", OUT): _Kind(
        Words("Используется в измерениях", "Used in dimensions"), theirs=True
    ),
    ("functional_option_parameter", IN): _Kind(
        Words("Параметры функциональных опций", "Parameters of functional options"), ours=True
    ),
    ("common_attribute", OUT): _Kind(
        Words("Состав общего реквизита", "Content of the common attribute")
    ),
    ("common_attribute", IN): _Kind(Words("Общие реквизиты", "Common attributes")),
    ("data_separation", IN): _Kind(Words("Разделение данных", "Separation of data")),
    ("filter_criterion", OUT): _Kind(Words("Состав критерия", "Content"), theirs=True),
    ("filter_criterion", IN): _Kind(Words("Критерии отбора", "Filter criteria"), ours=True),
    ("journal_column", IN): _Kind(Words("Графы журналов", "Columns of journals"), theirs=True),
    ("characteristic", OUT): _Kind(
        Words("Источники характеристик", "Sources of characteristics"), theirs=True
    ),
    ("characteristic", IN): _Kind(
        Words("Хранит характеристики объектов", "Keeps characteristics of objects"), ours=True
    ),
    ("input_by_string", OUT): _Kind(Words("Ввод по строке", "Input by string"), theirs=True),
    ("command_parameter", OUT): _Kind(Words("Тип параметра команды", "Parameter type")),
    ("command_parameter", IN): _Kind(
        Words("Команды с параметром этого типа", "Commands with such a parameter"), theirs=True
    ),
    ("default_form", IN): _Kind(Words("Форма по умолчанию для", "Form by default of"), ours=False),
    ("settings_storage", IN): _Kind(Words("Хранилище настроек для", "Storage of settings of")),
    ("xdto_package", IN): _Kind(Words("Веб-сервисы", "Web services")),
}
"""Relations that have a group of their own, in the order in which they are shown."""

_EXCHANGED = {
    "Allow": Words("авторегистрация", "auto record"),
    "Deny": Words("без авторегистрации", "no auto record"),
}
_USED = {"DontUse": Words("не используется", "not used"), "Auto": Words("авто", "auto")}


def read(page: Page, rows: Rows, context: Context) -> RelationsView | None:
    """What the object belongs together with; None if with nothing."""
    relations = rows["relations"]
    view = RelationsView(
        movements=_movements(relations, OUT),
        recorders=_movements(relations, IN),
        subscriptions=_subscriptions(rows["subscriptions"], context),
        sources=_sources(rows["sources"], context),
        groups=tuple(_groups(page.key, relations, context)),
    )
    return view if any(getattr(view, name) for name in RelationsView.__slots__) else None


def _movements(relations: Iterable[Row], way: str) -> tuple[MovementLine, ...]:
    declared: set[str] = set()
    routines: dict[str, set[str]] = defaultdict(set)
    for row in relations:
        if row.way != way:
            continue
        other = row.target_object if way == OUT else row.source_object
        if row.kind == "register_record":
            declared.add(other or row.target)
        elif row.kind == "movement":
            routines[other or row.target].add(row.source)
    return tuple(
        MovementLine(id_, id_ in declared, tuple(sorted(routines.get(id_, ()))))
        for id_ in sorted(declared | set(routines))
    )


def _subscriptions(rows: Iterable[Row], context: Context) -> tuple[SubscriptionLine, ...]:
    """Those on the object; one that names it twice, by itself and by a type, stands once."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row.subscription, row.via)):
        found.setdefault(row.subscription, row)
    lines = [
        SubscriptionLine(
            row.subscription,
            event_name(row.event, context.language) if row.event else "",
            row.handler,
            row.via,
        )
        for row in found.values()
    ]
    return tuple(sorted(lines, key=lambda line: (line.event, line.subscription)))


def _sources(rows: Iterable[Row], context: Context) -> tuple[Related, ...]:
    """Objects that a subscription is on, with the type that names them."""
    via: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        via[row.object].add(row.via)
    return tuple(
        Related(
            id_,
            full_name(id_, context.language),
            tuple(
                Link(type_text(one, context.language), one if "." in one else "")
                for one in sorted(via[id_])
                if one and "" not in via[id_]
            ),
        )
        for id_ in sorted(via)
    )


def _groups(object_: str, relations: Sequence[Row], context: Context) -> Iterable[RelationGroup]:
    chosen: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in relations:
        if _belongs(row, object_):
            chosen[row.kind, _side(row, object_)].append(row)
    for key, kind in _GROUPS.items():
        if chosen[key]:
            yield RelationGroup(
                name=f"{key[0]}-{key[1]}",
                title=context.say(kind.title.ru, kind.title.en),
                related=tuple(_related(object_, chosen[key], kind, context)),
            )


def _side(row: Row, object_: str) -> str:
    """Which end the object is; an option lists objects, but elements of forms name an option."""
    if row.kind == "functional_option":
        return OUT if object_.startswith(_OPTION) else IN
    return str(row.way)


def _belongs(row: Row, object_: str) -> bool:
    """Whether a relation is told here; the card and the parts tell some of their own."""
    if row.kind == "functional_option" and not object_.startswith(_OPTION):
        return bool(object_ not in (row.source, row.target))
    if row.kind in ("handler", "command_parameter") and row.way == OUT:
        # Parts tell their own; those of subscriptions and jobs stand on the card.
        return bool(row.source == object_ and row.kind == "command_parameter")
    return True


def _related(object_: str, rows: Iterable[Row], kind: _Kind, context: Context) -> Iterable[Related]:
    notes: dict[str, set[Link]] = defaultdict(set)
    for row in rows:
        out = row.way == OUT
        other = (row.target_object if out else row.source_object) or (
            row.target if out else row.source
        )
        mine, yours = (row.source, row.target) if out else (row.target, row.source)
        found = notes[other]
        if kind.ours and mine != object_:
            found.add(Link(_part(mine, object_, context), mine))
        if kind.theirs and yours != other:
            found.add(Link(_part(yours, other, context), yours))
        words = _EXCHANGED.get(row.note) if row.kind == "exchange_content" else None
        if row.kind == "common_attribute":
            words = _USED.get(row.note)
        if words:
            found.add(Link(context.say(words.ru, words.en)))
    for id_ in sorted(notes, key=lambda id_: (id_.partition(".")[0], id_.casefold(), id_)):
        label = id_ if id_ != object_ else ""
        yield Related(
            id_ if label else "",
            full_name(label, context.language) if label else "",
            tuple(sorted(notes[id_], key=lambda note: (note.text, note.target))),
        )


def _part(id_: str, owner: str, context: Context) -> str:
    """The name of a part within its object."""
    steps = id_.removeprefix(f"{owner}.").split(".")
    if steps[0] == "StandardAttribute" and len(steps) > 1:
        return standard_name(steps[1], context.language)
    return ".".join(steps[1::2]) if len(steps) > 1 and len(steps) % 2 == 0 else steps[-1]


PART = Part("relations", INPUTS, read)
