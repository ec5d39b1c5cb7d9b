"""What is known of a routine without its body."""

from __future__ import annotations

import numpy as np
import pytest

from cai_assets.learning.features.routines.encoding import (
    WHOLE,
    learn_means,
    learn_words,
    means,
    weighed_words,
)
from cai_assets.learning.features.routines.namesakes import NAME_FEATURES, name_features
from cai_assets.learning.features.routines.reading import FEATURES, READS, Routines, read_routines
from cai_assets.learning.features.routines.words import RoutineWords, digests, read_words
from cai_assets.learning.features.sparse import csr
from cai_assets_tests.learning.written import Code


def number(routines: Routines, row: int, feature: str) -> float:
    return float(routines.numbers[row, FEATURES.index(feature)])


@pytest.fixture
def code() -> Code:
    code = Code()
    module = code.module("CommonModule.Цены")
    code.routine(module, "ЗаполнитьЦены", 9, ("Документ", "Дата"), export=True, region="А/Б")
    code.routine(module, "ЗаполнитьЦеныЗавершение", 0, ("Результат",))
    return code


def test_nothing_that_measures_a_body_is_read() -> None:
    of_body = {
        "lines",
        "ncloc",
        "end_line",
        "comment_lines",
        "statements",
        "cyclomatic",
        "nesting",
        "inferred_types",
    }
    assert not of_body & set(READS["parsed_configuration"]["routines"])
    assert not {"queries", "variables", "assignments", "findings"} & set(
        READS["parsed_configuration"]
    )


def test_calls_that_a_routine_makes_do_not_change_what_is_known_of_it(code: Code) -> None:
    before = read_routines(code.inputs())
    code.call("CommonModule.Цены.ЗаполнитьЦены", "CommonModule.Цены.ЗаполнитьЦеныЗавершение")
    code.call("CommonModule.Цены.ЗаполнитьЦены", "CommonModule.Цены.ЗаполнитьЦены")
    after = read_routines(code.inputs())
    assert np.array_equal(before.numbers[0], after.numbers[0])
    assert number(before, 1, "callers") == 0
    assert number(after, 1, "callers") == number(after, 1, "callers_in_module") == 1
    assert number(after, 1, "result_dropped") == 1


def test_its_own_complexity_changes_only_the_truth(code: Code) -> None:
    before = read_routines(code.inputs())
    code.rows["routines"][0]["cognitive"] = 99
    after = read_routines(code.inputs())
    assert np.array_equal(before.numbers, after.numbers)
    assert before.categories == after.categories
    assert after.complexity.tolist() == [99, 0]


def test_header_region_and_module_are_told(code: Code) -> None:
    routines = read_routines(code.inputs())
    assert number(routines, 0, "parameters") == 2
    assert number(routines, 0, "export") == 1
    assert number(routines, 0, "region_depth") == 2
    assert routines.categories["header"][0] == "документ,дата"
    assert routines.categories["region"][0] == "б"
    assert routines.categories["outer_region"][0] == "а"
    assert routines.kinds == ["CommonModule", "CommonModule"]


def test_a_handler_knows_its_event_and_a_subscription_its_kind(code: Code) -> None:
    first, second = (row["routine"] for row in code.rows["routines"])
    code.edge("handler", "Catalog.Т.Form.Ф.Item.И", first, "OnChange", "form")
    code.edge("handler", "EventSubscription.П", second, "BeforeWrite", "object")
    code.edge("notification", first, second, "", "module")
    routines = read_routines(code.inputs())
    assert routines.events == ["OnChange", "EventSubscription BeforeWrite"]
    assert number(routines, 0, "handles") == 1
    assert number(routines, 1, "notified") == 1


def test_the_first_of_several_events_stands_for_all_in_any_order(code: Code) -> None:
    first = code.rows["routines"][0]["routine"]
    code.edge("handler", "Catalog.Т.Form.Ф.Item.И", first, "OnChange", "form")
    code.edge("handler", "Catalog.Т.Form.Ф.Item.Й", first, "Click", "form")
    assert read_routines(code.inputs()).events[0] == "Click"
    code.rows["references"].reverse()
    assert read_routines(code.inputs()).events[0] == "Click"


