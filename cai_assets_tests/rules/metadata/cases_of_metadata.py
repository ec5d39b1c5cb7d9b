"""Common modules, names, forms, roles, documents and schedules."""

from __future__ import annotations

from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.metadata.case import Build, Case, Expected, common_form, right, role


def _module(name: str, *flags: str) -> Build:
    def build(project: EdtProject) -> None:
        body = "".join(f"<{flag}>true</{flag}>" for flag in flags if ":" not in flag)
        body += "".join("<{0}>{1}</{0}>".format(*flag.split(":")) for flag in flags if ":" in flag)
        project.common_module(name, "", body)

    return build


_CLIENT = ("clientManagedApplication", "clientOrdinaryApplication")
_SERVER = ("server", "externalConnection", "clientOrdinaryApplication")
_EVERYWHERE = (*_CLIENT, "server", "externalConnection")
_CALL = ("server", "serverCall")


def _name_case(key: str, wrong: str, right_: str, words: str, *flags: str) -> Case:
    found = (Expected(f"{wrong}.mdo", 2, words),)
    return Case(key, _module(wrong, *flags), found, _module(right_, *flags))


def _catalog(name: str, *parts: str) -> Build:
    def build(project: EdtProject) -> None:
        project.object("Catalog", name, "".join(parts))

    return build


def _attribute(name: str, *types: str) -> str:
    shown = "".join(f"<types>{type_}</types>" for type_ in types or ("String",))
    return f"  <attributes><name>{name}</name><type>{shown}</type></attributes>\n"


def _section(name: str, attribute: str) -> str:
    return (
        f"  <tabularSections>\n    <name>{name}</name>\n    "
        f"{_attribute(attribute).strip()}\n  </tabularSections>\n"
    )


def _register(*types: str) -> Build:
    def build(project: EdtProject) -> None:
        shown = "".join(f"<types>{type_}</types>" for type_ in types)
        project.object(
            "InformationRegister",
            "Цены",
            f"  <dimensions><name>Товар</name><type>{shown}</type></dimensions>\n",
        )

    return build


def _form(path: str) -> Build:
    def build(project: EdtProject) -> None:
        project.object("Catalog", "Товары", _attribute("Цена"))
        common_form(
            project,
            '  <items xsi:type="form:FormField">\n    <name>Поле</name>\n'
            f'    <dataPath xsi:type="form:DataPath"><segments>{path}</segments></dataPath>\n'
            "  </items>\n"
            "  <attributes>\n    <name>Объект</name>\n"
            "    <valueType><types>CatalogObject.Товары</types></valueType>\n  </attributes>\n",
            "",
        )

    return build


def _roles(*bodies: str, name: str = "Кладовщик", new_objects: bool = False) -> Build:
    def build(project: EdtProject) -> None:
        role(project, name, "".join(bodies), new_objects)

    return build


def _document(*flags: str) -> Build:
    def build(project: EdtProject) -> None:
        shown = "".join(f"  <{flag}>true</{flag}>\n" for flag in flags)
        project.object("Document", "Заказ", shown)

    return build


def _schedule(period: int) -> Build:
    def build(project: EdtProject) -> None:
        project.object("ScheduledJob", "Обмен", "  <methodName>CommonModule.А.Б</methodName>\n")
        project.write(
            "src/ScheduledJobs/Обмен/Schedule.schedule",
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<schedule:Schedule xmlns:schedule="http://g5.1c.ru/v8/dt/schedule" '
            f'daysRepeatPeriod="1" repeatPeriodInDay="{period}"/>\n',
        )

    return build


_LONG = "Ж" * 81
_RIGHTS = "Кладовщик/Rights.rights"
_ON_INFOBASE = right("Configuration.Пример", "ThinClient")

