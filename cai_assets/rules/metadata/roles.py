"""Rules about roles and what they grant (standards 488, 532)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from cai_assets.rules.metadata.lookup import Tables, rows, rows_where
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule


def _names(default: str, ru: str, en: str) -> Parameter:
    return Parameter("namesFullAccessRole", default, Text(ru, en))


def _listed(options: Mapping[str, Any]) -> frozenset[str]:
    """The parameter's roles, folded."""
    return frozenset(
        name.strip().casefold() for name in str(options["namesFullAccessRole"]).split(",")
    )


def _name(role: str) -> str:
    return role.removeprefix("Role.")


_FULL = "FullAccess,ПолныеПрава"
_FULL_OR_ADMINISTRATOR = "FullAccess,ПолныеПрава,SystemAdministrator,АдминистраторСистемы"


@table_rule(
    "SetPermissionsForNewObjects",
    severity=Severity.CRITICAL,
    kind=Kind.VULNERABILITY,
    title=Text("Роль дает права на новые объекты", "A role grants rights for new objects"),
    description=Text(
        "Флаг «Устанавливать права для новых объектов» дает роли доступ к каждому объекту, "
        "который появится в конфигурации. Вместе с обновлением пользователи молча получают лишние "
        "права.\n\nОставьте флаг только у роли полных прав.",
        "The flag “Set rights for new objects” gives a role access to every object that is added "
        "to the configuration: with an update users get rights that nobody granted.\n\nLeave it "
        "to the role of full access alone.",
    ),
    message=Text(
        "Роль «{name}» дает права на новые объекты",
        "The role {name} grants rights for new objects",
    ),
    needs=("roles",),
    standards=(532,),
    parameters=(_names(_FULL, "Роли полных прав", "Roles of full access"),),
)
def set_permissions_for_new_objects(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Roles with the flag that are not those of full access."""
    full = _listed(options)
    columns = ("project", "role", "set_for_new_objects", "file")
    for project, role, flag, file in rows(tables["roles"], *columns):
        if flag and _name(role).casefold() not in full:
            yield FoundAt(project, file, 1, role, values={"name": _name(role)})


_INTERACTIVE = {
    "InteractiveDelete": "Интерактивное удаление",
    "InteractiveDeletePredefinedData": "Интерактивное удаление предопределенных",
    "InteractiveSetDeletionMarkPredefinedData": ("Интерактивная пометка удаления предопределенных"),
    "InteractiveClearDeletionMarkPredefinedData": (
        "Интерактивное снятие пометки удаления предопределенных"
    ),
    "InteractiveDeleteMarkedPredefinedData": ("Интерактивное удаление помеченных предопределенных"),
}


@table_rule(
    "InteractiveDeleteRight",
    severity=Severity.MAJOR,
    kind=Kind.VULNERABILITY,
    title=Text("Роль дает право интерактивного удаления", "A role grants interactive deletion"),
    description=Text(
        "Интерактивное удаление убирает объект сразу, без пометки и без проверки, что на него "
        "никто не ссылается; у предопределенных элементов так же опасны пометка и удаление "
        "помеченных. Ни у одной роли таких прав быть не должно, и у полных прав тоже.\n\nСнимите "
        "право: удаление идет через пометку и обработку, которая проверяет ссылки.",
        "Interactive deletion removes an object at once, without a mark and without a check that "
        "nobody refers to it; for predefined items, marking and deleting what is marked are as "
        "dangerous. No role should grant these rights, not even full access.\n\nTake the right "
        "away: deletion goes through marks and a check of references.",
    ),
    message=Text(
        "Роль «{name}» дает право «{right}», объектов: {count}",
        "The role {name} grants {right_en}, objects: {count}",
    ),
    needs=("rights",),
    standards=(488,),
)
def interactive_delete_right(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Rights to delete interactively, in any role: a finding for each role and right."""
    granted = rows_where(tables["rights"], "right", _INTERACTIVE.__contains__)
    for (project, role, right, file), lines in _granted(granted).items():
        values = {"name": _name(role), "right": _INTERACTIVE[right], "right_en": right}
        yield FoundAt(project, file, min(lines), role, values={**values, "count": len(lines)})


def _granted(rights: pa.Table) -> dict[tuple[str, str, str, str], list[int]]:
    """Lines by project, role, right and file in which rights are granted."""
    lines: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    columns = ("project", "role", "right", "file", "value", "line")
    for project, role, right, file, value, line in rows(rights, *columns):
        if value:
            lines[project, role, right, file].append(line)
    return lines


@table_rule(
    "DeleteRight",
    severity=Severity.MINOR,
    kind=Kind.VULNERABILITY,
    title=Text("Роль дает право удаления", "A role grants deletion"),
    description=Text(
        "Право «Удаление» рекомендуется оставить ролям «ПолныеПрава» и «АдминистраторСистемы»: "
        "остальные пользователи помечают объекты на удаление.\n\nСнимите право или назовите роль "
        "в параметре правила.",
        "The right Delete had better be left to full access and the system administrator: other "
        "users mark objects for deletion.\n\nTake the right away, or name the role in the rule's "
        "parameter.",
    ),
    message=Text(
        "Роль «{name}» дает право удаления, объектов: {count}",
        "The role {name} grants deletion, objects: {count}",
    ),
    needs=("rights",),
    standards=(488,),
    parameters=(
        _names(_FULL_OR_ADMINISTRATOR, "Роли, которым можно удалять", "Roles that may delete"),
    ),
    enabled=False,
)
def delete_right(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Rights to delete objects, but not records of registers, in roles that are not listed."""
    allowed = _listed(options)
    granted = rows_where(tables["rights"], "right", "Delete".__eq__)
    granted = rows_where(granted, "object", lambda object_: "Register." not in object_)
    for (project, role, _, file), lines in _granted(granted).items():
        if _name(role).casefold() not in allowed:
            values = {"name": _name(role), "count": len(lines)}
            yield FoundAt(project, file, min(lines), role, values=values)


@table_rule(
    "CommonRightsBesideObjects",
    severity=Severity.MINOR,
    kind=Kind.VULNERABILITY,
    title=Text(
        "Общие права в роли с правами на объекты", "Common rights in a role with rights on objects"
    ),
    description=Text(
        "Права на всю базу («Тонкий клиент», «Администрирование», «Интерактивное открытие внешних "
        "обработок») дают отдельными ролями, которые назначают вместе с прикладными. Иначе с "
        "доступом к документу пользователь получает и право на базу, и отобрать его нельзя.\n\n"
        "Вынесите общие права в отдельную роль.",
        "Rights to the whole infobase (thin client, administration, opening external data "
        "processors) belong to roles of their own, which are given along with those for work. "
        "Otherwise access to a document brings a right to the infobase that cannot be taken "
        "away.\n\nMove common rights to a role of their own.",
    ),
    message=Text(
        "Роль «{name}» кроме прав на объекты дает общие права: {rights}",
        "The role {name} grants common rights beside rights on objects: {rights}",
    ),
    needs=("rights",),
    standards=(488,),
    parameters=(
        _names(
            _FULL_OR_ADMINISTRATOR,
            "Роли, которым можно давать все права",
            "Roles that may have all rights",
        ),
    ),
    enabled=False,
)
def common_rights_beside_objects(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Roles with rights on the configuration and on objects, outside of those listed."""
    allowed = _listed(options)
    common: dict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
    working: set[tuple[str, str]] = set()
    rights = tables["rights"]
    columns = ("project", "role", "object", "right", "value", "file", "line")
    for project, role, object_, right, value, file, line in rows(rights, *columns):
        if not value or _name(role).casefold() in allowed:
            continue
        if not object_.startswith("Configuration."):
            working.add((project, role))
        elif right in _COMMON:
            common[project, role, file].append((line, right))
    for (project, role, file), found in common.items():
        if (project, role) in working:
            yield FoundAt(
                project, file, min(found)[0], role,
                values={"name": _name(role), "rights": ", ".join(right for _, right in found)},
            )  # fmt: skip


_COMMON = frozenset(
    {
        "Administration", "DataAdministration", "UpdateDataBaseConfiguration", "ExclusiveMode",
        "ActiveUsers", "EventLog", "ThinClient", "WebClient", "MobileClient", "ThickClient",
        "ExternalConnection", "Automation", "TechnicalSpecialistMode", "Output", "SaveUserData",
        "ConfigurationExtensionsAdministration", "InteractiveOpenExtDataProcessors",
        "InteractiveOpenExtReports",
    }
)  # fmt: skip
