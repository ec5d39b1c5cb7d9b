"""How call sites are resolved, or why not: the one catalogue of `calls.resolution`."""

from __future__ import annotations

from typing import Final, NamedTuple


class Resolution(NamedTuple):
    """A value of `calls.resolution`. `group`: `resolved`, `platform`, `reason` or `unknown`."""

    name: str
    group: str
    english: str
    russian: str


LOCAL: Final = "local"
COMMON_MODULE: Final = "common_module"
GLOBAL_MODULE: Final = "global_module"
BASE_MODULE: Final = "base_module"
APPLICATION_MODULE: Final = "application_module"
MANAGER_MODULE: Final = "manager_module"
OBJECT_MODULE: Final = "object_module"
RECORD_SET_MODULE: Final = "record_set_module"
VALUE_MANAGER_MODULE: Final = "value_manager_module"
FORM_MODULE: Final = "form_module"
PLATFORM: Final = "platform"
PLATFORM_BY_NAME: Final = "platform_by_name"
CONSTRUCTOR: Final = "constructor"
EXTERNAL: Final = "external"
DYNAMIC: Final = "dynamic"
AMBIGUOUS: Final = "ambiguous"
NOT_EXPORTED: Final = "not_exported"
MISSING_ROUTINE: Final = "missing_routine"
NOT_IN_UPLOAD: Final = "not_in_upload"
NO_SUCH_NAME: Final = "no_such_name"
UNKNOWN_TYPE: Final = "unknown_type"

CATALOGUE: Final = (
    Resolution(LOCAL, "resolved", "a routine of the same module", "метод того же модуля"),
    Resolution(
        COMMON_MODULE,
        "resolved",
        "an exported routine of a common module, named or held in a variable",
        "экспортный метод общего модуля, названного прямо или через переменную",
    ),
    Resolution(
        GLOBAL_MODULE,
        "resolved",
        "an exported routine of a common module with the flag Global",
        "экспортный метод глобального общего модуля",
    ),
    Resolution(
        BASE_MODULE,
        "resolved",
        "a routine of the module that the extension extends",
        "метод расширяемого модуля основной конфигурации",
    ),
    Resolution(
        APPLICATION_MODULE,
        "resolved",
        "an exported routine of the application or external connection module",
        "экспортный метод модуля приложения или внешнего соединения",
    ),
    Resolution(
        MANAGER_MODULE,
        "resolved",
        "an exported routine of a manager module",
        "экспортный метод модуля менеджера",
    ),
    Resolution(
        OBJECT_MODULE,
        "resolved",
        "an exported routine of an object module",
        "экспортный метод модуля объекта",
    ),
    Resolution(
        RECORD_SET_MODULE,
        "resolved",
        "an exported routine of a record set module",
        "экспортный метод модуля набора записей",
    ),
    Resolution(
        VALUE_MANAGER_MODULE,
        "resolved",
        "an exported routine of a constant's value manager module",
        "экспортный метод модуля менеджера значения константы",
    ),
    Resolution(
        FORM_MODULE,
        "resolved",
        "an exported routine of a form module",
        "экспортный метод модуля формы",
    ),
    Resolution(
        PLATFORM,
        "platform",
        "a global method of the platform, or a method of a type that is known",
        "глобальный метод платформы или метод известного типа",
    ),
    Resolution(
        PLATFORM_BY_NAME,
        "platform",
        "the type is not known, but only the platform has methods of this name",
        "тип не известен, но методы с таким именем есть только у платформы",
    ),
    Resolution(CONSTRUCTOR, "platform", "a constructor", "конструктор"),
    Resolution(
        EXTERNAL,
        "reason",
        "a method of what is outside: COM, an add-in, a web service, an external data processor",
        "метод внешнего объекта: COM, внешняя компонента, веб-сервис, внешняя обработка",
    ),
    Resolution(
        DYNAMIC,
        "reason",
        "the module or object is chosen while the code runs",
        "модуль или объект выбирается во время выполнения",
    ),
    Resolution(
        AMBIGUOUS,
        "reason",
        "the value may have several types, whose modules all have such a routine",
        "у значения возможны разные типы, и такой метод есть в модулях нескольких из них",
    ),
    Resolution(
        NOT_EXPORTED,
        "reason",
        "the module has the routine, but does not export it",
        "метод в модуле есть, но он не экспортный",
    ),
    Resolution(
        MISSING_ROUTINE,
        "reason",
        "the type is known, and neither the platform nor the module has such a method",
        "тип известен, но такого метода нет ни у платформы, ни в модуле",
    ),
    Resolution(
        NOT_IN_UPLOAD,
        "reason",
        "the name before the dot is declared nowhere in the upload",
        "имя перед точкой нигде в выгрузке не объявлено",
    ),
    Resolution(
        NO_SUCH_NAME,
        "reason",
        "nothing that the call can reach has this name, neither routines nor the platform",
        "такого имени нет у методов, доступных в месте вызова, и у платформы",
    ),
    Resolution(
        UNKNOWN_TYPE,
        "unknown",
        "the type is not known, and both the platform and the configuration have such names",
        "тип не известен, а имя бывает и у методов конфигурации",
    ),
)

NAMES: Final = tuple(one.name for one in CATALOGUE)
CODE: Final = {name: code for code, name in enumerate(NAMES)}

RESOLVED: Final = frozenset(one.name for one in CATALOGUE if one.group == "resolved")
"""Resolutions with which `callee` is set."""
