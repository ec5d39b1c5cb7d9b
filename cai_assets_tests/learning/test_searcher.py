"""Search as people use it: names first, both languages, other forms of words, typing errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from cai_assets.learning.model import State
from cai_assets.learning.models.ranking import MODEL
from cai_assets.learning.search import schema
from cai_assets.learning.search.index import build_index
from cai_assets.learning.search.ranker import learned_state, learned_table
from cai_assets.learning.search.searcher import FIELD_TITLES, Searcher
from cai_assets.learning.search.spelling import Spelling
from cai_assets_tests.learning.searched import (
    inputs,
    known_configuration,
    objects,
    plain_state,
    routine,
    routines,
)

_ROWS = [
    routine("CommonModule.Курсы", "КурсВалюты", "Возвращает курс на дату. Прочее.", export=True),
    routine("CommonModule.Курсы", "ЗагрузитьКурсыВалют", file="Курсы.bsl", line=7),
    routine("CommonModule.Почта", "ОтправитьПисьмо", "Отправляет электронное сообщение."),
    routine("CommonModule.Почта", "ОтправитьПисьмоСВложением"),
    routine("CommonModule.Mail", "SendMessage", "Sends a message."),
    routine("Catalog.Контрагенты", "Контрагент", identifiers=["КурсВалюты", "Контрагент"]),
    routine("CommonModule.Прочее", "Курс"),
]


@pytest.fixture(scope="module")
def state() -> State:
    return plain_state()


@pytest.fixture(params=["model", "bm25"])
def searcher(request: pytest.FixtureRequest, state: State) -> Searcher:
    tables = build_index(routines(_ROWS), objects({}))
    return Searcher(tables, state if request.param == "model" else None)


def _names(searcher: Searcher, question: str) -> list[str]:
    return [hit.routine.rpartition(".")[2] for hit in searcher.search(question)]


@pytest.mark.parametrize(
    "name", ["КурсВалюты", "курсвалюты", "Курсы.КурсВалюты", "КурсВалюты(Валюта, Дата)", " Курс "]
)
def test_the_routine_whose_name_is_typed_comes_first(searcher: Searcher, name: str) -> None:
    hit = searcher.search(name)[0]
    assert hit.exact
    assert hit.routine.casefold().endswith(name.strip().partition("(")[0].casefold())


def test_a_name_that_only_ends_like_the_question_is_not_exact(searcher: Searcher) -> None:
    assert not any(hit.exact for hit in searcher.search("Валюты"))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("загрузка курсов валют", "ЗагрузитьКурсыВалют"),
        ("отправка писем с вложениями", "ОтправитьПисьмоСВложением"),
        ("how to send messages", "SendMessage"),
    ],
)
def test_other_forms_of_words_are_found(searcher: Searcher, question: str, name: str) -> None:
    assert name in _names(searcher, question)[:2]


def test_a_comment_is_searched(searcher: Searcher) -> None:
    assert _names(searcher, "электронное сообщение")[0] == "ОтправитьПисьмо"


def test_a_typing_error_is_read_as_the_nearest_word(searcher: Searcher) -> None:
    hit = searcher.search("контргаент")[0]
    assert hit.routine == "Catalog.Контрагенты.Контрагент"
    assert hit.why[0].word == "контргаент"
    assert "контргаент → контрагент" in hit.reasons("ru")


def test_a_hit_says_where_it_stands_and_why(searcher: Searcher) -> None:
    hit = next(hit for hit in searcher.search("загрузить курсы") if "Загрузить" in hit.routine)
    assert (hit.file, hit.line, hit.summary, hit.export) == ("Курсы.bsl", 7, "", False)
    assert [match.word for match in hit.why] == ["загрузить", "курсы"]
    assert "name" in hit.why[0].fields
    assert "имя" in hit.reasons("ru")
    assert "name" in hit.reasons("en")
    assert searcher.search("КурсВалюты")[0].summary == "Возвращает курс на дату."


@pytest.mark.parametrize("question", ["", "   ", "как и в", "ъыьэ", "«»!?", "\ud800", "(", "."])
def test_a_question_without_a_known_word_has_no_answer(searcher: Searcher, question: str) -> None:
    assert searcher.search(question) == []


def test_no_more_hits_than_asked_for_and_scores_fall(searcher: Searcher) -> None:
    hits = searcher.search("отправить письмо курс валюты", top=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_upload_without_routines_answers_nothing(state: State) -> None:
    tables = build_index(routines([]), objects({}))
    assert Searcher(tables).search("курс") == []
    assert Searcher(tables, state).search("курс") == []


def test_the_table_of_what_was_learned_gives_the_state_again() -> None:
    examples = MODEL.prepare(inputs(known_configuration(30)), 0)
    state = MODEL.train(examples, MODEL.parameters, 0)
    again = learned_state(learned_table(state))
    assert again is not None
    assert again.keys() == state.keys()
    for name, values in state.items():
        assert again[name].dtype.kind == values.dtype.kind
        assert np.array_equal(again[name], values), name
    assert learned_state(learned_table({})) is None


def test_a_cold_search_loads_neither_pandas_nor_scikit_learn(tmp_path: Path, state: State) -> None:
    tables = {**build_index(routines(_ROWS), objects({})), "learned": learned_table(state)}
    for name, table in tables.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    code = f"""
import sys
from pathlib import Path
from cai_assets.knowledge.store import read_table
from cai_assets.learning.search.ranker import learned_state
from cai_assets.learning.search.searcher import FIELD_TITLES, Searcher
folder = Path({str(tmp_path)!r})
tables = {{name: read_table(folder / (name + '.parquet')) for name in {list(tables)!r}}}
hits = Searcher(tables, learned_state(tables['learned'])).search('курс валюты')
print(hits[0].routine)
print(sorted({{'pandas', 'sklearn', 'scipy', 'skops'}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.splitlines() == ["CommonModule.Курсы.КурсВалюты", "[]"]


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("осттк", None),
        ("отсаток", "остаток"),
        ("остток", "остаток"),
        ("остааток", "остаток"),
        ("остагок", "остаток"),
        ("контрагентц", "контрагент"),
        ("кнотрагнет", "контрагент"),
        ("кот", None),
        ("аостаток", None),
    ],
)
def test_near_words_are_those_a_slip_away(word: str, nearest: str | None) -> None:
    words = ["кит", "контрагент", "остаток", "остатуста"]
    found = Spelling(words, np.ones(4, dtype=np.int32)).nearest(word)
    assert (None if found is None else words[found]) == nearest


def test_of_equally_near_words_the_commoner_is_taken() -> None:
    spelling = Spelling(["балка", "банка"], np.array([3, 5], dtype=np.int32))
    assert spelling.nearest("барка") == 1
    assert Spelling(["балка", "банка"], np.array([3, 3], dtype=np.int32)).nearest("барка") == 0
    assert Spelling(["балка"], np.array([0], dtype=np.int32)).nearest("барка") is None


def test_every_field_has_a_name_for_people() -> None:
    assert len(FIELD_TITLES) == len(schema.FIELDS)
    assert [getattr(schema, name) for name in ("NAME", "START", "COMMENT")] == [0, 1, 8]
    assert schema.FIELDS[schema.COMMENT] == "comment"


def test_the_hits_are_the_same_each_time(searcher: Searcher) -> None:
    assert searcher.search("отправить письмо") == searcher.search("отправить письмо")
