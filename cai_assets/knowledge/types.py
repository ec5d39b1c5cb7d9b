"""What type a chain of calls and properties leads to: `Документы.Заказ.СоздатьДокумент().Товары`.

Types are named canonically, `CatalogObject.Товары`, `ValueTable`, `Array<String>`, a form
`ClientApplicationForm.<form id>`, a common module by its id. A name has all types of all that its
routine gives it, in whatever order: the flow of control is not followed. Nothing known is an
empty set; types of primitive values are left out, for they have no members.

What a routine of another module returns comes from its doc comment and from the column
`routines.inferred_types`, which is made from each module alone: see `Evaluator.infer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from cai_assets.knowledge.chains import CALL, INDEX, NAME, NEW, Step, branches_of, steps_of
from cai_assets.knowledge.declared import Declared
from cai_assets.knowledge.doc_types import DocTypes
from cai_assets.knowledge.routines import COMMON, Place, Routines
from cai_assets.knowledge.scopes import ELEMENT, RETURNED, Given, Scope, Scopes, names_of
from cai_assets.knowledge.type_members import Members
from cai_assets.knowledge.type_names import FORM, module_of, specific, split
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
_DEEPEST = 60


class Tables:
    """What the evaluation of types reads. With `files`, only modules in these are evaluated."""

    def __init__(self, stored: Mapping[str, pa.Table], files: pa.Array | None = None) -> None:
        self.routines = Routines(stored)
        self.declared = Declared(stored)
        self.scopes = Scopes(stored, files)
        self.docs = DocTypes(stored, self.routines, self.declared)


class Evaluator:
    """Types of chains.

    `inferred` says by position what routines return beside what their doc comments tell; without
    it, only routines of the module at hand are looked into.
    """

    def __init__(self, tables: Tables, inferred: Sequence[Types] | None = None) -> None:
        self._tables = tables
        self._routines = tables.routines
        self._declared = tables.declared
        self._inferred = inferred
        self._platform = catalogue()
        self._chains: dict[tuple[Scope, str | None, str], Types] = {}
        self._names: dict[tuple[Scope, str | None, str], Types] = {}
        self._around: dict[tuple[Scope, str], tuple[bool, Types]] = {}
        self._results: dict[int, Types] = {}
        self.members = Members(tables.declared)
        self._open: dict[object, int] = {}
        self._touched = _DEEPEST
        self._relied = False

    def scope(self, place: Place) -> Scope:
        """The scope of a module."""
        return self._tables.scopes.of(place)

    # --- chains -------------------------------------------------------------------------

    def chain(self, scope: Scope, routine: str | None, text: str) -> Types:
        """The types of a chain that stands in a routine (its id; None for the module's body)."""
        steps = steps_of(text)
        head = steps[0]
        if len(steps) == 1 and head.kind == NAME:
            return self.name(scope, routine, head.name)
        key = (scope, routine, text)
        known = self._chains.get(key)
        if known is not None:
            return known
        around, self._touched = self._touched, _DEEPEST
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
        return _union(self.members.element(one, index=False) for one in types)

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
        if len(types) == 1:
            (one,) = types
            return self._after_one(one, step, project) or UNKNOWN
        found = (self._after_one(one, step, project) for one in types)
        return _union(one for one in found if one)

    def _after_one(self, type_: str, step: Step, project: str) -> Types | None:
        if step.kind == NAME:
            return self.members.property(type_, step.name)
        if step.kind == CALL:
            return self._method(type_, step, project)
        if step.kind == INDEX:
            return self.members.element(type_, index=True)
        return UNKNOWN

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
        around = self._around.get((scope, name))
        if around is None:
            around = self._around[scope, name] = self._around_routines(scope, name)
        of_context, types = around
        if of_context:
            return types | self._path(scope, routine, name)
        return self._path(scope, routine, name) if name in names.local else types

    def _around_routines(self, scope: Scope, name: str) -> tuple[bool, Types]:
        """What a name is that no routine declares; whether it is a part of `ЭтотОбъект`."""
        of_context = self._of_context(scope, name)
        if of_context is not None:
            return True, of_context
        if name in self._routines.common:
            return False, frozenset({self.common_module(name)})
        of_platform = self._platform.properties.get(name)
        return False, of_platform if of_platform is not None else frozenset({NOT_HERE})

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
        return self.members.property(scope.this, name, wildcard=False)

    def _path(self, scope: Scope, routine: str | None, path: str) -> Types:
        """What a name, or a property of one, is given.

        A name that leads back to itself adds nothing there. What was met in such a circle is
        not kept for others, so that answers do not depend on who asked first.
        """
        names = names_of(scope, routine)
        given: Sequence[Given] = names.given.get(path, ())
        if scope.variables:
            head = path.partition(".")[0]
            if (
                head in scope.variables
                and head not in names.parameters
                and head not in names.declared
            ):
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

    def _method(self, type_: str, step: Step, project: str) -> Types:
        """What a method of a value returns, the platform's or one of the configuration."""
        if step.literal:
            by_literal = self._by_literal(step, type_)
            if by_literal is not None:
                return by_literal
        found = self.members.method(type_, step.name)
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

    # --- calls --------------------------------------------------------------------------

    def plain(self, scope: Scope, name: str) -> int | None:
        """The routine that a call without a receiver means: the module's own, or a global one."""
        for place in self._routines.places(scope.place[1], scope.place[0]):
            found = self._routines.find(place, name)
            if found is not None:
                return found
        if scope.this and self.members.method(scope.this, name) is not None:
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
            found = self.members.method(scope.this, step.name)
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
            return self.members.manager(literal) if step.name in _MODULES else None
        if step.name in _MANAGERS:
            return self.members.manager(literal)
        if step.name in _FORMS:
            return self.members.form(literal, owner)
        if step.name in _FORM_VALUES and owner.startswith(FORM):
            return self._declared.form_attribute(split(owner)[1], literal.casefold())
        return None

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


def _union(parts: Iterable[Types]) -> Types:
    made: set[str] = set()
    for part in parts:
        made |= part
    return frozenset(made)
