"""The browser cuts queries into the very words of which the index was made."""

from __future__ import annotations

from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

import pytest

from cai_assets.learning.words import stem
from cai_assets.site.search.postings import pieces, words_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ROOTS = "товар остат провод рассчита выгруж клас прин смел нов я бы длин ва сущ мощн"
_RUSSIAN = (
    "ив ивши ившись ыв ывши ывшись авши явши авшись ее ие ое ые ими ыми ей ий ой ый ем им ом ым "
    "его ого ему ому их ых ею ою ую юю ая яя аем анн авш авший ующий ующая ивший аемый яемое сь "
    "ся ила ыла ена ейте уйте ите или ыли ей уй ил ыл ен ило ыло ено ят ует уют ит ыт ены ить "
    "ыть ишь ую ю ала ана аете айте али ай ал ан ало ано ает ают аны ать аешь а ев ов иями ями "
    "ами еи ии и ией иям ям ием ам о у ах иях ях ы ь ию ью ия ья ость ости остью ост ейш ейше "
    "ейший ейшая ённый нн ннь"
)
_STEMS = "compil post hop hopp rol roll argu tr d agre gener past succ use cann sk y eq hap"
_ENGLISH = (
    "e s es ed ing ingly edly eed eedly er ers ies ied y ies ly li ness fulness ousness ousli "
    "ation ational ator ization izer alism aliti alli biliti bli iviti iveness enci anci abli "
    "entli logi ogist ful fulli lessli ative alize icate iciti ical ance ence able ible ant ent "
    "ment ement ism ate iti ous ive ize ion tion sion sses ss us"
)
_WHOLE = (
    "skis skies idly gently ugly early only singly sky news howe atlas cosmos bias andes inning "
    "outing canning herring earring evening proceed exceed succeed dying lying tying vying hying "
    "communism arsenal emergency internal later universe organize pasted past yes say boy cry "
    "enjoyed egg egged add adding off offing ebb owed sing string bring fee bee e be a is ой я "
    "товар1 http запрос объект класс длинный сущность"
)


def vocabulary() -> list[str]:
    """Words with every ending that the algorithms know."""
    russian = {root + end for root, end in product(_ROOTS.split(), _RUSSIAN.split())}
    english = {root + end for root, end in product(_STEMS.split(), _ENGLISH.split())}
    return sorted(russian | english | set(_WHOLE.split()))


def _script(page: Page) -> None:
    page.add_script_tag(content=files("cai_assets.site").joinpath("static/stem.js").read_text())


def test_stems_are_those_of_snowball(page: Page) -> None:
    _script(page)
    words = [word.replace("ё", "е") for word in vocabulary()]
    found = page.evaluate("(words) => words.map(caiSearch.stem)", words)
    differing = [
        (word, mine, theirs)
        for word, mine, theirs in zip(words, found, map(stem, words), strict=True)
        if mine != theirs
    ]
    assert len(words) > 2500
    assert not differing, differing[:20]


@pytest.mark.parametrize(
    "text",
    [
        "ОбщегоНазначения.ЗначениеРеквизитаОбъекта1С8",
        "HTTPЗапрос getXMLValue_2 «Ёлка» и ель",
        "Қазақстан Müşteri Straße café",
        "a1b2 ABC АБВ",
        "",
        "123 45.6",
    ],
)
def test_texts_are_divided_into_the_same_words(page: Page, text: str) -> None:
    _script(page)
    found = page.evaluate("(text) => caiSearch.words(text).map(({word}) => word)", text)
    assert found == [part for word in words_in(text) for part in pieces(word)]


def test_words_of_a_text_have_their_places(page: Page) -> None:
    _script(page)
    text = "это ЗначениеРеквизита"
    found = page.evaluate("(text) => caiSearch.words(text)", text)
    assert [text[word["start"] : word["end"]] for word in found] == ["это", "Значение", "Реквизита"]