def test_names_that_continue_another_are_its_helpers() -> None:
    found = name_features(["Загрузить", "ЗагрузитьФайл", "Найти"], ["м"] * 3, ["", "р", "р"])
    columns = {name: found[:, place].tolist() for place, name in enumerate(NAME_FEATURES)}
    assert columns["names_that_continue"] == [1, 0, 0]
    assert columns["words_of_the_continued"] == [0, 1, 0]
    assert columns["words_that_continue"] == [0, 1, 0]
    assert columns["same_first_word"] == [2, 2, 1]
    assert columns["routines_of_region"] == [1, 2, 2]
    assert columns["position_in_region"] == [1, 1, 2]


def test_nulls_and_odd_names_are_no_error() -> None:
    code = Code()
    module = code.module("CommonModule.Ё_1")
    code.routine(module, "_", 1, ("", "_1"), directive=None, region=None, doc=None, returns=None)
    code.routine(module, "Ж" * 300, 0, description=None, examples=None, annotations=None)
    routines = read_routines(code.inputs())
    words = read_words(routines)
    assert routines.numbers.shape == (2, len(FEATURES))
    assert np.isfinite(routines.numbers).all()
    assert words.matrix.shape[0] == 2


def test_no_routines_give_no_rows() -> None:
    routines = read_routines(Code().inputs())
    assert routines.numbers.shape == (0, len(FEATURES))
    assert read_words(routines).matrix.shape == (0, 0)


def test_words_stand_in_the_order_of_their_digests(code: Code) -> None:
    words = read_words(read_routines(code.inputs()))
    assert (np.diff(words.keys.astype(object)) > 0).all()
    known = set(words.keys.tolist())
    assert set(digests(["n:заполн", "P:документ", "x:завершен"]).tolist()) <= known


def test_a_mean_leaves_out_the_fold_of_who_asks() -> None:
    values, truth = ["а", "а", "а", "б"], np.array([1.0, 2.0, 3.0, 9.0])
    fold = np.array([0, 0, 1, 1])
    learned = learn_means(values, truth, fold, 2)
    found = means(learned, ["а", "а", "в"], np.array([0, WHOLE, WHOLE]))
    assert found[0, 0] == pytest.approx((3 + 5 * 6) / (1 + 5))
    assert found[1, 0] == pytest.approx((6 + 5 * 3.75) / (3 + 5))
    assert found[2, 0] == pytest.approx(3.75)
    assert found[:, 1].tolist() == pytest.approx(np.log1p([1, 3, 0]).tolist())


def test_the_truth_of_a_fold_has_no_part_in_its_own_numbers() -> None:
    values = ["а", "б", "а", "б", "а", "б"]
    fold = np.array([0, 0, 1, 1, 2, 2])
    words = RoutineWords(csr(range(6), [0, 1, 0, 1, 0, 1], (6, 2)), digests(["а", "б"]))
    rows = np.arange(6)
    truth = np.array([0.0, 5, 0, 5, 0, 5])
    other = np.where(fold == 0, 100.0, truth)
    asked = rows[fold == 0]
    for one, two in (
        (
            means(learn_means(values, truth, fold, 3), values, fold),
            means(learn_means(values, other, fold, 3), values, fold),
        ),
        (
            weighed_words(learn_words(words, rows, truth, fold, 3), words, rows, fold),
            weighed_words(learn_words(words, rows, other, fold, 3), words, rows, fold),
        ),
    ):
        assert np.array_equal(one[asked], two[asked])
        assert not np.array_equal(one, two)


def test_unknown_words_weigh_nothing() -> None:
    words = RoutineWords(csr(range(6), [0, 1] * 3, (6, 2)), digests(["а", "б"]))
    rows = np.arange(6)
    learned = learn_words(words, rows, np.array([0.0, 4] * 3), np.array([0, 0, 1, 1, 2, 2]), 3)
    strange = RoutineWords(csr([0], [0], (1, 1)), digests(["в"]))
    found = weighed_words(learned, strange, np.array([0]), np.array([WHOLE]))
    assert found[0] == pytest.approx(learned["base"][-1])
