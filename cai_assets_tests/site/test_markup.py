"""What is read back from a page that was written."""

from __future__ import annotations

import pytest

from cai_assets.site.markup import read_markup, target

PAGE = """<!DOCTYPE html>
<html lang="ru"><head><title>Т</title><link rel="stylesheet" href="../static/style.css"></head>
<body><h1 id="a">Т</h1><p id="b">x</p><p id="b">y</p>
<a href="../Role/%D0%90.html#Р">роль</a> <a href="#b">b</a> <a href="?q=1">q</a>
<a href="https://its.1c.ru/db/v8std">std</a><img src="p.svg" alt="">
<svg><a href="../index.html"><text>x</text></a></svg>
</body></html>"""


def test_a_page_tells_its_anchors_links_and_headings() -> None:
    found = read_markup(PAGE, "Catalog/Товары.html")
    assert found.anchors == ("a", "b")
    assert found.duplicates == ("b",)
    assert found.headings == 1
    assert found.outside == ("https://its.1c.ru/db/v8std",)
    assert set(found.links) == {
        "static/style.css",
        "Role/А.html#Р",
        "Catalog/Товары.html#b",
        "Catalog/Товары.html",
        "Catalog/p.svg",
        "index.html",
    }


@pytest.mark.parametrize(
    ("address", "page", "found"),
    [
        ("../../etc/passwd", "a/b.html", "../etc/passwd"),
        ("b.html#", "a/c.html", "a/b.html"),
        ("../search.html?q=x#y", "a/c.html", "search.html#y"),
    ],
)
def test_targets_are_below_the_root_or_say_that_they_are_not(
    address: str, page: str, found: str
) -> None:
    assert target(address, page) == found
