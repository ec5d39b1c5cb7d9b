"""Names in comments are found, sentences end where they end, lines flow."""

from __future__ import annotations

import pytest

from cai_assets.site.pages.parts.doc_text import (
    EMPTY,
    Around,
    first_sentence,
    flowing,
    pieces,
    read_doc,
)

_AROUND = Around({"имя": "CommonModule.М.Имя"}, {"catalog.товары": "Catalog.Товары"})


@pytest.mark.parametrize(
    ("text", "word", "target"),
    [
        ("Тип СправочникСсылка.Товары.", "СправочникСсылка.Товары", "Catalog.Товары"),
        ("СПРАВОЧНИКССЫЛКА.ТОВАРЫ", "СПРАВОЧНИКССЫЛКА.ТОВАРЫ", "Catalog.Товары"),
        ("См. Цены.Новая.", "Цены.Новая", "CommonModule.Цены.Новая"),
        ("см. ОбщийМодуль.Цены", "ОбщийМодуль.Цены", "CommonModule.Цены"),
        ("См. Справочники.Товары.Найти()", "Справочники.Товары.Найти",
         "Catalog.Товары.ManagerModule.Найти"),
        ("См. Справочник.Товары.Форма.Список", "Справочник.Товары.Форма.Список",
         "Catalog.Товары.Form.Список"),
        ("см. имя", "имя", "CommonModule.М.Имя"),
        ("see CatalogRef.Goods", "CatalogRef.Goods", "Catalog.Goods"),
    ],
)  # fmt: skip
def test_names_are_linked(text: str, word: str, target: str) -> None:
    assert read_doc(f"// {text}", _AROUND).links == {word: target}


@pytest.mark.parametrize("text", ["Имя без слова «см.»: Имя", "т.е. так", "файл module.bsl", "1.2"])
def test_other_words_are_not(text: str) -> None:
    assert read_doc(f"// {text}", _AROUND).links == {}


def test_an_empty_comment_says_nothing() -> None:
    assert read_doc("", _AROUND) is EMPTY


def test_a_text_is_cut_at_its_links() -> None:
    links = {"Цены.Новая": "CommonModule.Цены.Новая", "Имя": "CommonModule.М.Имя"}
    text = "См. Цены.Новая и Имя, см. Имя"
    found = pieces(text, links)
    assert "".join(piece for piece, _ in found) == text
    assert [piece for piece in found if piece[1]] == [
        ("Цены.Новая", "CommonModule.Цены.Новая"),
        ("Имя", "CommonModule.М.Имя"),
    ]
    assert pieces(text, {}) == ((text, ""),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Считает сумму. Быстро.", "Считает сумму"),
        ("Считает, т.е. складывает. Да.", "Считает, т.е. складывает"),
        ("Для версии 8.3 и выше", "Для версии 8.3 и выше"),
        ("Варианты:\n- раз", "Варианты:"),
        ("", ""),
    ],
)
def test_the_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_a_sentence_that_is_too_long_is_cut() -> None:
    assert first_sentence("а" * 50, 10) == "а" * 9 + "…"


def test_lines_flow_but_lists_and_paragraphs_stay() -> None:
    text = "Первая\nстрока:\n- раз\n- два\n  с хвостом\n\n\nВторой абзац"
    assert flowing(text) == "Первая строка:\n- раз\n- два   с хвостом\n\nВторой абзац"
