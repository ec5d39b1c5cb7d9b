"""Rules about common modules: their flags, and names that tell the flags (standard 469)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cai_assets.rules.metadata.lookup import Item, Tables, objects
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule

_STANDARDS = (469,)
_NEEDS = ("objects",)
_ORDINARY = Parameter(
    "ordinaryAppSupport",
    True,
    Text(
        "Конфигурация поддерживает обычное приложение: модули доступны и в нем",
        "The configuration supports the ordinary application: its client can use such modules",
    ),
)


class _Flags:
    """Which of the four kinds of standard 469 a module's flags make it."""

    def __init__(self, item: Item, ordinary: bool) -> None:
        call, server = item.flag("ServerCall"), item.flag("Server")
        outside = item.flag("ExternalConnection")
        thick, thin = item.flag("ClientOrdinaryApplication"), item.flag("ClientManagedApplication")
        thick_enough = thick or not ordinary
        self.client_server = not call and server and outside and thick_enough and thin
        self.client = not call and not server and not outside and thick_enough and thin
        self.server_call = call and server and not outside and not thick and not thin
        self.server = not call and server and outside and thick_enough and not thin
        self.global_ = item.flag("Global")
        self.privileged = item.flag("Privileged")
        self.cached = item.properties.get("ReturnValuesReuse", "DontUse") != "DontUse"

    @property
    def valid(self) -> bool:
        return self.client_server or self.client or self.server_call or self.server


def _modules(tables: Tables, options: Mapping[str, Any]) -> Iterator[tuple[Item, _Flags]]:
    for item in objects(tables, "CommonModule"):
        if not item.adopted:
            yield item, _Flags(item, options.get("ordinaryAppSupport", True))


def _says(item: Item, words: Iterable[str]) -> bool:
    folded = item.name.casefold()
    return any(word in folded for word in words)


