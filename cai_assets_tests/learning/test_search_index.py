"""The index: which words of a routine stand in which field, and that its tables give it again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cai_assets.learning.search import schema
from cai_assets.learning.search.baseline import Bag, Bm25
from cai_assets.learning.search.index import Index, build_index
from cai_assets.learning.search.matching import Matcher, ask
from cai_assets_tests.learning.searched import objects, routine, routines


def _index(*rows: dict[str, object], **synonyms: dict[str, str]) -> Index:
    named = {f"Catalog.{name}": texts for name, texts in synonyms.items()}
    return Index.of(build_index(routines(rows), objects(named)))


def _where(index: Index, word: str) -> set[tuple[str, int]]:
    """Fields and documents in which a stem stands."""
    number = index.numbers.get(word)
    found = set()
    if number is not None:
        for field, name in enumerate(schema.FIELDS):
            for document in index.document[index.postings(number, field)].tolist():
                found.add((name, document))
    return found


def test_each_part_of_a_routine_is_a_field_of_its_own() -> None:
    index = _index(
        routine(
            "Catalog.Товары",
            "НайтиШтрихкод",
            "Ищет упаковку",
            module="Catalog.Товары.Form.Подбор.Module",
            region="Служебные/Сканер",
            parameter_names=["Склад"],
            identifiers=["НайтиШтрихкод", "Склад", "Весы"],
            words=["этикетка"],
        ),
        routine("Catalog.Товары", "Печатать", calls=["Catalog.Товары.НайтиШтрихкод"]),
        Товары={"ru": "Номенклатура", "en": "Goods"},
    )
    assert _where(index, "штрихкод") == {("name", 0), ("body", 0)}
    assert _where(index, "штрих*") == {("start", 0)}
    assert _where(index, "номенклатур") == {("object", 0), ("object", 1)}
    assert _where(index, "good") == {("object", 0), ("object", 1)}
    assert _where(index, "подбор") == {("place", 0)}
    assert _where(index, "сканер") == {("place", 0)}
    assert _where(index, "склад") == {("parameters", 0), ("body", 0)}
    assert _where(index, "этикетк") == {("text", 0)}
    assert _where(index, "упаковк") == {("comment", 0)}
    assert ("callers", 0) in _where(index, "печата")


def test_a_routine_that_calls_itself_is_not_its_own_caller() -> None:
    index = _index(routine("Catalog.А", "Обойти", calls=["Catalog.А.Обойти"]))
    assert _where(index, "обойт") == {("name", 0), ("body", 0)}


def test_a_word_in_a_comment_alone_is_in_no_document_for_its_rarity() -> None:
    index = _index(routine("Catalog.А", "Имя", "Считает курс"), routine("Catalog.А", "Курс"))
    assert index.spread[index.numbers["счита"]] == 0
    assert index.spread[index.numbers["курс"]] == 1


def test_tables_on_disk_give_the_same_index(tmp_path: object) -> None:
    rows = [routine("Catalog.А", f"Имя{n}", "Слова о том", words=["слово"] * n) for n in range(5)]
    tables = build_index(routines(rows), objects({}))
    for name, table in tables.items():
        pq.write_table(table, f"{tmp_path}/{name}.parquet")
    again = Index.of({name: pq.read_table(f"{tmp_path}/{name}.parquet") for name in tables})
    index = Index.of(tables)
    for field in ("pointer", "document", "frequency", "name_terms", "name_starts", "lengths"):
        assert np.array_equal(getattr(again, field), getattr(index, field)), field
    assert again.terms == index.terms


def test_postings_have_the_order_and_the_key_of_their_table() -> None:
    tables = build_index(
        routines([routine("Catalog.А", f"Имя{n}", words=["а", "б"]) for n in range(3)]), objects({})
    )
    postings = tables[schema.POSTINGS.name]
    columns = (postings.column(key).to_pylist() for key in schema.POSTINGS.key)
    keys = list(zip(*columns, strict=True))
    assert keys == sorted(set(keys))
    assert tables[schema.TERMS.name].column("term").to_pylist() == sorted(
        tables[schema.TERMS.name].column("term").to_pylist()
    )


def test_lengths_count_every_stem_of_a_field() -> None:
    index = _index(routine("Catalog.А", "НайтиТовар", words=["раз", "два"]))
    assert index.lengths[schema.NAME].tolist() == [2.0]
    assert index.lengths[schema.TEXT_WORDS].tolist() == [2.0]


def test_an_upload_without_routines_has_an_empty_index() -> None:
    index = Index.of(build_index(routines([]), objects({})))
    assert len(index) == 0
    assert len(Matcher(index).match(ask(index, ["курс"]), 10).documents) == 0
    assert Bm25(Bag(index)).top(["курс"], 10)[0].tolist() == []


def test_names_without_letters_and_long_keys_do_no_harm() -> None:
    index = _index(routine("Catalog.А", "_", words=["а" * 500]), routine("Catalog.А", "Имя"))
    assert index.name_starts.tolist() == [0, 0, 1]
    assert all(len(term) < 100 for term in index.terms)


def test_equal_scores_keep_the_order_of_the_index() -> None:
    index = _index(*(routine(f"Catalog.А{n}", "НайтиКурс") for n in range(6)))
    matches = Matcher(index).match(ask(index, ["курс"]), 4)
    assert matches.documents.tolist() == [0, 1, 2, 3]
    assert Bm25(Bag(index)).top(["курс"], 4)[0].tolist() == [0, 1, 2, 3]


def test_bm25_is_okapi_over_all_words_in_one_bag() -> None:
    index = _index(
        routine("Catalog.А", "Курс", identifiers=["Курс", "Сумма"]),
        routine("Catalog.А", "Сумма", words=["курс", "ещё", "слова"]),
        routine("Catalog.А", "Прочее"),
    )
    k1, b = 1.5, 0.6
    # The object is a stop word. 0: a name, two names in the body; 1: one of each, three words.
    lengths = np.array([3.0, 5.0, 2.0])
    rarity = np.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    times = np.array([2.0, 1.0, 0.0])
    expected = rarity * times * (k1 + 1) / (times + k1 * (1 - b + b * lengths / lengths.mean()))
    assert Bm25(Bag(index), k1, b).scores(["курс"]) == pytest.approx(expected, rel=1e-6)


def test_nulls_in_columns_are_taken_as_nothing() -> None:
    row = routine("Catalog.А", "НайтиКурс", region=None, signature=None, words=None, calls=None)
    index = _index(row)
    assert _where(index, "курс") == {("name", 0), ("body", 0)}
    assert pa.types.is_string(index.documents.column("summary").type)
