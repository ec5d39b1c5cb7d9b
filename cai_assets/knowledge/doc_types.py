"""Types as doc comments write them: `СправочникСсылка.Товары`, `Массив из X`, `см. Модуль.Имя`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.declared import Declared
from cai_assets.knowledge.routines import COMMON, Place, Routines
from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.onec.metadata.names import full_name_target
from cai_assets.onec.platform.catalogue import UNKNOWN, Types, catalogue

ResultOf = Callable[[int], Types]
_SEE = ("см. ", "см ", "see ")
_LINKS = frozenset({"см.", "см", "see", "see:"})
_OF = (" из ", " of ", " contains ")
_COLLECTIONS = frozenset({"Array", "FixedArray", "ValueList"})
_MODULE = frozenset({"общиймодуль", "commonmodule"})
_DEEPEST = 8


class DocTypes:
    """Types that doc comments state. Links are followed to other routines' comments."""

    def __init__(
        self, stored: Mapping[str, pa.Table], routines: Routines, declared: Declared
    ) -> None:
        self._stored = stored
        self._routines = routines
        self._declared = declared
        self._returns: list[list[str]] = stored["routines"].column("return_types").to_pylist()
        self._descriptions = stored["routines"].column("returns")
        self._module = Coded.of(stored["routines"], "module")
        self._project = Coded.of(stored["routines"], "project")
        self._names = catalogue().type_names
        self._plain: dict[str, Types] = {}
        self._parameters: dict[str, dict[str, list[str]]] | None = None
        self._depth = 0

    def result(self, position: int, result_of: ResultOf) -> Types:
        """What the comment of a routine says that it returns."""
        texts = self._returns[position]
        if not texts:
            return UNKNOWN
        types = self.types(texts, self._place(position), result_of)
        return types | self._described_module(position) if "CommonModule" in types else types

    def _described_module(self, position: int) -> Types:
        """`ОбщийМодуль - см. Имя`: the module that the description refers to."""
        words = self._descriptions[position].as_py().split()
        for before, word in zip(words, words[1:], strict=False):
            if before.casefold() in _LINKS:
                common = self._declared.ids.get(f"{COMMON}{word.rstrip('.,;:)')}".casefold())
                if common:
                    return frozenset({common})
        return UNKNOWN

    def types(self, texts: Iterable[str], place: Place, result_of: ResultOf) -> Types:
        """The types of texts that stand in a module."""
        types: Types = UNKNOWN
        for text in texts:
            types |= self._type(text, place, result_of)
        return types

    def _place(self, position: int) -> Place:
        project = self._project.values[self._project.codes[position]]
        return project, self._module.values[self._module.codes[position]].casefold()

    def _type(self, text: str, place: Place, result_of: ResultOf) -> Types:
        folded = text.casefold()
        for word in _SEE:
            if folded.startswith(word):
                return self._seen(text[len(word) :], place, result_of)
        for word in _OF:
            collection, found, element = folded.partition(word)
            if found:
                name = self._names.get(collection.strip())
                if name not in _COLLECTIONS:
                    return frozenset({name}) if name else UNKNOWN
                elements = self._type(text[len(collection) + len(word) :], place, result_of)
                return frozenset(f"{name}<{one}>" for one in elements) or frozenset({name})
        known = self._plain.get(text)
        if known is None:
            known = self._plain[text] = self._named(text.strip().rstrip(".:"))
        return known

    def _named(self, text: str) -> Types:
        head, dot, rest = text.partition(".")
        if head.casefold() in _MODULE:
            common = self._declared.ids.get(f"{COMMON}{rest}".casefold())
            return frozenset({common}) if common else frozenset({"CommonModule"})
        if head.casefold() in ("определяемыйтип", "definedtype"):
            return self._declared.looked_into(f"DefinedType.{rest}")
        name = self._names.get(head.casefold())
        if name is None:
            return UNKNOWN
        return frozenset({self._spelt(name, rest) if dot else name})

    def _spelt(self, head: str, rest: str) -> str:
        object_, dot, part = rest.partition(".")
        for length in range(len(head), 0, -1):
            kind = kind_by_bsl_name(head[:length])
            if kind and head.startswith(kind):
                known = self._declared.ids.get(f"{kind}.{object_}".casefold())
                object_ = known.partition(".")[2] if known else object_
                break
        return f"{head}.{object_}{dot}{part}"

    def _seen(self, text: str, place: Place, result_of: ResultOf) -> Types:
        """What `см. …` refers to: a routine, a parameter of one, or a form."""
        if self._depth >= _DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return self._linked(text.partition("(")[0].strip().rstrip(".:"), place, result_of)
        finally:
            self._depth -= 1

    def _linked(self, text: str, place: Place, result_of: ResultOf) -> Types:
        steps = text.split(".")
        for length in range(len(steps), 0, -1):
            position = self._routine(steps[:length], place)
            if position is None:
                continue
            if length == len(steps):
                return result_of(position)
            return self._parameter(position, steps[length], result_of)
        target = full_name_target(text, form=True)
        form = self._declared.ids.get(target.target.casefold()) if target else None
        if form and ("Form." in form):
            return frozenset({f"ClientApplicationForm.{form}"})
        return UNKNOWN

    def _routine(self, steps: list[str], place: Place) -> int | None:
        name = steps[-1].casefold()
        if len(steps) == 1:
            places = self._routines.places(place[1], place[0])
        elif len(steps) == 2:
            places = self._routines.common.get(steps[0].casefold(), [])
        else:
            kind = kind_by_bsl_name(steps[0])
            module = f"{kind}.{steps[1]}.managermodule".casefold()
            places = self._routines.places(module, place[0]) if len(steps) == 3 else []
        for one in places:
            found = self._routines.find(one, name)
            if found is not None:
                return found
        return None

    def _parameter(self, position: int, name: str, result_of: ResultOf) -> Types:
        if self._parameters is None:
            self._parameters = {}
            rows = self._stored["parameters"]
            for routine, parameter, types in zip(
                Coded.of(rows, "routine").texts(),
                rows.column("name").to_pylist(),
                rows.column("types").to_pylist(),
                strict=True,
            ):
                if types:
                    of_routine = self._parameters.setdefault(routine or "", {})
                    of_routine.setdefault(parameter.casefold(), types)
        texts = self._parameters.get(self._routines.ids[position], {}).get(name.casefold(), [])
        return self.types(texts, self._place(position), result_of)
