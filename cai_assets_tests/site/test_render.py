"""Pages, Markdown and JSON from a view: escaped, linked, remembered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from markupsafe import Markup

from cai_assets.site.model import Context, Input, Page, Rows, Section, Source, Words
from cai_assets.site.registry import Registry
from cai_assets.site.render import (
    Renderer,
    Writer,
    breakable,
    fenced,
    markdown_text,
    plain,
)

EVIL = "<script>alert(\"1\")</script> & 'x' {{ 7 * 7 }}"
REGISTRY = Registry(
    {"index": "index.html", "Catalog.А": "Catalog/А.html", "Role.Б": "Role/Б.html"},
    {"Catalog.А.Attribute.В"},
)


def test_a_link_is_escaped_and_relative() -> None:
    writer = Writer("Role/Б.html", REGISTRY, frozenset())
    assert writer.ref("Catalog.А", EVIL) == Markup(
        '<a href="../Catalog/А.html">&lt;script&gt;alert(&#34;1&#34;)&lt;/<wbr>script&gt; '
        "&amp; &#39;x&#39; {{ 7 * 7 }}</a>"
    )


def test_a_text_is_linked_in_places() -> None:
    pieces = [("См. <b> ", ""), ("А", "Catalog.А"), (" и *", ""), ("Нет", "Catalog.Нет")]
    writer = Writer("index.html", REGISTRY, frozenset({"Catalog/А.html"}))
    assert writer.linked(pieces) == (
        'См. &lt;b&gt; <a href="Catalog/А.html">А</a> и *<span>Нет</span>'
    )
    assert writer.markdown_linked(pieces) == "См. \\<b\\> [А](<Catalog/А.md>) и \\*Нет"


def test_what_the_site_does_not_have_is_text() -> None:
    writer = Writer("index.html", REGISTRY, frozenset())
    assert writer.ref("Catalog.<Нет>") == "<span>Catalog.&lt;Нет&gt;</span>"
    assert writer.href("Catalog.<Нет>") == ""


def test_a_page_remembers_what_it_asked_for() -> None:
    writer = Writer("index.html", REGISTRY, frozenset())
    writer.ref("Catalog.А.Attribute.В")
    writer.href("Catalog.Нет")
    assert writer.asked == {"Catalog.А.Attribute.В", "Catalog.Нет"}


def test_markdown_links_lead_to_markdown_where_there_is_some() -> None:
    writer = Writer("Role/Б.html", REGISTRY, frozenset({"Catalog/А.html"}))
    assert writer.markdown_ref("Catalog.А", "[x]") == "[\\[x\\]](<../Catalog/А.md>)"
    assert writer.markdown_ref("index", "i") == "[i](<../index.html>)"
    assert writer.markdown_ref("Нет", "*") == "\\*"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a*b_c`d", "a\\*b\\_c\\`d"),
        ("<b>|</b>", "\\<b\\>\\|\\</b\\>"),
        ("две\nстроки  и   пробелы", "две строки и пробелы"),
        ("# заголовок", "\\# заголовок"),
    ],
)
def test_values_in_markdown_are_text(text: str, escaped: str) -> None:
    assert markdown_text(text) == escaped


def test_a_fence_is_longer_than_those_in_the_text() -> None:
    assert fenced("````\nx\n````", "bsl").splitlines()[0] == "`````bsl"
    assert fenced("x").splitlines()[0] == "```"


def test_long_names_may_be_broken_between_words() -> None:
    assert breakable("ЗначениеРеквизитаОбъекта") == Markup("Значение<wbr>Реквизита<wbr>Объекта")
    assert breakable("Короткое") == "Короткое"
    assert breakable("<i>" * 10) == "&lt;i&gt;" * 10


@dataclass(frozen=True, slots=True)
class _Inner:
    name: str
    empty: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    name: str
    inner: tuple[_Inner, ...]
    words: Words
    nothing: None = None
    zero: int = 0
    no: bool = False


def test_json_leaves_out_what_is_empty_but_not_zero_or_false() -> None:
    assert plain(_View("x", (_Inner("y"),), Words("а", "a"))) == {
        "name": "x",
        "inner": [{"name": "y"}],
        "words": {"ru": "а", "en": "a"},
        "zero": 0,
        "no": False,
    }


class _Section(Section):
    name = "test"
    template = "base.html"
    json = True
    inputs: ClassVar[Mapping[str, Input]] = {}

    def pages(self, source: Source) -> Iterable[Page]:
        return []

    def view(self, page: Page, rows: Rows, context: Context) -> Any:
        return _View(EVIL, (), Words("", ""))

    def title(self, view: Any, context: Context) -> str:
        return str(view.name)


def test_a_page_is_rendered_with_its_files_and_what_it_mentions() -> None:
    renderer = Renderer(Context("ru", "slug", "Имя"), REGISTRY)
    page = Page("Catalog.А", "Catalog.А", "Catalog", "А")
    view = _Section().view(page, Rows({}), Context("ru", "slug"))
    found = renderer.render(_Section(), page, view)
    assert found.path == "Catalog/А.html"
    assert set(found.files) == {"Catalog/А.html", "Catalog/А.json"}
    text = found.files["Catalog/А.html"]
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert json.loads(found.files["Catalog/А.json"])["title"] == EVIL
    assert "index" in found.mentions
