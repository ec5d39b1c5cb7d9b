"""Places of a query that stands in XML."""

from __future__ import annotations

from cai_assets.onec.query.places import xml_places

LINES = ["<r>", "  <q>ВЫБРАТЬ &lt;А&gt; &amp;Б", "    &quot;В&quot; Г</q>", "</r>"]
TEXT = 'ВЫБРАТЬ <А> &Б\n    "В" Г'


def test_entities_are_counted_as_the_file_writes_them() -> None:
    places = xml_places(TEXT, 2, 6, lambda line: LINES[line - 1])
    assert places.place(0) == (2, 6)
    for word in ("А", "Б", "В", "Г"):
        line, column = places.place(TEXT.index(word, 2 if word == "А" else 8))
        assert LINES[line - 1][column - 1] == word


def test_a_lone_ampersand_takes_one_character() -> None:
    places = xml_places("а & б", 1, 1, lambda _: "а & б")
    assert places.place(4) == (1, 5)
