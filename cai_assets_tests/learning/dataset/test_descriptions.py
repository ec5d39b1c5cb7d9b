"""When a doc comment says something."""

from __future__ import annotations

import pytest

from cai_assets.learning.dataset.descriptions import prose, says_something


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Возвращает цену товара на дату с учетом скидки покупателя.", "Цена"),
        ("Returns the price of goods for the date with a discount.", "GetPrice"),
        ("Для внутреннего использования.\nПересчитывает остатки после закрытия месяца.", "Остатки"),
    ],
)
def test_a_sentence_of_its_own_says_something(description: str, name: str) -> None:
    assert says_something(description, name)


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("", "Цена"),
        ("См. ЦеныСервер.ЦенаТовара", "Цена"),
        ("See PricesServer.Price for details and so on", "Price"),
        ("Get access key.", "GetAccessKey"),
        ("Формирует описание ошибки.", "ОписаниеОшибки"),
        ("Только для внутреннего использования.", "Цена"),
        ("Продолжение процедуры ЗаполнитьЦены после ответа на вопрос.", "ЗаполнитьЦеныЗавершение"),
        ("Обработчик события ПриСозданииНаСервере формы списка товаров.", "ПриСозданииНаСервере"),
        ("ItemList.Price.OnChange", "ItemListPriceOnChange"),
        ("++", "Цена"),
        ("<Описание процедуры и ее параметров>", "Цена"),
        ("TODO написать описание этой процедуры", "Цена"),
    ],
)
def test_stock_phrases_and_copies_of_the_name_say_nothing(description: str, name: str) -> None:
    assert not says_something(description, name)


def test_prose_leaves_stock_sentences_out() -> None:
    text = "Возвращает цену. См. также ЦеныСервер.Цена\nТолько для внутреннего использования."
    assert prose(text) == "Возвращает цену."
