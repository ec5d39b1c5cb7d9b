"""Changes in words: agreement of Russian words, properties, signatures, types."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cai_assets.knowledge.kind_names import KINDS_RU
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.site.change_grammar import gender, happened, signature, type_words, types
from cai_assets.site.change_words import Difference, differences, note


def row(**traits: Any) -> SimpleNamespace:
    columns = (
        "what", "change", "project", "object", "id", "old", "new", "breaking", "public_api", "why",
        "text_ru", "text_en", "users", "file", "line", "subsystem", "synonym", "types",
    )  # fmt: skip
    return SimpleNamespace(**{**dict.fromkeys(columns), **traits})


_GENDERS = {
    "m": [
        "справочник",
        "документ",
        "отчет",
        "регистр",
        "план",
        "журнал",
        "пакет",
        "стиль",
        "язык",
        "бот",
        "цвет",
        "сервис",
    ],
    "f": ["константа", "обработка", "роль", "подсистема", "задача", "последовательность"],
    "n": ["перечисление", "измерение", "поле", "значение"],
}


@pytest.mark.parametrize(("expected", "nouns"), _GENDERS.items())
def test_the_gender_of_a_noun_is_known(expected: str, nouns: list[str]) -> None:
    assert {gender(noun) for noun in nouns} == {expected}


@pytest.mark.parametrize(
    ("noun", "words"),
    [
        ("табличная часть", "Удалена табличная часть"),
        ("подписка на событие", "Удалена подписка на событие"),
        ("критерий отбора", "Удалён критерий отбора"),
        ("общий модуль", "Удалён общий модуль"),
        ("функциональная опция", "Удалена функциональная опция"),
        ("регламентное задание", "Удалено регламентное задание"),
        ("WS-ссылка", "Удалена WS-ссылка"),
        ("HTTP-сервис", "Удалён HTTP-сервис"),
        ("хранилище настроек", "Удалено хранилище настроек"),
        ("параметр сеанса", "Удалён параметр сеанса"),
    ],
)
def test_participles_agree(noun: str, words: str) -> None:
    assert happened("removed", noun, "ru") == words


def test_every_type_and_kind_of_part_has_words() -> None:
    for kind in KINDS:
        russian = type_words(kind.name, "ru")
        assert happened("added", russian, "ru").startswith("Добавлен")
        assert russian[:1].isascii() or russian[:1].islower(), russian
        assert type_words(kind.name, "en")[:1].isascii()
    for kind_ru in KINDS_RU.values():
        assert gender(kind_ru) in "mfn"


def test_properties_are_told_one_by_one() -> None:
    changed = row(
        old="synonym: Вес; нетто: да; CodeLength: 9; Type: String(5)",
        new="synonym: Вес; CodeLength: 11; Type: String(5), CatalogRef.Товары",
    )
    assert differences(changed, "ru") == (
        Difference("синоним", "Вес; нетто: да", "Вес"),
        Difference("Длина кода", "9", "11"),
        Difference("тип", "Строка(5)", "Строка(5), СправочникСсылка.Товары"),
    )


def test_properties_that_cannot_be_told_apart_are_told_as_they_are() -> None:
    cut_off = "CodeLength: 9; comment: " + "а" * 980
    for was in (cut_off, "Code: 9"):
        changed = row(old=was, new="CodeLength: 11; comment: а")
        assert differences(changed, "ru") == (Difference("", was, "CodeLength: 11; comment: а"),)


def test_types_are_divided_at_commas_outside_brackets() -> None:
    assert (
        types("Number(10, 2, ≥ 0), CatalogRef.А", "ru") == "Число(10, 2, ≥ 0), СправочникСсылка.А"
    )
    assert types("", "ru") == ""


@pytest.mark.parametrize(
    ("written", "russian", "english"),
    [
        (
            "&AtServer Функция А(Знач Б, В = 1) Экспорт",
            "&НаСервере Функция А(Знач Б, В = 1) Экспорт",
            "&AtServer Function А(Val Б, В = 1) Export",
        ),
        ("Асинх Процедура А()", "Асинх Процедура А()", "Async Procedure А()"),
    ],
)
def test_signatures_are_written_in_the_language_of_the_site(
    written: str, russian: str, english: str
) -> None:
    assert (signature(written, "ru"), signature(written, "en")) == (russian, english)


def test_a_nested_part_is_told_with_what_encloses_it() -> None:
    id_ = "Document.Заказ.TabularSection.Товары.Attribute.Цена"
    told = note(
        row(what="member", change="added", id=id_, new="Attribute", types="Number(15, 2)"), "ru"
    )
    assert (told.before, told.label, told.after) == (
        "Добавлен реквизит", "Цена", " (табличная часть Товары): Число(15, 2)",
    )  # fmt: skip


def test_a_reason_that_the_words_tell_already_is_left_out() -> None:
    removed = row(what="object", change="removed", id="Role.А", breaking=True, why="object_removed")
    assert note(removed, "ru").why == ""
    changed = row(
        what="signature", change="changed", id="CommonModule.М.П", breaking=True,
        why="parameter_removed, order_changed", old="Процедура П(А, Б)", new="Процедура П(Б)",
    )  # fmt: skip
    assert note(changed, "ru").why == "удалён параметр; порядок параметров изменён"


def test_a_synonym_that_repeats_the_name_is_left_out() -> None:
    added = row(what="object", change="added", id="Catalog.ВидыЦен", synonym="Виды цен")
    assert note(added, "ru").after == ""
