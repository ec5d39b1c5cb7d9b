"""What type a chain of calls and properties leads to: `Документы.Заказ.СоздатьДокумент().Товары`.

Types are named canonically, `CatalogObject.Товары`, `ValueTable`, `Array<String>`, a form
`ClientApplicationForm.<form id>`, a common module by its id. A name has all types of all that its
routine gives it, in whatever order: the flow of control is not followed. Nothing known is an
empty set; types of primitive values are left out, for they have no members.

What a routine of another module returns comes from its doc comment and else from what
`routines.inferred_types` says; that column is made from each module alone, see `Inference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from cai_assets.knowledge.chains import CALL, INDEX, NAME, NEW, Step, branches_of, steps_of
from cai_assets.knowledge.declared import Declared
from cai_assets.knowledge.doc_types import DocTypes
from cai_assets.knowledge.routines import COMMON, Place, Routines
from cai_assets.knowledge.scopes import ELEMENT, RETURNED, Given, Scope, Scopes, names_of
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.onec.metadata.names import form_name, full_name_target
from cai_assets.onec.platform import catalogue as platform
from cai_assets.onec.platform.catalogue import UNKNOWN, Types, catalogue

NOT_HERE, DYNAMIC = "NotInUpload", "Dynamic"
"""Types of names that nothing in the upload declares, and of values made by a computed name."""

THIS = frozenset({"этотобъект", "thisobject", "этаформа", "thisform"})
_MODULES = frozenset(
    {"общиймодуль", "commonmodule", "модуль", "module", "серверныймодуль", "servermodule"}
)
_MANAGERS = frozenset({"менеджеробъектапополномуимени", "objectmanagerbyfullname"})
_EVALUATE = frozenset({"вычислить", "eval"})
_FORMS = frozenset({"получитьформу", "getform", "открытьформу", "openform"})
_FORM_VALUES = frozenset({"реквизитформывзначение", "formattributetovalue"})
_FORM = "ClientApplicationForm"
_STRUCTURE, _COLLECTION, _ROW = (
    "FormDataStructure",
    "FormDataCollection",
    "FormDataCollectionItem",
)
_FORM_DATA = {"ValueTable": _COLLECTION, "ValueTree": "FormDataTree"}
_DEEPEST = 60


class Tables:
    """What the evaluation of types reads. With `files`, only modules in these are evaluated."""

    def __init__(self, stored: Mapping[str, pa.Table], files: pa.Array | None = None) -> None:
        self.routines = Routines(stored)
        self.declared = Declared(stored)
        self.scopes = Scopes(stored, files)
        self.docs = DocTypes(stored, self.routines, self.declared)


class Evaluator:
    """Types of chains. `inferred` gives what routines return that no doc comment tells;

    without it, only routines of the module at hand are looked into.
    """

    def __init__(self, tables: Tables, inferred: Sequence[Types] | None = None) -> None:
        self._tables = tables
        self._routines = tables.routines
        self._declared = tables.declared
        self._inferred = inferred
        self._platform = catalogue()
        self._chains: dict[tuple[Scope, str | None, str], Types] = {}
        self._names: dict[tuple[Scope, str | None, str], Types] = {}
        self._results: dict[int, Types] = {}
        self._properties: dict[tuple[str, str], Types | None] = {}
        self._methods: dict[tuple[str, str], Types | None] = {}
        self._open: dict[object, int] = {}
        self._touched = _DEEPEST
        self._relied = False

    def scope(self, place: Place) -> Scope:
        """The scope of a module."""
        return self._tables.scopes.of(place)

    # --- chains -------------------------------------------------------------------------

    def chain(self, scope: Scope, routine: str | None, text: str) -> Types:
        """The types of a chain that stands in a routine (its id; None for the module's body)."""
        key = (scope, routine, text)
        known = self._chains.get(key)
        if known is not None:
            return known
        around, self._touched = self._touched, _DEEPEST
        steps = steps_of(text)
        head = steps[0]
        types = self._head(scope, routine, head)
        path = head.name if head.kind == NAME else ""
        for step in steps[1:]:
            types = self._after(types, step, scope.place[0])
            if step.kind == NAME and path:
                path = f"{path}.{step.name}"
                types |= self._path(scope, routine, path)
            else:
                path = ""
        if self._touched >= len(self._open):
            self._chains[key] = types
        self._touched = min(around, self._touched)
        return types

    def _value(self, scope: Scope, given: Given) -> Types:
        of_routine, kind, value = given
        types: Types = UNKNOWN
        for text in branches_of(value):
            types |= self.chain(scope, of_routine, text)
        return self._elements(types) if kind == ELEMENT else types

    def _elements(self, types: Types) -> Types:
        return _union(self._element(one, index=False) for one in types)

    def _head(self, scope: Scope, routine: str | None, step: Step) -> Types:
        if step.kind == NAME:
            return self.name(scope, routine, step.name)
        if step.kind == CALL:
            return self._called(scope, step)
        if step.kind == NEW:
            if not step.name:
                return frozenset({DYNAMIC})
            name = self._platform.type_names.get(step.name)
            return frozenset({name}) if name else UNKNOWN
        return UNKNOWN

    def _after(self, types: Types, step: Step, project: str) -> Types:
        if not types:
            return UNKNOWN
        if step.kind == NAME:
            found = (self.property(one, step.name) for one in types)
        elif step.kind == CALL:
            found = (self._method(one, step, project) for one in types)
        elif step.kind == INDEX:
            found = (self._element(one, index=True) for one in types)
        else:
            return UNKNOWN
        return _union(one for one in found if one)

    # --- names --------------------------------------------------------------------------

    def name(self, scope: Scope, routine: str | None, name: str) -> Types:
        """The types of a bare name, folded."""
        key = (scope, routine, name)
        known = self._names.get(key)
        if known is None:
            around, self._touched = self._touched, _DEEPEST
            known = self._named(scope, routine, name)
            if self._touched >= len(self._open):
                self._names[key] = known
            self._touched = min(around, self._touched)
        return known

    def _named(self, scope: Scope, routine: str | None, name: str) -> Types:
        names = names_of(scope, routine)
        if name in names.parameters:
            types = self._tables.docs.types(names.parameters[name], scope.place, self._result_of)
            if not types and routine:
                types = self._of_handler(scope, routine, list(names.parameters).index(name))
            return types | self._path(scope, routine, name)
        if name in names.declared:
            return self._path(scope, routine, name)
        if name in scope.variables:
            return self._path(scope, routine, name)
        if name in THIS and scope.this:
            return frozenset({scope.this})
        of_context = self._of_context(scope, name)
        if of_context is not None:
            return of_context | self._path(scope, routine, name)
        if name in names.local:
            return self._path(scope, routine, name)
        if name in self._routines.common:
            return frozenset({self.common_module(name)})
        of_platform = self._platform.properties.get(name)
        return of_platform if of_platform is not None else frozenset({NOT_HERE})

    def _of_handler(self, scope: Scope, routine: str, order: int) -> Types:
        """The types of a parameter of a procedure that the platform calls, by its position."""
        kind = self._routines.kinds.get(scope.place, "")
        if kind == "HTTPServiceModule" and len(names_of(scope, routine).parameters) == 1:
            return frozenset({"HTTPServiceRequest"})
        known = self._platform.handlers.get(routine.rpartition(".")[2].casefold(), ())
        if kind == "CommonModule" or order >= len(known):
            return UNKNOWN
        if known[order] == {platform.MAIN}:
            return self._declared.main_attribute(split(scope.this)[1]) if scope.this else UNKNOWN
        return known[order]

    def _of_context(self, scope: Scope, name: str) -> Types | None:
        """A property of `ЭтотОбъект` that is named without it."""
        if not scope.this or scope.this.startswith(COMMON):
            return None
        return self.property(scope.this, name, wildcard=False)

    def _path(self, scope: Scope, routine: str | None, path: str) -> Types:
        """What a name, or a property of one, is given.

        A name that leads back to itself adds nothing there. What was met in such a circle is
        not kept for others, so that answers do not depend on who asked first.
        """
        names = names_of(scope, routine)
        given: Sequence[Given] = names.given.get(path, ())
        head = path.partition(".")[0]
        if head in scope.variables and head not in names.parameters and head not in names.declared:
            given = scope.given.get(path, ())
        if not given:
            return UNKNOWN
        key = (scope, routine, path)
        depth = self._open.get(key)
        if depth is not None:
            self._touched = min(self._touched, depth)
            return UNKNOWN
        if len(self._open) >= _DEEPEST:
            return UNKNOWN
        depth = self._open[key] = len(self._open)
        around, self._touched = self._touched, _DEEPEST
        types: Types = UNKNOWN
        for one in given:
            types |= self._value(scope, one)
        del self._open[key]
        self._touched = around if self._touched >= depth else min(around, self._touched)
        return types

    def common_module(self, name: str) -> str:
        """The id of a common module by its folded name."""
        return self._declared.ids.get(f"commonmodule.{name}", f"{COMMON}{name}")

    # --- members of types ---------------------------------------------------------------

    def property(self, type_: str, name: str, *, wildcard: bool = True) -> Types | None:
        """The types of a property by folded name; None if the type is not known to have it."""
        key = (type_, name if wildcard else f"={name}")
        if key in self._properties:
            return self._properties[key]
        found = self._property(type_, name, wildcard=wildcard)
        self._properties[key] = found
        return found

    def _property(self, type_: str, name: str, *, wildcard: bool) -> Types | None:
        head, argument = split(type_)
        if argument and "<" not in type_:
            found = self._declared_property(head, argument, name)
            if found is not None:
                return found
        entry = self._platform.types.get(head)
        if entry is None:
            return None
        found = entry.properties.get(name)
        if found is None and wildcard and entry.wildcard:
            found = entry.wildcard
        return None if found is None else self._made(found, type_, name)

    def _declared_property(self, head: str, argument: str, name: str) -> Types | None:
        declared = self._declared
        if head == _FORM:
            types = declared.form_attribute(argument, name)
            return None if types is None else form_data(types)
        if head == "FormItems":
            return declared.form_item(argument, name) or None
        if head in (_STRUCTURE, _ROW):
            types = self.property(argument, name)
            return None if types is None else form_data(types)
        kind = kind_by_type_head(head)
        if kind is None:
            return None
        if head.endswith("TabularSectionRow"):
            object_, _, section = argument.partition(".")
            return declared.member(f"{kind}.{object_}.TabularSection.{section}", name)
        return declared.member(f"{kind}.{argument}", name)

    def method(self, type_: str, name: str) -> Types | None:
        """What a method of the platform returns; None if the type has no such method."""
        key = (type_, name)
        if key not in self._methods:
            entry = self._platform.types.get(split(type_)[0])
            found = entry.methods.get(name) if entry else None
            self._methods[key] = None if found is None else self._made(found, type_, name)
        return self._methods[key]

    def _method(self, type_: str, step: Step, project: str) -> Types:
        """What a method of a value returns, the platform's or one of the configuration."""
        if step.literal:
            by_literal = self._by_literal(step, type_)
            if by_literal is not None:
                return by_literal
        found = self.method(type_, step.name)
        if found is not None:
            return found
        position = self.exported(type_, step.name, project)
        return UNKNOWN if position is None else self._result_of(position)

    def exported(self, type_: str, name: str, project: str) -> int | None:
        """The exported routine of the module behind a type, its project's first."""
        for place in self._routines.places(module_of(type_), project):
            found = self._routines.find(place, name)
            if found is not None and self._routines.exported[found]:
                return found
        return None

    def _element(self, type_: str, *, index: bool) -> Types:
        head, argument = split(type_)
        entry = self._platform.types.get(head)
        if entry is None:
            return UNKNOWN
        if index and not entry.at and not entry.each and entry.wildcard:
            return frozenset(name.removesuffix(".*") for name in entry.wildcard)
        return self._made(entry.at if index else entry.each, type_, argument)

    def _made(self, types: Types, owner: str, name: str) -> Types:
        """Types of the catalogue for a certain owner."""
        made: set[str] = set()
        for one in types:
            if one == platform.SELF:
                made.add(owner)
            elif one == platform.ELEMENT:
                made |= element_of(owner)
            elif one == platform.VALUE:
                made |= self._value_of(owner, name)
            elif "*" in one:
                made.add(self._instance(one, owner, name))
            else:
                made.add(_row_of(owner, one))
        return frozenset(made)

    def _value_of(self, owner: str, name: str) -> Types:
        head, argument = split(owner)
        kind = "Constant" if head.startswith("Constant") else "SessionParameter"
        return self._declared.of(f"{kind}.{argument or name}")

    def _instance(self, type_: str, owner: str, name: str) -> str:
        """`CatalogObject.*` for the object that `owner` names, or else for the property's name."""
        head, argument = split(owner)
        made = type_.removesuffix(".*")
        if argument:
            return f"{made}.{argument}"
        if not head.endswith("Manager") or not made.endswith("Manager"):
            return made
        return f"{made}.{self._spelt(kind_by_type_head(made) or '', name)}"

    # --- calls --------------------------------------------------------------------------

    def plain(self, scope: Scope, name: str) -> int | None:
        """The routine that a call without a receiver means: the module's own, or a global one."""
        for place in self._routines.places(scope.place[1], scope.place[0]):
            found = self._routines.find(place, name)
            if found is not None:
                return found
        if scope.this and self.method(scope.this, name) is not None:
            return None
        return self._routines.global_.get(name)

    def _called(self, scope: Scope, step: Step) -> Types:
        if step.literal:
            by_literal = self._by_literal(step, scope.this)
            if by_literal is not None:
                return by_literal
        position = self.plain(scope, step.name)
        if position is not None:
            return self._result_of(position)
        if scope.this:
            found = self.method(scope.this, step.name)
            if found is not None:
                return found
        return self._platform.functions.get(step.name, UNKNOWN)

    def _by_literal(self, step: Step, owner: str) -> Types | None:
        """What functions return whose literal argument decides it; None for other functions."""
        literal = step.literal
        if step.name in _MODULES or step.name in _EVALUATE:
            folded = literal.casefold()
            if folded in self._routines.common:
                return frozenset({self.common_module(folded)})
            if step.name in _MODULES and literal.isidentifier():
                return frozenset({NOT_HERE})
            return self._manager(literal) if step.name in _MODULES else None
        if step.name in _MANAGERS:
            return self._manager(literal)
        if step.name in _FORMS:
            return self._form(literal, owner)
        if step.name in _FORM_VALUES and owner.startswith(_FORM):
            return self._declared.form_attribute(split(owner)[1], literal.casefold())
        return None

    def _manager(self, full_name: str) -> Types | None:
        target = full_name_target(full_name)
        if target is None:
            return None
        type_, _, name = target.target.partition(".")
        return frozenset({f"{type_}Manager.{self._spelt(type_, name)}"})

    def _spelt(self, type_: str, name: str) -> str:
        return self._declared.ids.get(f"{type_}.{name}".casefold(), f".{name}").partition(".")[2]

    def _form(self, literal: str, owner: str) -> Types | None:
        head, argument = split(owner)
        kind = kind_by_type_head(head)
        if "." in literal:
            target = full_name_target(literal, form=True)
        else:
            target = form_name(f"{kind}.{argument}", literal) if kind and argument else None
        if target is None:
            return None
        form = self._declared.ids.get(target.target.casefold())
        return frozenset({f"{_FORM}.{form}"}) if form and not target.note else frozenset({_FORM})

    # --- results ------------------------------------------------------------------------

    def _result_of(self, position: int) -> Types:
        """What a routine returns."""
        if self._inferred is not None:
            inferred = self._inferred[position]
        else:
            inferred = self._results.get(position, UNKNOWN)
            self._relied = True
        return specific(self._tables.docs.result(position, self._result_of) | inferred)

    def infer(self, place: Place) -> dict[int, Types]:
        """What the functions of a module return as their own `Возврат` tells, by position.

        Functions of the module that it relies on are looked into first; those that call each
        other in a circle see what was known so far.
        """
        scope = self.scope(place)
        positions = self._routines.of_module(place).values()
        found: dict[int, Types] = {}
        for _ in range(_ROUNDS):
            self._chains.clear()
            self._names.clear()
            changed = self._relied = False
            for position in positions:
                routine = self._routines.ids[position]
                types: Types = UNKNOWN
                for given in names_of(scope, routine).given.get("", ()):
                    if given[1] == RETURNED:
                        types |= self._value(scope, given)
                types -= _PRIVATE
                if types != found.get(position, UNKNOWN):
                    found[position] = types
                    changed = True
            self._results = dict(found)
            if not changed or not self._relied:
                break
        self._results = {}
        return found


_ROUNDS = 3
"""How often the functions of a module are looked into, for those that return each other's."""
_PRIVATE = frozenset({NOT_HERE, DYNAMIC})


def split(type_: str) -> tuple[str, str]:
    """The head of a type and the name or element behind it: `CatalogRef.Товары`, `Array<X>`."""
    if type_.endswith(">"):
        head, _, element = type_.partition("<")
        return head, element[:-1]
    if type_.startswith(COMMON):
        return "CommonModule", type_[len(COMMON) :]
    head, _, argument = type_.partition(".")
    return head, argument


def specific(types: Types) -> Types:
    """Without types of any object where the object is known: `CatalogRef` beside `CatalogRef.X`."""
    if len(types) < 2:
        return types
    named = {head for head, argument in map(split, types) if argument}
    return frozenset(one for one in types if one not in named)


def element_of(type_: str) -> Types:
    """What a collection is said to hold: `Array<Type>` → `Type`."""
    return frozenset({split(type_)[1]}) if type_.endswith(">") else UNKNOWN


def _row_of(owner: str, type_: str) -> str:
    """The row of a certain tabular section or form collection, where the owner is one."""
    head, argument = split(owner)
    if not argument:
        return type_
    if type_ == "AnyTabularSectionRow" and head.endswith("TabularSection"):
        return f"{head}Row.{argument}"
    if type_ == _ROW and head == _COLLECTION:
        section, name = split(argument)
        return f"{_ROW}.{section}Row.{name}" if section.endswith("Section") else type_
    return type_


def form_data(types: Types) -> Types:
    """How values of these types are seen in a form."""
    return frozenset(_form_data(one) for one in types)


def _form_data(type_: str) -> str:
    head, argument = split(type_)
    if head in _FORM_DATA:
        return _FORM_DATA[head]
    if kind_by_type_head(head) is None and head != "ConstantsSet":
        return type_
    if head.endswith(("Object", "RecordManager", "ConstantsSet")):
        return f"{_STRUCTURE}.{type_}" if argument else _STRUCTURE
    if head.endswith("TabularSection"):
        return f"{_COLLECTION}.{type_}"
    return _COLLECTION if head.endswith("RecordSet") else type_


def module_of(type_: str) -> str:
    """The folded id of the module whose exported routines a value of this type has; else empty."""
    head, argument = split(type_)
    if not argument:
        return ""
    if head == "CommonModule":
        return f"{COMMON}{argument}.module".casefold()
    if head == _FORM:
        return f"{argument}.module".casefold()
    kind = kind_by_type_head(head)
    if kind is None:
        return ""
    for suffix, module in _MODULE_BY_SUFFIX.items():
        if head == kind + suffix:
            return f"{kind}.{argument}.{module}".casefold()
    return ""


_MODULE_BY_SUFFIX = {
    "Manager": "managermodule",
    "Object": "objectmodule",
    "RecordSet": "recordsetmodule",
    "ValueManager": "valuemanagermodule",
}


def _union(parts: Iterable[Types]) -> Types:
    made: set[str] = set()
    for part in parts:
        made |= part
    return frozenset(made)
