"""The sample's site as a reader meets it: opened from a folder, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def _open(page: Page, site: Path, path: str = "index.html") -> None:
    page.goto((site / path).as_uri())


def test_from_the_overview_to_an_exported_routine_in_four_clicks(
    page: Page, sample_site: Path
) -> None:
    _open(page, sample_site)
    page.locator("nav.side").get_by_role("link", name="Объекты", exact=True).click()
    page.locator("main").get_by_role("link", name="Общие модули", exact=True).click()
    page.locator("main").get_by_role("link", name="Ценообразование", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Ценообразование"
    page.locator("main a[href^='#']", has_text="НаценкаПоВидуНоменклатуры").first.click()
    anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert anchor.startswith("НаценкаПоВиду")
    target = page.evaluate(
        "(id) => document.getElementById(id)?.getBoundingClientRect().top", anchor
    )
    assert 0 <= target < 400


def test_links_go_back_to_where_one_came_from(page: Page, sample_site: Path) -> None:
    _open(page, sample_site, "Catalog/Номенклатура.html")
    page.locator("nav.crumbs").get_by_role("link", name="Справочники").click()
    assert page.locator("h1").inner_text() == "Справочники"
    page.locator("header .brand").click()
    assert page.url.endswith("/index.html")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("контрагентами", "Контрагенты"),
        ("остаткам товаров", "ОстаткиТоваров"),
        ("Справочник.Номенклатура", "Номенклатура"),
        ("ЦЕНООБРАЗОВАНИЕ", "Ценообразование"),
    ],
)
def test_search_finds_words_in_other_grammatical_forms(
    page: Page, sample_site: Path, asked: str, found: str
) -> None:
    _open(page, sample_site, "Role/ПолныеПрава.html")
    page.keyboard.press("/")
    page.keyboard.type(asked)
    option = page.locator("[role=option]").first
    option.wait_for()
    assert found in page.locator("[role=listbox]").inner_text()
    page.keyboard.press("Enter")
    page.locator("[data-search-results] li").first.wait_for()
    assert "search.html?q=" in page.url
    assert found in page.locator("[data-search-results]").inner_text()


def test_a_result_opens_with_the_keyboard(page: Page, sample_site: Path) -> None:
    _open(page, sample_site)
    page.locator("input[name=q]").fill("Catalog.Номенклатура")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('h1').innerText === 'Номенклатура'")


def test_colours_follow_the_system(browser: Browser, sample_site: Path) -> None:
    lightness = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        _open(page, sample_site, "Catalog/Номенклатура.html")
        colours = page.evaluate(
            "((style) => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
        )
        lightness[scheme] = [sum(map(int, colour[4:-1].split(","))) for colour in colours]
        context.close()
    assert lightness["light"][0] > 700
    assert lightness["light"][1] < 200
    assert lightness["dark"][0] < 200
    assert lightness["dark"][1] > 600


def test_everything_but_search_works_without_scripts(browser: Browser, sample_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    _open(page, sample_site)
    page.locator("nav.side").get_by_role("link", name="Объекты", exact=True).click()
    page.locator("main").get_by_role("link", name="Справочники", exact=True).click()
    page.locator("main").get_by_role("link", name="Контрагенты", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Контрагенты"
    _open(page, sample_site, "search.html")
    assert "JavaScript" in page.locator("main").inner_text()
    context.close()


def test_the_navigation_is_there_in_a_narrow_window(page: Page, sample_site: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    _open(page, sample_site, "Catalog/Номенклатура.html")
    page.locator("nav.side").get_by_role("link", name="Объекты", exact=True).click()
    assert page.locator("h1").inner_text() == "Объекты"


def test_pages_ask_for_nothing_outside(browser: Browser, sample_site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _open(page, sample_site, "CommonModule/Ценообразование.html")
    page.locator("input[name=q]").fill("цена")
    page.locator("[role=option]").first.wait_for()
    context.close()
    assert asked
    assert all(url.startswith(sample_site.as_uri()) for url in asked)
