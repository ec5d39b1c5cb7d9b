"""Damaged code: the lexer and the parser neither raise nor hang, and lose no character."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cai_assets.onec.bsl import nodes as n
from cai_assets.onec.bsl.analyse import analyse
from cai_assets.onec.bsl.lexer import tokenize
from cai_assets.onec.bsl.parser import parse
from cai_assets_tests.onec.bsl.real import FOLDER, modules

SAMPLE = """\
#Область ПрограммныйИнтерфейс

// Считает сумму заказа.
//
// Параметры:
//  Заказ - ДокументСсылка.Заказ - что считать
//  Курс  - Число, Строка:
//    * Дата - Дата - на какой день
//
// Возвращаемое значение:
//  Число - сумма.
//
&НаСервере
Функция Сумма(Знач Заказ, Курс = -1) Экспорт
	Перем Итог, Строки;
#Если Сервер Тогда
	Запрос = Новый Запрос("ВЫБРАТЬ ""а"" КАК А
	|// заметка
	|ИЗ Документ.Заказ ГДЕ Ссылка = &Ссылка");
	Выборка = Запрос.Выполнить().Выбрать()[0].Поле;
#Иначе
	Итог = ?(НЕ Заказ = Неопределено И (А ИЛИ Б), .5, '20240131');
#КонецЕсли
	Для Каждого Строка Из Заказ.Строки Цикл // BSLLS:Имя-off
		Если Строка.Цена > 0 Тогда Продолжить ИначеЕсли Ложь Тогда Прервать; Иначе КонецЕсли;
	КонецЦикла;
	Попытка
		Выполнить("А = 1"); ~М: Перейти ~М;
	Исключение
		ВызватьИсключение(Истина, , "в");
	КонецПопытки;
	ДобавитьОбработчик А.Б, В;
	Возврат Сумма(Заказ, , Курс) + Итог;
КонецФункции

&ИзменениеИКонтроль("Имя")
Асинх Процедура Р_Имя()
#Удаление
	Если (
#КонецУдаления
#Вставка
	Ждать Б();
#КонецВставки
КонецПроцедуры

#КонецОбласти

Сумма(1);
"""
SCRAPS = st.sampled_from(
    ["(", ")", '"', "'", "|", ";", "#", "#Если", "#Иначе\n", "#КонецЕсли\n", "#Удаление\n", "&",
     "~", "КонецЕсли", "КонецПроцедуры", "Процедура ", "Функция Ф(", "Если ", "Иначе ", "//",
     "\n", "\r", "\x00", "\ufeff", ".", "[", "?(", "Асинх ", "Ждать ", "Перем ", "Экспорт"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The sample with stretches cut out, doubled, swapped or replaced by scraps."""
    text = SAMPLE
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 40))
        stretch = text[start : start + length]
        scrap = draw(st.one_of(st.just(""), SCRAPS, st.just(stretch * 2), st.just(stretch[::-1])))
        text = text[:start] + scrap + text[start + length :]
    return text


def check(text: str) -> None:
    """What holds for any text."""
    parsed = parse(text)
    tokens = parsed.tokens
    last = len(tokens.code.values) - 1
    for node in n.walk(parsed.module):
        if not isinstance(node, n.Module | n.Directive):
            assert 0 <= node.start <= node.end <= last, (node, last)
    facts = analyse(text)
    lines = tokens.text.count("\n") + 1
    for error in facts.errors:
        assert 1 <= error.line <= lines
        assert error.column >= 1
        assert error.message
    for routine in facts.routines:
        assert 1 <= routine.line <= routine.end_line <= lines


@given(damaged())
@settings(max_examples=300, deadline=2000)
def test_damaged_code_is_read(text: str) -> None:
    check(text)


@given(st.lists(SCRAPS, max_size=60).map("".join))
@settings(max_examples=300, deadline=2000)
def test_scraps_are_read(text: str) -> None:
    check(text)


@given(st.text())
@settings(deadline=2000)
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(st.integers(0, len(SAMPLE)))
def test_a_module_cut_off_anywhere_keeps_the_routines_before(cut: int) -> None:
    check(SAMPLE[:cut])
    facts = analyse(SAMPLE[:cut])
    if cut > SAMPLE.index("КонецФункции"):
        assert facts.routines[0].name == "Сумма"


def test_the_sample_is_sound() -> None:
    facts = analyse(SAMPLE)
    assert facts.errors == []
    assert [routine.name for routine in facts.routines] == ["Сумма", "Р_Имя"]


@pytest.mark.skipif(not FOLDER, reason="CAI_CORPORA does not name a folder with real code")
def test_damaged_real_code_is_read() -> None:
    chance = random.Random(20240131)
    texts = [text for _, text in modules("dt-demo-configuration")]
    for _ in range(150):
        text = chance.choice(texts)[:40_000]
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(text) + 1)
            cut = chance.randint(0, 30)
            scrap = chance.choice(["", "(", '"', ";", "\n", "Если ", "КонецЕсли;", "#Если", "\x00"])
            text = text[:at] + scrap + text[at + cut :]
        started = time.perf_counter()
        check(text)
        assert time.perf_counter() - started < 5
        restored = tokenize(text)
        covered = "".join(restored.all.values)
        assert "".join(covered.split()) == "".join(
            restored.text.translate(dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad")))
            .split()
        )  # fmt: skip
