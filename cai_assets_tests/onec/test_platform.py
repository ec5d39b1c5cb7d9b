"""The catalogue of the platform: it is whole in itself and knows names in both languages."""

from __future__ import annotations

import pytest

from cai_assets.onec.platform import catalogue as module
from cai_assets.onec.platform.catalogue import CatalogueError, Types, catalogue

_DEPENDENT = {module.SELF, module.ELEMENT, module.VALUE, module.MAIN}


def _heads(types: Types) -> set[str]:
    heads = {part.partition(".")[0] for one in types for part in one.rstrip(">").split("<")}
    return heads - _DEPENDENT


def test_every_type_that_the_catalogue_names_is_in_it() -> None:
    known = catalogue()
    named = set().union(
        *(_heads(one.each | one.at | one.wildcard) for one in known.types.values()),
        *(
            _heads(types)
            for one in known.types.values()
            for types in (*one.methods.values(), *one.properties.values())
        ),
        *map(_heads, (*known.functions.values(), *known.properties.values())),
        *(_heads(types) for one in known.handlers.values() for types in one),
    )
    assert named - set(known.types) == set()


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("Сообщить", "Message"),
        ("СтрНайти", "StrFind"),
        ("ЗначениеЗаполнено", "ValueIsFilled"),
        ("ПолучитьИзВременногоХранилища", "GetFromTempStorage"),
    ],
)
def test_global_functions_have_their_names_in_both_languages(russian: str, english: str) -> None:
    functions = catalogue().functions
    assert russian.casefold() in functions
    assert english.casefold() in functions


@pytest.mark.parametrize(
    ("type_", "russian", "english", "result"),
    [
        ("Query", "Выполнить", "Execute", {"QueryResult"}),
        ("QueryResult", "Выгрузить", "Unload", {"ValueTable", "ValueTree"}),
        ("CatalogManager", "СоздатьЭлемент", "CreateItem", {"CatalogObject.*"}),
        ("DocumentRef", "ПолучитьОбъект", "GetObject", {"DocumentObject.*"}),
    ],
)
def test_methods_lead_to_types(type_: str, russian: str, english: str, result: set[str]) -> None:
    methods = catalogue().types[type_].methods
    assert methods[russian.casefold()] == methods[english.casefold()] == result


def test_a_type_has_what_its_parent_has() -> None:
    methods = catalogue().types["CatalogObject"].methods
    assert "записать" in methods  # of every object
    assert "получитьссылкунового" in methods  # of its own


def test_types_are_found_by_either_name() -> None:
    names = catalogue().type_names
    assert names["таблицазначений"] == names["valuetable"] == "ValueTable"
    assert names["справочникссылка"] == "CatalogRef"


def test_made_up_names_are_not_of_the_platform() -> None:
    known = catalogue()
    assert "сделатьвсехорошо" not in known.functions
    assert "сделатьвсехорошо" not in known.methods


@pytest.mark.parametrize("line", ["type Массив", "type Ещё/Array", "type Х/Х : Y"])
def test_a_type_without_a_name_of_its_own_is_refused(line: str) -> None:
    with pytest.raises((CatalogueError, KeyError)):
        module._declared(line, dict(catalogue().types))


def test_an_entry_that_is_no_name_is_refused() -> None:
    with pytest.raises(CatalogueError, match="without a name"):
        module._add_entries("Имя С Пробелом/Name", {}, {})
