"""File names and links that work everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.site.paths import anchor, file_names, mark, relative, root_of


def test_plain_names_stay_as_they_are() -> None:
    assert file_names([("Catalog.Товары", "Товары"), ("Catalog.Items_2", "Items_2")]) == {
        "Catalog.Товары": "Товары",
        "Catalog.Items_2": "Items_2",
    }


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "Кавычки\"и'апострофы",
        "a/b\\c:d*e?f|g",
        "..",
        ".hidden",
        "CON",
        "nul.html",
        "Ы" * 200,
        "",
        "a b",
        "конец.",
        "e\N{COMBINING ACUTE ACCENT}",
    ],
)
def test_other_names_become_names_that_any_system_takes(name: str, tmp_path: Path) -> None:
    found = file_names([("id", name)])["id"]
    assert found.endswith(f"~{mark('id')}")
    assert len(f"{found}.openapi.json".encode()) <= 255
    assert not set(found) & set('<>:"/\\|?* ')
    assert found.split(".")[0].casefold() not in ("con", "nul")
    assert not found.startswith(".")
    (tmp_path / f"{found}.html").write_text("x")


def test_names_that_differ_in_letter_case_get_different_files() -> None:
    found = file_names([("a", "Товары"), ("b", "ТОВАРЫ"), ("c", "Склады"), ("d", "straße")])
    assert len({name.casefold() for name in found.values()}) == 4
    assert found["c"] == "Склады"


def test_a_file_name_does_not_depend_on_other_names_or_their_order() -> None:
    names = [("a", "Товары"), ("b", "ТОВАРЫ")]
    found = file_names([*reversed(names), ("c", "Склады")])
    assert {id_: found[id_] for id_ in ("a", "b")} == file_names(names)


@pytest.mark.parametrize(
    ("address", "page", "link"),
    [
        ("Catalog/Товары.html", "index.html", "Catalog/Товары.html"),
        (
            'Catalog/Товары.html#Форма_\u202e"',
            "index.html",
            "Catalog/Товары.html#Форма_%E2%80%AE%22",
        ),
        ("Catalog/a%20b.html", "index.html", "Catalog/a%2520b.html"),
        ("Role/A.html", "Catalog/B.html", "../Role/A.html"),
        ("Role/A.html#x", "Role/A.html", "#x"),
        ("Role/A.html", "Role/A.html", "A.html"),
        ("index.html", "Role/A.html", "../index.html"),
        ("Role/A.html#<b>", "index.html", "Role/A.html#%3Cb%3E"),
        ("a#b", "x", "a#b"),
    ],
)
def test_links_are_relative_and_encoded(address: str, page: str, link: str) -> None:
    assert relative(address, page) == link


def test_the_way_to_the_root() -> None:
    assert [root_of(path) for path in ("index.html", "a/b.html", "a/b/c.html")] == [
        "",
        "../",
        "../../",
    ]


def test_anchors_hold_no_blanks() -> None:
    assert anchor("Attribute.Цена с\tНДС") == "Attribute.Цена_с_НДС"
