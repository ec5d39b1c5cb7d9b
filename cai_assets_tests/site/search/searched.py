"""A small site with an index, for tests of the search in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path

from cai_assets.site.model import Language
from cai_assets.site.search import FOLDER, Document, write_index

_PAGE = """<!DOCTYPE html>
<html lang="{language}" data-root="{root}">
<head>
<meta charset="utf-8">
<title>Страница</title>
<link rel="stylesheet" href="{root}static/style.css">
<script src="{root}static/search.js" defer></script>
</head>
<body>
<header class="top">
<form role="search" action="{root}search.html">
<input type="search" name="q" autocomplete="off" aria-label="Поиск">
</form>
</header>
<main>
<h1>Страница</h1>
<p><label>Другое поле <input id="other"></label></p>
{main}
</main>
</body>
</html>
"""
_RESULTS = """<div data-search-page>
<p data-search-status role="status"></p>
<p data-search-failed hidden>Индекса нет</p>
<div data-search-results></div>
</div>"""


def write_site(folder: Path, documents: Iterable[Document], language: Language = "ru") -> None:
    """Pages `search.html` and `objects/page.html`, scripts, and the index of the documents."""
    with as_file(files("cai_assets.site").joinpath("static")) as static:
        shutil.copytree(static, folder / "static")
    (folder / "objects").mkdir()
    page = _PAGE.format(language=language, root="../", main="")
    (folder / "objects" / "page.html").write_text(page, encoding="utf-8")
    page = _PAGE.format(language=language, root="", main=_RESULTS)
    (folder / "search.html").write_text(page, encoding="utf-8")
    write_index(documents, folder / FOLDER, language)


def routine(owner: str, name: str, text: str = "", weight: float = 1.0) -> Document:
    """A routine of an object, `CommonModule.Строки`."""
    title = f"{owner.rpartition('.')[2]}.{name}"
    address = f"objects/{owner}.html#{name}"
    module = "" if owner.startswith("CommonModule") else "ManagerModule."
    return Document(address, title, "routine", "", text, weight, f"{owner}.{module}{name}")


def thing(id_: str, synonym: str = "", text: str = "") -> Document:
    """An object."""
    type_, _, name = id_.partition(".")
    return Document(f"objects/{id_}.html", name, type_, synonym, text, 2.0, id_)


DOCUMENTS = (
    thing("Catalog.Контрагенты", "Контрагенты", "Покупатели и поставщики"),
    thing("Catalog.Товары", "Товары и услуги"),
    thing("Document.ПоступлениеТоваров", "Поступление товаров"),
    thing("Catalog.ЕдиницыИзмерения", "Единицы измерения"),
    thing("InformationRegister.Контрагенты", "Сведения о контрагентах"),
    thing("CommonModule.ОбщиеСтроки", "Общие строки"),
    thing("Role.ЧтениеТоваров", "Чтение товаров"),
    thing("Catalog.Orders", "Заказы клиентов"),
    routine("CommonModule.ОбщиеСтроки", "РазделитьСтроку", "Делит строку на подстроки."),
    routine("CommonModule.ОбщиеСтроки", "РазделитьСтрокуПоСловам", weight=0.5),
    routine("CommonModule.ОбщиеСтроки", "Соединить", "Соединяет подстроки в строку."),
    routine("Catalog.Товары", "НайтиПоШтрихкоду", "Ищет товар по штрихкоду, учёт сканера."),
    routine("Catalog.Товары", "Найти", "Ищет товары."),
    routine("Catalog.Контрагенты", "Найти", "Ищет по ИНН."),
    routine("CommonModule.HTTPЗапросы", "GetResponse", "Receives the answers of services."),
)
