"""What code names without calling it: metadata objects, forms, and procedures in strings.

`BodyReader` hands over every chain that begins with a global property, every call that takes
names in strings, and every string; the text decides what is meant. What one module cannot
decide (is `Продажи` of `"Продажи.Провести"` a common module?) becomes a `Mention`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.literals import string_value
from cai_assets.onec.bsl.nodes import (
    Binary,
    Chain,
    Expression,
    Handler,
    Index,
    MethodCall,
    Name,
    New,
    Property,
    String,
)
from cai_assets.onec.facts import Mention, Named
from cai_assets.onec.metadata import names as m

Arguments: TypeAlias = Sequence[Expression | None]

THIS: Final = frozenset({"этотобъект", "thisobject", "этаформа", "thisform"})
_RECORDS: Final = frozenset({"движения", "registerrecords"})

ROOTS: Final = frozenset(m.MANAGERS) | m.METADATA | _RECORDS | {"этотобъект", "thisobject"}
"""Folded first names of the chains that `Mentions.chain` wants to see."""

_ACTION: Final = frozenset({"действие", "action"})
_FIND: Final = frozenset({"найти", "find"})
_DOTTED: Final = re.compile(
    r'"(?:e1cib/[a-z]+/)?([^\W\d]\w*(?:\.[^\W\d]\w*)+\.?)[("?]', re.IGNORECASE
).match
"""A literal that is, or begins as a call with, names joined by dots; or a link to an object."""

_IN_TEXT: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(m.FULL_NAME_HEADS))})\.[^\W\d]\w*", re.IGNORECASE
).findall
"""Full names of objects within a longer text: part of a query, a restriction."""

_LOCALISED: Final = re.compile(r"\"\s*[a-z]{2}\s*=", re.IGNORECASE).match
"""A text for people, as `НСтр` takes it."""


class Mentions:
    """Collects what the bodies of one module name.

    `named` are edges whose target the module itself decides; a target that begins with a dot
    is a routine of the module, one that begins with `#` a part of the module's object.
    """

    def __init__(self, tokens: Tokens, routines: Sequence[str]) -> None:
        self.named: list[Named] = []
        self.mentions: list[Mention] = []
        self._tokens = tokens
        self._values = tokens.code.values
        self._own = {f'"{name}"'.lower(): name for name in routines}
        self._routines = routines
        self._lower = frozenset(name.lower() for name in routines)
        self._explained: set[int] = set()

    # --- chains -------------------------------------------------------------------------

    def chain(self, routine: int, node: Chain, head: str) -> None:
        """A chain whose first name is one of `ROOTS` and no variable."""
        steps, called, arguments = self._steps(node, head)
        first = head.lower()
        if first in m.METADATA:
            names = steps[1:]
            if called:
                method = names.pop()
                if arguments and method.lower() in _FIND:
                    names.append(self._explain(arguments[0]))
            found = m.metadata_target(names)
            if found:
                self._edge(routine, node.start, "manager", found)
            return
        if first in THIS:
            steps = steps[1:]
            if not steps or steps[0].lower() not in _RECORDS:
                return
            first = steps[0].lower()
        if first in _RECORDS:
            if len(steps) - called > 1:
                self._mention(routine, node.start, "movement", steps[1])
            return
        if called and len(steps) > 2 and arguments and steps[2].lower() in _OF_MANAGER:
            object_ = m.manager_target(steps[:2])
            name = self._explain(arguments[0])
            if object_ and name:
                self._of_manager(routine, node.start, object_, _OF_MANAGER[steps[2].lower()], name)
                return
        if called and len(steps) == 2:
            if steps[1].lower() in _CREATE_SET and arguments:
                self.listed(routine, node.start, arguments[0], m.MANAGERS[first])
            return
        target = m.manager_target(steps, called=called)
        if target:
            self._edge(routine, node.start, "manager", target)

    def _steps(
        self, node: Chain, head: str
    ) -> tuple[list[str], bool, list[Expression | None] | None]:
        """The names up to the first call or computed index; whether the last one is called."""
        steps = [head]
        for link in node.links:
            if type(link) is Property:
                steps.append(link.name)
            elif type(link) is MethodCall:
                return [*steps, link.name], True, link.arguments
            elif type(link) is Index:
                name = self._text(link.index)
                if not name or not name.isidentifier():
                    break
                steps.append(name)
        return steps, False, None

    def _of_manager(self, routine: int, start: int, object_: str, part: str, name: str) -> None:
        if part == "Form":
            target, note = m.form_name(object_, name)
            self._edge(routine, start, "open_form", target, note)
        else:
            self._edge(routine, start, "manager", f"{object_}.{part}.{name}")

    # --- calls with names in strings ----------------------------------------------------

    def call(
        self, routine: int, start: int, name: str, receiver: str, arguments: Arguments
    ) -> None:
        """A call of one of `CALLS`, with the text before its name."""
        CALLS[name](self, routine, start, receiver.lower(), arguments)

    def new(self, routine: int, node: New) -> None:
        """`Новый` of a type or with the name of one in a string."""
        arguments = node.arguments
        if not arguments:
            return
        name = node.type_name.lower()
        if not name:
            self._types(routine, node.start, arguments[0])
        elif name in _TYPE_DESCRIPTION:  # types, or a description with types to add and take out
            for argument in arguments[:3]:
                self._types(routine, node.start, argument)
        elif name in _NOTIFICATION:
            for procedure, module in zip(arguments[0:4:3], arguments[1:5:3], strict=False):
                self._notification(routine, procedure, module)

    def _notification(
        self, routine: int, procedure: Expression | None, module: Expression | None
    ) -> None:
        name = self._explain(procedure)
        if not name or not name.isidentifier() or procedure is None:
            return
        if type(module) is Name:
            folded = module.name.lower()
            if folded in THIS:
                self._edge(routine, procedure.start, "notification", f".{name}")
            else:
                self._mention(routine, procedure.start, "notification", f"{module.name}.{name}")
        else:
            self._mention(routine, procedure.start, "notification", name)

    def _types(self, routine: int, start: int, argument: Expression | None) -> None:
        """Names of types in a string, separated by commas."""
        for name in self._names(argument):
            target = m.type_target(name)
            if target:
                self._edge(routine, start, "manager", target)

    def _type(self, routine: int, start: int, receiver: str, arguments: Arguments) -> None:
        if not receiver:
            self._types(routine, start, arguments[0])

    def _full_name(self, routine: int, start: int, _receiver: str, arguments: Arguments) -> None:
        text = self._explain(arguments[0])
        found = m.full_name_target(text) if text else None
        if found:
            self._edge(routine, start, "manager", found.target)

    def _open_form(self, routine: int, start: int, receiver: str, arguments: Arguments) -> None:
        argument = arguments[0]
        while type(argument) is Binary and argument.operator == k.PLUS:
            argument = argument.left  # the rest of the name is known only at run time
        text = self._explain(argument)
        if not text or (receiver and receiver not in THIS and "." not in text):
            return
        if argument is not arguments[0]:
            text = text.rpartition(".")[0] + "."
        found = m.full_name_target(text, form=True)
        if found:
            note = "" if argument is arguments[0] else "part of the name"
            self._edge(routine, start, "open_form", found.target, found.note or note)

    def _own_template(self, routine: int, start: int, receiver: str, arguments: Arguments) -> None:
        if not receiver or receiver in THIS:
            name = self._explain(arguments[0])
            if name and name.isidentifier():
                self._edge(routine, start, "manager", f"#Template.{name}")

    def _idle_handler(self, routine: int, start: int, receiver: str, arguments: Arguments) -> None:
        name = self._explain(arguments[0])
        if not name or not name.isidentifier():
            return
        if (not receiver or receiver in THIS) and name.lower() in self._lower:
            self._edge(routine, start, "notification", f".{name}")
        else:
            self._mention(routine, start, "idle_handler", name)

    def _set_action(self, routine: int, start: int, _receiver: str, arguments: Arguments) -> None:
        if len(arguments) > 1:
            self.action(routine, start, arguments[1])

    def action(self, routine: int, start: int, value: Expression | None) -> None:
        """A procedure of the form's module by its name: `Команда.Действие = "Имя"`."""
        name = self._explain(value)
        if name and name.lower() in self._lower:
            self._edge(routine, start, "notification", f".{name}")

    def assigned(self, routine: int, target: Expression, value: Expression) -> None:
        """A string assigned to a property."""
        if type(target) is Chain:
            last = target.links[-1]
            if type(last) is Property and last.name.lower() in _ACTION:
                self.action(routine, value.start, value)

    def handler(self, routine: int, node: Handler) -> None:
        """`ДобавитьОбработчик Событие, Обработчик`."""
        handler = node.handler
        if type(handler) is Name:
            if handler.name.lower() in self._lower:
                self._edge(routine, handler.start, "notification", f".{handler.name}")
        elif type(handler) is Chain and type(handler.head) is Name:
            names = [link.name for link in handler.links if type(link) is Property]
            if len(names) == len(handler.links) == 1:
                if handler.head.name.lower() in THIS:
                    self._edge(routine, handler.start, "notification", f".{names[0]}")
                else:
                    text = f"{handler.head.name}.{names[0]}"
                    self._mention(routine, handler.start, "notification", text)

    def listed(
        self,
        routine: int,
        start: int,
        argument: Expression | None,
        kind: str,
        edge: str = "manager",
    ) -> None:
        """Names of objects of one kind in a string, separated by commas."""
        for name in self._names(argument):
            if name.isidentifier():
                self._edge(routine, start, edge, f"{kind}.{name}")

    # --- strings ------------------------------------------------------------------------

    def string(self, routine: int, node: String, *, is_query: bool) -> None:
        """Any string: names joined by dots, or the name of a routine of the module.

        What a query names is read by those who parse it.
        """
        value = self._values[node.start]
        if node.start in self._explained:
            return
        own = self._own.get(value.lower())
        if own is not None:
            if routine < 0 or self._routines[routine] != own:
                self._edge(routine, node.start, "routine_name", f".{own}")
            return
        found = _DOTTED(value) if "." in value else None
        if found:
            self._mention(routine, node.start, "", found[1])
        elif not is_query and not _LOCALISED(value):
            for token in range(node.start, node.end + 1):
                text = self._values[token]
                if "." in text:
                    for name in _IN_TEXT(text):
                        self._mention(routine, token, "", name)

    # --- rows ---------------------------------------------------------------------------

    def _edge(self, routine: int, start: int, kind: str, target: str, note: str = "") -> None:
        self.named.append(Named(routine, self._line(start), kind, target, note))

    def _mention(self, routine: int, start: int, context: str, text: str) -> None:
        self.mentions.append(Mention(routine, self._line(start), context, text))

    def _line(self, start: int) -> int:
        return bisect_right(self._tokens.line_starts, self._tokens.code.offsets[start])

    def _text(self, node: Expression | None) -> str:
        return string_value(self._tokens, node) if type(node) is String else ""

    def _explain(self, node: Expression | None) -> str:
        """The text of a literal, which `string` is not to interpret again."""
        if type(node) is not String:
            return ""
        self._explained.add(node.start)
        return string_value(self._tokens, node)

    def _names(self, node: Expression | None) -> list[str]:
        return [name.strip() for name in self._explain(node).split(",") if name.strip()]