CASES = [
    Case(
        "CommonModuleInvalidType",
        _module("Общее", "clientManagedApplication", "server", "serverCall"),
        (Expected("Общее.mdo", 2, "make none of the kinds of common modules"),),
        _module("Общее", *_SERVER),
    ),
    _name_case("CommonModuleNameClient", "Цены", "ЦеныКлиент", "Client", *_CLIENT),
    _name_case(
        "CommonModuleNameClientServer", "Цены", "ЦеныКлиентСервер", "ClientServer", *_EVERYWHERE
    ),
    _name_case("CommonModuleNameServerCall", "Цены", "ЦеныВызовСервера", "ServerCall", *_CALL),
    _name_case(
        "CommonModuleNameCached", "Цены", "ЦеныПовтИсп", "Cached", *_SERVER,
        "returnValuesReuse:DuringSession",
    ),
    _name_case("CommonModuleNameGlobal", "Цены", "ЦеныGlobal", "Global", *_CLIENT, "global"),
    _name_case(
        "CommonModuleNameFullAccess", "Цены", "ЦеныПолныеПрава", "FullAccess", *_SERVER,
        "privileged",
    ),
    _name_case(
        "CommonModuleNameGlobalClient", "ЦеныКлиентГлобальный", "ЦеныГлобальный", "needs no Client",
        *_CLIENT, "global",
    ),
    _name_case("CommonModuleNameWords", "ОбщиеФункции", "Цены", "Функции in the name", *_SERVER),
    Case(
        "ForbiddenMetadataName",
        _catalog("Документы", _attribute("РегистрСведений")),
        (
            Expected("Документы.mdo", 2, "must not be named Документы"),
            Expected("Документы.mdo", 4, "must not be named РегистрСведений"),
        ),
        _catalog("ДокументыКлиентов", _attribute("ВидРегистра")),
    ),
    Case(
        "SameMetadataObjectAndChildNames",
        _catalog("Товары", _attribute("товары"), _section("Цены", "Цены")),
        (
            Expected("Товары.mdo", 4, "has the name of its owner Товары"),
            Expected("Товары.mdo", 7, "has the name of its owner Цены"),
        ),
        _catalog("Товары", _attribute("Цены"), _section("Цены", "Товары")),
    ),
    Case(
        "MetadataObjectNameLength",
        _catalog(_LONG),
        (Expected(f"{_LONG}.mdo", 2, "has 81 characters, 80 are allowed"),),
        _catalog(_LONG[:80]),
    ),
    Case(
        "AnyReferenceType",
        _catalog("Товары", _attribute("Основание", "AnyRef"), _attribute("Б", "DocumentRef")),
        (
            Expected("Товары.mdo", 4, "has the type AnyRef"),
            Expected("Товары.mdo", 5, "has the type DocumentRef"),
        ),
        _catalog("Товары", _attribute("Основание", "DocumentRef.Заказ", "CatalogRef.Товары")),
    ),
    Case(
        "MixedReferenceType",
        _register("CatalogRef.Товары", "String"),
        (Expected("Цены.mdo", 4, "allows String beside references"),),
        _register("CatalogRef.Товары", "DocumentRef.Заказ"),
    ),
    Case(
        "WrongDataPathForFormElements",
        _form("Запись.Цена"),
        (Expected("Форма/Form.form", 3, "bound to Запись.Цена"),),
        _form("Объект.Цена"),
        "no-attribute-of-the-form",
    ),
    Case(
        "WrongDataPathForFormElements",
        _form("Объект.Скидка"),
        (Expected("Форма/Form.form", 3, "bound to Объект.Скидка"),),
        _form("Объект.Description"),
        "no-attribute-of-the-object",
    ),
    Case(
        "WrongDataPathForFormElements",
        _form("~Объект.Цена"),
        (Expected("Форма/Form.form", 3, "bound to Объект.Цена"),),
        _form("Items.Список.CurrentData.Цена"),
        "marked",
    ),
    Case(
        "SetPermissionsForNewObjects",
        _roles(new_objects=True),
        (Expected(_RIGHTS, 1, "The role Кладовщик grants rights for new objects"),),
        _roles(name="ПолныеПрава", new_objects=True),
    ),
    Case(
        "InteractiveDeleteRight",
        _roles(
            right("Catalog.Товары", "InteractiveDelete"), right("Catalog.Б", "InteractiveDelete")
        ),
        (Expected(_RIGHTS, 4, "grants InteractiveDelete, objects: 2"),),
        _roles(right("Catalog.Товары", "InteractiveDelete", value=False)),
    ),
    Case(
        "DeleteRight",
        _roles(right("Catalog.Товары", "Delete")),
        (Expected(_RIGHTS, 4, "grants deletion, objects: 1"),),
        _roles(right("Catalog.Товары", "Delete"), name="АдминистраторСистемы"),
    ),
    Case(
        "CommonRightsBesideObjects",
        _roles(_ON_INFOBASE, right("Catalog.Товары", "Read")),
        (Expected(_RIGHTS, 4, "beside rights on objects: ThinClient"),),
        _roles(_ON_INFOBASE),
    ),
    Case(
        "DocumentPostInPrivilegedMode",
        _document("postInPrivilegedMode"),
        (Expected("Заказ.mdo", 2, "has no privileged mode: UnpostInPrivilegedMode"),),
        _document("postInPrivilegedMode", "unpostInPrivilegedMode"),
    ),
    Case(
        "ScheduledJobPeriodTooShort",
        _schedule(59),
        (Expected("Schedule.schedule", 1, "repeats every 59 s, 60 s is the least"),),
        _schedule(60),
    ),
]  # fmt: skip
