"""The tables about the site itself: its pages, their links and what they were made from."""

from __future__ import annotations

from cai_assets.knowledge.schema import BIG, INT, TEXT, WORD, WORDS, Column, Table

GROUP = "documentation"

_PAGE = Column("page", WORD, "Path of the page")

PAGES = Table(
    "pages",
    "Pages of the documentation site",
    "Страницы сайта документации",
    (
        Column("path", TEXT, "Path below the root of the site"),
        Column("section", WORD, "Section that it belongs to"),
        Column("id", TEXT, "What the page is about: `Catalog.Товары`, `rule:EmptyCodeBlock`"),
        Column("title", TEXT, "Title"),
        Column("digest", TEXT, "Of all that the page is made from"),
        Column("files", WORDS, "Its files: the page, its Markdown, its JSON"),
        Column("bytes", BIG, "Bytes of all these files"),
        Column("headings", INT, "Headings of the first level; it has to be one"),
        Column("anchors", WORDS, "Anchors on it"),
        Column("duplicates", WORDS, "Anchors that stand on it twice"),
    ),
    ("path",),
)

PAGE_LINKS = Table(
    "page_links",
    "Links between pages of the site",
    "Ссылки между страницами сайта",
    (_PAGE, Column("target", WORD, "Path and anchor it leads to")),
    ("page", "target"),
)

MENTIONS = Table(
    "mentions",
    "Ids that pages wanted to link, and where the site had them",
    "Что страницы хотели связать ссылкой и где это было на сайте",
    (
        _PAGE,
        Column("id", WORD, "Id"),
        Column("address", WORD, "Address of it; empty if the site did not have it"),
    ),
    ("page", "id"),
)

TABLES: dict[str, Table] = {table.name: table for table in (PAGES, PAGE_LINKS, MENTIONS)}
"""All tables about the site."""
