"""What a reader sees and does: the panel below the field, the page of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from cai_assets.site.search import FOLDER, Document
from cai_assets_tests.site.search.searched import DOCUMENTS, routine, write_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FIELD = "input[name=q]"
OPTION = "[role=option]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, DOCUMENTS)
    # The page that results lead to.
    (folder / "objects" / "Catalog.Товары.html").write_text("<title>Товары</title>", "utf-8")
    return folder


def _open(page: Page, site: Path, path: str = "objects/page.html") -> None:
    page.goto((site / path).as_uri())


def _results(page: Page, site: Path, query: str) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q={query}")
    page.wait_for_function("document.querySelector('[data-search-status]').textContent")


def test_nothing_of_the_index_is_loaded_before_the_field_is_used(page: Page, site: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote(request.url)))
    _open(page, site)
    page.wait_for_timeout(100)
    assert [url.rpartition("/")[2] for url in asked if url.endswith(".js")] == ["search.js"]
    page.fill(FIELD, "товары")
    page.locator(OPTION).first.wait_for()
    assert any(url.endswith(f"/{FOLDER}/index.js") for url in asked)


def test_results_are_grouped_by_kind_and_marked(page: Page, site: Path) -> None:
    _open(page, site)
    page.fill(FIELD, "товар")
    page.locator(OPTION).first.wait_for()
    groups = page.locator("[role=group] .found-kind").all_inner_texts()
    assert groups[0] == "Справочники"
    assert {"Документы", "Роли", "Процедуры и функции"} <= set(groups)
    first = page.locator(OPTION).first
    assert first.locator(".found-title mark").inner_text() == "Товар"
    assert first.locator(".found-synonym").inner_text() == "Товары и услуги"


def test_a_click_on_a_result_leads_to_its_page(page: Page, site: Path) -> None:
    _open(page, site)
    page.fill(FIELD, "НайтиПоШтрихкоду")
    page.locator(OPTION).first.click()
    page.wait_for_url("**/objects/**#**")
    assert unquote(page.url).endswith("/objects/Catalog.Товары.html#НайтиПоШтрихкоду")


def test_arrows_choose_and_enter_opens(page: Page, site: Path) -> None:
    _open(page, site)
    page.fill(FIELD, "найти")
    page.locator(OPTION).first.wait_for()
    field, options = page.locator(FIELD), page.locator(OPTION)
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    target = options.last.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/*.html#*")
    assert target is not None
    assert page.url.endswith(target.rpartition("/")[2])


def test_enter_without_a_choice_leads_to_all_results(page: Page, site: Path) -> None:
    _open(page, site)
    page.fill(FIELD, "найти товар")
    page.keyboard.press("Enter")
    page.locator(".found-list li").first.wait_for()
    assert page.input_value(FIELD) == "найти товар"
    assert "/search.html?q=" in page.url


def test_escape_closes_and_keeps_the_text(page: Page, site: Path) -> None:
    _open(page, site)
    page.fill(FIELD, "товары")
    page.locator(OPTION).first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".found").is_visible()
    assert page.input_value(FIELD) == "товары"
    page.keyboard.press("ArrowDown")
    page.locator(OPTION).first.wait_for()


def test_a_slash_leads_to_the_field_but_stays_a_letter_in_fields(page: Page, site: Path) -> None:
    _open(page, site)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.input_value(FIELD) == ""
    page.focus("#other")
    page.keyboard.press("/")
    assert page.input_value("#other") == "/"


@pytest.mark.parametrize("turn", ["click beside", "focus another"])
def test_the_panel_closes_when_the_reader_turns_away(page: Page, site: Path, turn: str) -> None:
    _open(page, site)
    page.fill(FIELD, "товары")
    page.locator(OPTION).first.wait_for()
    if turn == "click beside":
        page.mouse.click(1270, 700)
    else:
        page.focus("#other")
    page.locator(".found").wait_for(state="hidden")


def test_the_number_of_results_is_said_aloud(page: Page, site: Path) -> None:
    _open(page, site)
    said = page.locator(".found-status")
    for query, text in (
        ("единицы", "Найден 1 результат"),
        ("Соединить", "Найден 1 результат"),
        ("дирижабль", "Ничего не найдено"),
        ("njdfhs", "Показано для «товары»"),
    ):
        page.fill(FIELD, query)
        page.wait_for_function(
            "(text) => document.querySelector('.found-status').textContent.includes(text)",
            arg=text,
        )
        assert text in said.inner_text()


def test_numbers_agree_with_the_noun(page: Page, tmp_path: Path) -> None:
    counts = {"Альфа": 5, "Бета": 11, "Гамма": 21, "Дельта": 22, "Эпсилон": 112}
    names = [f"{word}{n}" for word, count in counts.items() for n in range(count)]
    write_site(tmp_path, [routine("CommonModule.М", name) for name in names])
    said = []
    for word in counts:
        _results(page, tmp_path, word)
        said.append(page.inner_text("[data-search-status]"))
    assert said == [
        "Найдено 5 результатов",
        "Найдено 11 результатов",
        "Найден 21 результат",
        "Найдено 22 результата",
        "Найдено 112 результатов",
    ]


def test_the_page_says_when_only_some_words_are_found(page: Page, site: Path) -> None:
    _results(page, site, "поступление дирижаблей")
    assert "есть часть слов" in page.inner_text("[data-search-status]")
    assert page.locator(".found-list li").count() == 1


def test_results_of_a_page_can_be_narrowed_to_a_kind(page: Page, site: Path) -> None:
    _results(page, site, "товар")
    every = page.locator(".found-list li").count()
    button = page.get_by_role("button", name="Документы")
    button.click()
    page.wait_for_function("document.querySelectorAll('.found-list li').length === 1")
    assert page.inner_text(".found-list .found-title") == "ПоступлениеТоваров"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.get_by_role("button", name="Все").click()
    page.wait_for_function(
        "(n) => document.querySelectorAll('.found-list li').length === n", arg=every
    )


def test_more_results_are_shown_when_asked_for(page: Page, tmp_path: Path) -> None:
    names = [f"Обработать{number}" for number in range(1234)]
    write_site(tmp_path, [routine("CommonModule.М", name) for name in names])
    _results(page, tmp_path, "обработать")
    assert page.inner_text("[data-search-status]") == "Найдено 1\u202f234 результата"
    page.locator(".found-list li").first.wait_for()
    assert page.locator(".found-list li").count() == 50
    page.get_by_role("button", name="Показать ещё").click()
    page.wait_for_function("document.querySelectorAll('.found-list li').length === 100")
    focus = "document.activeElement === document.querySelectorAll('.found-list a')[50]"
    assert page.evaluate(focus)


def test_nothing_in_a_document_becomes_markup(page: Page, tmp_path: Path) -> None:
    evil = "<img src=x onerror=document.title='broken'>"
    document = Document(f"objects/{evil}.html#{evil}", f"Зло {evil}", "page", evil, evil)
    other = Document("javascript:alert(1)//зло", "Зло", "<b>вид</b>", "", "")
    write_site(tmp_path, [document, other])
    _open(page, tmp_path)
    page.fill(FIELD, "зло")
    page.locator(OPTION).nth(1).wait_for()
    assert evil in page.inner_text("[role=listbox]")
    assert "<b>вид</b>" in page.inner_text("[role=listbox]")
    assert page.locator("[role=listbox] img, [role=listbox] b").count() == 0
    hrefs = page.eval_on_selector_all(OPTION, "(links) => links.map((link) => link.protocol)")
    assert hrefs == ["file:", "file:"]
    assert page.title() == "Страница"


def test_a_missing_index_is_said_and_does_not_break_the_field(page: Page, tmp_path: Path) -> None:
    write_site(tmp_path, DOCUMENTS)
    (tmp_path / FOLDER / "index.js").unlink()
    _open(page, tmp_path)
    page.fill(FIELD, "товары")
    page.keyboard.press("Enter")
    page.locator("[data-search-failed]").wait_for()
    assert page.inner_text("[data-search-failed]") == "Индекса нет"


def test_texts_are_those_of_the_site_in_english(page: Page, tmp_path: Path) -> None:
    write_site(tmp_path, DOCUMENTS, "en")
    _results(page, tmp_path, "товар")
    assert page.inner_text("[data-search-status]").endswith(" results")
    assert page.get_by_role("button", name="Catalogs").count() == 1
    _results(page, tmp_path, "Orders")
    assert page.inner_text("[data-search-status]") == "1 result"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panel_and_results_are_accessible(browser: Browser, site: Path, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    _open(page, site)
    page.fill(FIELD, "строку")
    page.locator(OPTION).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.styleSheets.length === 2")
    found = axe.run(page).response["violations"]
    _results(page, site, "строку")
    page.locator(".found-list li").first.wait_for()
    found += axe.run(page).response["violations"]
    context.close()
    assert not found, [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
