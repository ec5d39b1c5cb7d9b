"""How texts of chains are cut into steps."""

from __future__ import annotations

from cai_assets.knowledge.chains import CALL, INDEX, NAME, NEW, OTHER, Step, branches_of, steps_of


def test_names_calls_and_indexes_are_told_apart_and_folded() -> None:
    assert steps_of("Документы.Заказ.Создать().Товары[]") == (
        Step(NAME, "документы"),
        Step(NAME, "заказ"),
        Step(CALL, "создать"),
        Step(NAME, "товары"),
        Step(INDEX),
    )


def test_a_literal_stays_whole_whatever_is_in_it() -> None:
    text = 'ОбщегоНазначения.МенеджерОбъектаПоПолномуИмени("Справочник.Товары").Имя()'
    assert steps_of(text) == (
        Step(NAME, "общегоназначения"),
        Step(CALL, "менеджеробъектапополномуимени", "Справочник.Товары"),
        Step(CALL, "имя"),
    )


def test_constructors_have_the_name_of_their_type() -> None:
    assert steps_of("Новый Запрос().Выполнить()")[0] == Step(NEW, "запрос")
    assert steps_of("New()")[0] == Step(NEW)


def test_what_is_no_name_is_told_so() -> None:
    assert steps_of("(…).Имя")[0] == Step(OTHER)
    assert steps_of("?().Имя")[0] == Step(OTHER)


def test_branches_are_separate_chains() -> None:
    assert branches_of("А.Б() | В") == ["А.Б()", "В"]
    assert branches_of("А") == ["А"]