@table_rule(
    "CommonModuleInvalidType",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    title=Text("Недопустимое сочетание флагов общего модуля", "Flags of a common module clash"),
    description=Text(
        "Стандарт знает четыре вида общих модулей: серверный, серверный для вызова с клиента, "
        "клиентский и клиент-серверный. При другом сочетании флагов код выполняется не там, где "
        "ожидает автор, или не компилируется в одном из режимов запуска.\n\nВыберите один из "
        "четырех видов.",
        "The standard knows four kinds of common modules: server, server called from the client, "
        "client, and client-server. With other flags code runs where its author does not expect "
        "it, or does not compile in one of the modes.\n\nChoose one of the four kinds.",
    ),
    message=Text(
        "Флаги модуля «{name}» не соответствуют ни одному виду общих модулей: {flags}",
        "The flags of {name} make none of the kinds of common modules: {flags}",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
    parameters=(_ORDINARY,),
)
def common_module_invalid_type(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Modules that are none of server, server call, client, client-server."""
    for item, flags in _modules(tables, options):
        if not flags.valid:
            set_ = [name for name in _FLAG_NAMES if item.flag(name)]
            yield item.found(name=item.name, flags=", ".join(set_) or "—")


_FLAG_NAMES = (
    "ClientManagedApplication",
    "ClientOrdinaryApplication",
    "Server",
    "ServerCall",
    "ExternalConnection",
    "Global",
    "Privileged",
)

Check = Callable[..., Iterable[Any]]


def _name_rule(
    key: str,
    severity: Severity,
    kind: Kind,
    words: tuple[str, str, str],
    about: Text,
    applies: Callable[[_Flags], bool],
    parameters: tuple[Parameter, ...] = (),
) -> Check:
    """Define a rule: modules to which `applies` have one of `words` in their name.

    The first word is the Russian one that the texts suggest, the last the English one.
    """
    russian, _, english = words
    folded = tuple(word.casefold() for word in words)

    def check(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
        for item, flags in _modules(tables, options):
            if applies(flags) and not _says(item, folded):
                yield item.found(name=item.name)

    define = table_rule(
        key,
        severity=severity,
        kind=kind,
        title=Text(
            f"В имени модуля нет слова «{russian}»: {about.ru}",
            f"The module's name lacks the word {english}: {about.en}",
        ),
        description=Text(
            f"Имя общего модуля говорит, где выполняется его код и чем он особенный: {about.ru}. "
            f"Без слова «{russian}» тот, кто пишет вызов, этого не видит.\n\nПереименуйте модуль "
            "или исправьте его флаги.",
            "The name of a common module tells where its code runs and what is special about it: "
            f"{about.en}. Without the word {english}, who writes a call does not see that.\n\n"
            "Rename the module, or correct its flags.",
        ),
        message=Text(
            f"В имени модуля «{{name}}» нет слова «{russian}»: {about.ru}",
            f"The name {{name}} lacks the word {english}: {about.en}",
        ),
        needs=_NEEDS,
        standards=_STANDARDS,
        parameters=parameters,
    )
    return define(check)


common_module_name_client = _name_rule(
    "CommonModuleNameClient",
    Severity.MINOR,
    Kind.CODE_SMELL,
    ("Клиент", "Client", "Client"),
    Text("модуль клиентский", "it is a client module"),
    lambda flags: flags.client and not flags.global_,
    (_ORDINARY,),
)
common_module_name_client_server = _name_rule(
    "CommonModuleNameClientServer",
    Severity.MAJOR,
    Kind.CODE_SMELL,
    ("КлиентСервер", "ClientServer", "ClientServer"),
    Text("модуль доступен и на клиенте, и на сервере", "it runs on the client and the server"),
    lambda flags: flags.client_server,
    (_ORDINARY,),
)
common_module_name_server_call = _name_rule(
    "CommonModuleNameServerCall",
    Severity.MINOR,
    Kind.CODE_SMELL,
    ("ВызовСервера", "ServerCall", "ServerCall"),
    Text("модуль вызывается с клиента", "it is called from the client"),
    lambda flags: flags.server_call,
)
common_module_name_cached = _name_rule(
    "CommonModuleNameCached",
    Severity.MAJOR,
    Kind.CODE_SMELL,
    ("ПовтИсп", "ПовторноеИспользование", "Cached"),
    Text("возвращаемые значения используются повторно", "return values are reused"),
    lambda flags: flags.cached,
)
common_module_name_global = _name_rule(
    "CommonModuleNameGlobal",
    Severity.MAJOR,
    Kind.CODE_SMELL,
    ("Глобальный", "Global", "Global"),
    Text("модуль глобальный", "it is global"),
    lambda flags: flags.global_,
)
common_module_name_full_access = _name_rule(
    "CommonModuleNameFullAccess",
    Severity.MAJOR,
    Kind.VULNERABILITY,
    ("ПолныеПрава", "FullAccess", "FullAccess"),
    Text("модуль привилегированный", "it is privileged"),
    lambda flags: flags.privileged,
)


@table_rule(
    "CommonModuleNameGlobalClient",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    title=Text(
        "Лишнее «Клиент» в имени глобального модуля", "A global module with Client in its name"
    ),
    description=Text(
        "Стандарт называет глобальными модули, которые выполняются на клиенте, поэтому к слову "
        "«Глобальный» слово «Клиент» в имени не добавляют.\n\nУберите его из имени.",
        "The standard means modules of the client by global ones, so that Client is not added to "
        "Global in the name.\n\nDrop it.",
    ),
    message=Text(
        "В имени глобального модуля «{name}» лишнее слово «Клиент»",
        "The name of the global module {name} needs no Client",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
    parameters=(_ORDINARY,),
)
def common_module_name_global_client(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Global client modules whose name has more than that before the word."""
    for item, flags in _modules(tables, options):
        folded = item.name.casefold()
        if flags.global_ and flags.client and max(folded.find("клиент"), folded.find("client")) > 0:
            yield item.found(name=item.name)


_WORDS = (
    "процедуры,procedures,функции,functions,обработчики,handlers,модуль,module,"
    "функциональность,functionality"
)


@table_rule(
    "CommonModuleNameWords",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    title=Text("Пустое слово в имени общего модуля", "An empty word in a common module's name"),
    description=Text(
        "«Процедуры», «Функции», «Обработчики», «Модуль», «Функциональность» ничего не говорят о "
        "назначении общего модуля.\n\nНазовите модуль по тому, чем он занимается.",
        "Procedures, Functions, Handlers, Module, Functionality say nothing of what a common "
        "module is for.\n\nName the module after what it does.",
    ),
    message=Text(
        "Слово «{word}» в имени модуля «{name}» ничего не говорит о его назначении",
        "{word} in the name {name} says nothing of what the module is for",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
    parameters=(
        Parameter("words", _WORDS, Text("Слова через запятую", "Words, separated by commas")),
    ),
)
def common_module_name_words(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Modules with one of the parameter's words in their name."""
    words = [word.strip().casefold() for word in str(options["words"]).split(",") if word.strip()]
    for item, _ in _modules(tables, options):
        folded = item.name.casefold()
        word = next((word for word in words if word in folded), None)
        if word is not None:
            start = folded.find(word)
            yield item.found(name=item.name, word=item.name[start : start + len(word)])
