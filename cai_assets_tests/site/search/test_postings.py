"""Words of documents and their weights."""

from __future__ import annotations

from cai_assets.site.search.postings import (
    LEVELS,
    NAME,
    PLACE,
    SYNONYM,
    TEXT,
    Postings,
    postings_of,
)


def _found(postings: Postings, term: str) -> dict[int, tuple[int, int]]:
    """Document → group and level of a term."""
    number = postings.terms.index(term)
    return {
        document: (group, level)
        for at, document, group, level in zip(
            postings.term.tolist(),
            postings.document.tolist(),
            postings.group.tolist(),
            postings.level.tolist(),
            strict=True,
        )
        if at == number
    }


def _postings(
    names: list[str],
    synonyms: list[str] | None = None,
    places: list[str] | None = None,
    texts: list[str] | None = None,
) -> Postings:
    empty = [""] * len(names)
    return postings_of(names, synonyms or empty, empty, places or empty, texts or empty)


def test_a_word_counts_where_it_stands_best() -> None:
    postings = _postings(
        ["Товар", "А", "Б", "В"],
        ["товары", "Товары", "", ""],
        ["", "", "Товары", ""],
        ["товар", "товар", "товар", "о товарах"],
    )
    assert {document: group for document, (group, _) in _found(postings, "товар").items()} == {
        0: NAME,
        1: SYNONYM,
        2: PLACE,
        3: TEXT,
    }


def test_a_word_weighs_more_in_a_shorter_name_and_when_repeated_in_a_text() -> None:
    found = _found(_postings(["Товар", "ТоварНаСкладеПоставщикаМатериалов"]), "товар")
    assert found[0][1] > found[1][1]
    found = _found(_postings(["А", "Б"], texts=["цена да цена", "цена да нет"]), "цен")
    assert found[0][1] > found[1][1]
    assert all(0 <= level < LEVELS for _, level in found.values())


def test_stop_words_are_left_out_and_other_alphabets_stay_whole() -> None:
    postings = _postings(["ТоварНаСкладе", "ҚазақстанНарығы"])
    assert sorted(postings.terms) == ["склад", "товар", "қазақстаннарығ"]


def test_different_words_of_names_are_counted_once() -> None:
    postings = _postings(["ТоварТовара", "НаСклад", "Это"], ["Товар и цена", "", ""])
    assert postings.names.tolist() == [1, 1, 0]
    assert postings.synonyms.tolist() == [2, 0, 0]


def test_nothing_gives_nothing() -> None:
    assert _postings([]).terms == []
    assert _postings([""]).terms == []


def test_keys_and_encoded_data_are_no_words() -> None:
    assert _postings(["Товар"], texts=["f" * 300]).terms == ["товар"]
