"""Which results a query has, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cai_assets.site.search import Document
from cai_assets_tests.site.search.searched import DOCUMENTS, routine, thing, write_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ASK = """async (query) => {
  const index = await caiSearch.open();
  const found = await caiSearch.find(index, query, 50);
  const records = await index.records(found.documents);
  return {...found, titles: records.map(({title, kind}) => `${index.kinds[kind][0]} ${title}`)};
}"""


class Asker:
    """Asks the index of a site through its scripts."""

    def __init__(self, page: Page, site: Path) -> None:
        self.page = page
        page.goto((site / "objects" / "page.html").as_uri())
        page.focus("input[name=q]")
        page.wait_for_function("() => caiSearch.find && caiSearch.arrived.size === 0")

    def __call__(self, query: str) -> Any:
        return self.page.evaluate(_ASK, query)

    def titles(self, query: str) -> list[str]:
        """Kinds and titles of the results, best first."""
        titles: list[str] = self(query)["titles"]
        return titles


@pytest.fixture(scope="module")
def asker(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, DOCUMENTS)
    return Asker(browser.new_page(), folder)


def _of(page: Page, folder: Path, *documents: Document) -> Asker:
    write_site(folder, documents)
    return Asker(page, folder)


@pytest.mark.parametrize(
    "query",
    [
        "Справочник.Контрагенты",
        "справочники.контрагенты",
        "Catalog.Контрагенты",
        "CatalogRef.Контрагенты",
        "СправочникСсылка.Контрагенты",
        "Метаданные.Справочники.Контрагенты",
        "КОНТРАГЕНТЫ",
        "контрагент",
        "контрагентов",
        "контр",
        "покупатели",
        "Rjynhfutyns",
    ],
)
def test_an_object_comes_first_however_it_is_called(asker: Asker, query: str) -> None:
    assert asker.titles(query)[0] == "Catalog Контрагенты"


@pytest.mark.parametrize(
    "query",
    [
        "ОбщиеСтроки.РазделитьСтроку",
        "общиестроки.разделитьстроку",
        "ОбщиеСтроки.РазделитьСтр",
        "ОбщийМодуль.ОбщиеСтроки.РазделитьСтроку",
        "CommonModules.ОбщиеСтроки.РазделитьСтроку(Строка, Разделитель)",
        "РазделитьСтроку",
        "разделить строку",
        "строку разделить",
        "общиестроки разделитьстроку",
        "разделитьстроку",
        "делить на подстроки",
        "разделитьСтроку ",
    ],
)
def test_a_routine_comes_first_however_it_is_called(asker: Asker, query: str) -> None:
    assert asker.titles(query)[0] == "routine ОбщиеСтроки.РазделитьСтроку"


def test_the_type_before_the_dot_chooses_among_equal_names(asker: Asker) -> None:
    assert asker.titles("РегистрСведений.Контрагенты")[0] == "InformationRegister Контрагенты"
    assert asker.titles("Справочники.Контрагенты.Найти")[0] == "routine Контрагенты.Найти"
    assert asker.titles("Справочники.Товары.МодульМенеджера.Найти")[0] == "routine Товары.Найти"
    assert "routine Контрагенты.Найти" not in asker.titles("Товары.Найти")


def test_a_dot_at_the_end_lists_what_belongs_to_the_name(asker: Asker) -> None:
    titles = asker.titles("ОбщиеСтроки.")
    assert titles[0] == "CommonModule ОбщиеСтроки"
    assert set(titles[1:]) == {
        "routine ОбщиеСтроки.РазделитьСтроку",
        "routine ОбщиеСтроки.РазделитьСтрокуПоСловам",
        "routine ОбщиеСтроки.Соединить",
    }


def test_names_come_before_texts(asker: Asker) -> None:
    titles = asker.titles("товары")
    assert titles[0] == "Catalog Товары"
    assert titles.index("Document ПоступлениеТоваров") < titles.index("routine Товары.Найти")


def test_a_name_that_is_said_comes_before_one_that_only_begins_so(
    page: Page, tmp_path: Path
) -> None:
    asked = _of(
        page,
        tmp_path,
        thing("CommonModule.ПользовательскиеНастройки"),
        thing("CommonModule.Пользователь1С"),
        thing("Catalog.Пользователи"),
    )
    assert asked.titles("пользователь")[0] == "Catalog Пользователи"


def test_what_is_exported_comes_before_what_is_not(page: Page, tmp_path: Path) -> None:
    asked = _of(
        page,
        tmp_path,
        routine("CommonModule.А", "Записать", weight=0.4),
        routine("CommonModule.Б", "Записать", weight=1.0),
    )
    assert asked.titles("записать") == ["routine Б.Записать", "routine А.Записать"]


def test_of_equals_objects_come_first(page: Page, tmp_path: Path) -> None:
    asked = _of(
        page,
        tmp_path,
        Document("a.html#1", "М.Товар", "member"),
        Document("b.html#1", "М.Товар", "routine"),
        Document("c.html", "Товар", "Catalog"),
        Document("d.html", "Товар", "page"),
    )
    kinds = [title.split()[0] for title in asked.titles("товар")]
    assert kinds == ["Catalog", "page", "routine", "member"]


def test_what_a_kind_is_called_is_a_word_like_others(asker: Asker) -> None:
    assert asker.titles("справочник контрагенты")[0] == "Catalog Контрагенты"
    assert asker.titles("роль товары")[0] == "Role ЧтениеТоваров"


def test_what_kinds_are_called_is_as_good_as_a_synonym(page: Page, tmp_path: Path) -> None:
    asked = _of(
        page,
        tmp_path,
        thing("Role.ЧтениеТоваров"),
        routine("CommonModule.Роли", "РолиТоваровДоступны"),
    )
    assert asked.titles("роль товар")[0] == "Role ЧтениеТоваров"


def test_after_a_type_comes_the_object_then_its_parts_then_others(
    page: Page, tmp_path: Path
) -> None:
    asked = _of(
        page,
        tmp_path,
        thing("Catalog.Товары"),
        routine("Catalog.Товары", "Найти"),
        Document("a.html#Т", "Склады.Товары", "member", id="Catalog.Склады.TabularSection.Товары"),
        thing("Document.Товары"),
    )
    titles = asked.titles("Справочник.Товары")
    assert titles == ["Catalog Товары", "routine Товары.Найти", "member Склады.Товары"]


def test_synonyms_are_names(asker: Asker) -> None:
    assert asker.titles("заказы клиентов")[0] == "Catalog Orders"
    assert asker.titles("заказ клиента")[0] == "Catalog Orders"
    assert asker.titles("заказыкл")[0] == "Catalog Orders"


def test_the_letter_yo_is_ye(asker: Asker) -> None:
    assert asker.titles("учет")[0] == asker.titles("УЧЁТ")[0] == "routine Товары.НайтиПоШтрихкоду"


def test_english_words_are_found_in_other_forms(asker: Asker) -> None:
    for query in ("answer", "receiving", "service responses", "Response"):
        assert "routine HTTPЗапросы.GetResponse" in asker.titles(query)


def test_all_words_must_be_there_or_it_is_said_that_they_are_not(asker: Asker) -> None:
    found = asker("поступление товаров")
    assert found["titles"] == ["Document ПоступлениеТоваров"]
    assert not found["partial"]
    found = asker("поступление дирижаблей")
    assert found["titles"] == ["Document ПоступлениеТоваров"]
    assert found["partial"]


def test_the_other_layout_is_tried_only_when_nothing_is_found(asker: Asker) -> None:
    assert asker("njdfhs")["shown"] == "товары"
    assert asker("njdfhs")["titles"][0] == "Catalog Товары"
    assert asker("Щквукы")["titles"][0] == "Catalog Orders"
    assert asker("orders")["shown"] == "orders"


@pytest.mark.parametrize(
    "query", ["zzzz", "дирижабль", "%", "...", "«»", "  ", "\\", "\uffff", "("]
)
def test_what_is_not_there_is_not_found(asker: Asker, query: str) -> None:
    assert asker(query)["total"] == 0


def test_a_stop_word_does_not_stand_in_the_way(asker: Asker) -> None:
    assert asker.titles("найти по штрихкоду")[0] == "routine Товары.НайтиПоШтрихкоду"
    assert asker.titles("как найти штрихкод")[0] == "routine Товары.НайтиПоШтрихкоду"


def test_each_prefix_of_a_name_finds_it(asker: Asker) -> None:
    name = "ПоступлениеТоваров"
    for length in range(2, len(name) + 1):
        assert f"Document {name}" in asker.titles(name[:length]), name[:length]


def test_an_index_of_nothing_finds_nothing(page: Page, tmp_path: Path) -> None:
    assert _of(page, tmp_path)("товары")["total"] == 0


def test_thousands_of_names_in_many_scripts_are_all_found(page: Page, tmp_path: Path) -> None:
    names = [f"{first}{second}Номер{number}" for first in "АБВГ" for second in ("льфа", "ета")
             for number in range(400)]  # fmt: skip
    asked = _of(page, tmp_path, *(routine("CommonModule.М", name) for name in names))
    for name in names[::97]:
        assert asked.titles(f"М.{name}")[0] == f"routine М.{name}"
    assert asked("альфа")["total"] == 400


def test_characters_beyond_the_basic_plane_do_not_shift_names(page: Page, tmp_path: Path) -> None:
    names = ["𐐀𐐁аб", "𐐀𐐁ав", "𐐀𐐂"]
    asked = _of(page, tmp_path, *(Document(f"{n}.html", n, "page") for n in names))
    assert asked.titles("𐐀𐐁ав") == ["page 𐐀𐐁ав"]
    assert sorted(asked.titles("𐐀")) == sorted(f"page {name}" for name in names)