_Call = Callable[[Mentions, int, int, str, Arguments], None]


def _names_of(kind: str, edge: str = "manager", *, plain: bool = True) -> _Call:
    """A call whose first argument names objects of one kind, separated by commas."""

    def read(
        mentions: Mentions,
        routine: int,
        start: int,
        receiver: str,
        arguments: Arguments,
    ) -> None:
        if not (plain and receiver):
            mentions.listed(routine, start, arguments[0], kind, edge)

    return read


def _both(*rows: tuple[str, str, _Call]) -> dict[str, _Call]:
    return {name.lower(): call for english, russian, call in rows for name in (english, russian)}


CALLS: Final[dict[str, _Call]] = _both(
    ("Type", "Тип", Mentions._type),
    ("PredefinedValue", "ПредопределенноеЗначение", Mentions._full_name),
    ("FindByFullName", "НайтиПоПолномуИмени", Mentions._full_name),
    ("OpenForm", "ОткрытьФорму", Mentions._open_form),
    ("OpenFormModal", "ОткрытьФормуМодально", Mentions._open_form),
    ("GetForm", "ПолучитьФорму", Mentions._open_form),
    ("GetCommonForm", "ПолучитьОбщуюФорму", _names_of("CommonForm", "open_form")),
    ("GetCommonTemplate", "ПолучитьОбщийМакет", _names_of("CommonTemplate")),
    ("GetTemplate", "ПолучитьМакет", Mentions._own_template),
    (
        "GetFunctionalOption",
        "ПолучитьФункциональнуюОпцию",
        _names_of("FunctionalOption", "functional_option"),
    ),
    ("IsInRole", "РольДоступна", _names_of("Role", "role_check", plain=False)),
    ("RolesAvailable", "РолиДоступны", _names_of("Role", "role_check", plain=False)),
    ("CommonModule", "ОбщийМодуль", _names_of("CommonModule", plain=False)),
    ("AttachIdleHandler", "ПодключитьОбработчикОжидания", Mentions._idle_handler),
    ("DetachIdleHandler", "ОтключитьОбработчикОжидания", Mentions._idle_handler),
    ("SetAction", "УстановитьДействие", Mentions._set_action),
)
"""Folded names of the calls whose string arguments name something."""

_OF_MANAGER: Final = {
    "получитьформу": "Form",
    "getform": "Form",
    "получитьмакет": "Template",
    "gettemplate": "Template",
}
_CREATE_SET: Final = frozenset({"создатьнабор", "createset"})
_TYPE_DESCRIPTION: Final = frozenset({"описаниетипов", "typedescription"})
_NOTIFICATION: Final = frozenset({"описаниеоповещения", "notifydescription", "callbackdescription"})
