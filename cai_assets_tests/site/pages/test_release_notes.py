"""Release notes of the sample's next version."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

from cai_assets.site.derived.kept_uploads import Upload
from cai_assets.site.markup import read_markup
from cai_assets.site.model import Context, Page
from cai_assets.site.pages.release_notes import Release, Releases, ReleaseView
from cai_assets.site.registry import Registry
from cai_assets.site.render import Rendered, Renderer
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given
from cai_assets_tests.site.uploads import AFTER, BEFORE, TwoUploads

PAGE = Page(AFTER, f"release:{AFTER}", "releases", AFTER)
LIST = Page("", "releases", "", "releases")
OBJECTS = {
    "CommonModule.ПродажиСервер": "CommonModule/ПродажиСервер.html",
    "Catalog.Номенклатура": "Catalog/Номенклатура.html",
    "Subsystem.Продажи": "Subsystem/Продажи.html",
}
PARTS = ("Catalog.Номенклатура.Attribute.Габариты",)


def viewed(two_uploads: TwoUploads, context: Context = RUSSIAN) -> ReleaseView:
    return Release().view(PAGE, two_uploads.rows(Release(), PAGE), context)


def rendered(two_uploads: TwoUploads, context: Context = RUSSIAN) -> Rendered:
    registry = Registry({PAGE.id: f"releases/{AFTER}.html", **OBJECTS}, PARTS)
    return Renderer(context, registry).render(Release(), PAGE, viewed(two_uploads, context))


@pytest.fixture(scope="session")
def russian(two_uploads: TwoUploads) -> Rendered:
    return rendered(two_uploads)


def markdown(page: Rendered) -> str:
    return next(text for path, text in page.files.items() if path.endswith(".md"))


def html(page: Rendered) -> str:
    return page.files[page.path]


def test_there_is_a_page_for_each_upload_with_one_before(two_uploads: TwoUploads) -> None:
    assert [page.id for page in Release().pages(two_uploads.source)] == [f"release:{AFTER}"]


def test_every_change_that_the_table_has_is_named(
    two_uploads: TwoUploads, russian: Rendered
) -> None:
    changes = two_uploads.changes()
    assert {(row["what"], row["change"]) for row in changes} >= {
        ("object", "added"), ("object", "removed"), ("object", "changed"),
        ("member", "added"), ("member", "changed"), ("member", "renamed"),
        ("routine", "added"), ("routine", "renamed"), ("routine", "changed"),
        ("signature", "changed"), ("finding", "added"), ("finding", "removed"),
    }  # fmt: skip
    told = markdown(russian)
    page = html(russian).replace("<wbr>", "")
    for row in changes:
        name = row["id"].rpartition(".")[2]
        assert name in told, row
        assert name in page, row
        if row["change"] == "renamed":
            assert row["old"].rpartition(".")[2] in told, row


@pytest.mark.parametrize(
    "words",
    [
        "Добавлен реквизит `Габариты` — Размер <script>alert(1)</script> «нетто»: Число(10, 3)",
        "Переименован реквизит Телефон → `Телефоны`",
        "Изменён реквизит `КПП` — тип сужен\n  - тип: Строка(9) → Строка(8)",
        "Изменён справочник `Номенклатура`\n  - Длина кода: 11 → 13",
        "Изменён состав типов: константа `АдресСайта`: добавлено Строка(250); убрано Строка(150)",
        "Переименован метод ТребуетсяСогласованиеСкидки → `НужноСогласоватьСкидку`",
        "Добавлена экспортная функция `СкидкаПостоянного`",
        "Добавлены внутренние методы: `Внутренняя`",
        "Изменён код методов: `ЗаполнитьЦены`, `ЦеныНоменклатуры`",
        "Изменены параметры метода `ЗаполнитьЦены`",
        "Дано право: Чтение истории данных на `Справочник.Контрагенты`",
        "Снято право: Добавление на `Справочник.Контрагенты`",
        "Изменено ограничение доступа: Чтение на `Справочник.Контрагенты`",
        "Устанавливать права для реквизитов и табличных частей по умолчанию: да → нет",
        "Добавлены элементы формы `ФормаЭлемента`: `ГруппаВерх`",
        "Удалены элементы формы `ФормаЭлемента`: `ГруппаШапка`",
        "Изменены обработчики событий формы `ФормаЭлемента`: `ИНН.ПриИзменении`",
        "расписание: каждые 10 минут → каждые 15 минут",
        "Источники подписки на событие `ЗапретУдаленияКонтрагентов`, убрано: "
        "`Справочник.ДоговорыКонтрагентов`",
        "Исключён из подсистемы `Склад`",
        "Версия: 1.0.1.1 → 1.1.0.1",
        "Перечисления: `КатегорииТоваров`",
        "- EmptyCodeBlock: +1 −1",
    ],
)
def test_changes_are_told_in_words(russian: Rendered, words: str) -> None:
    plain = markdown(russian)
    for mark in "\\`*_[]<>|#~":
        plain = plain.replace(f"\\{mark}", mark)
    assert words in plain


def test_breaking_changes_come_first_with_why_and_for_whom(two_uploads: TwoUploads) -> None:
    view = viewed(two_uploads)
    changes = [row for row in two_uploads.changes() if row["breaking"]]
    assert {broken.note.id for broken in view.breaking} == {row["id"] for row in changes}
    required = next(b.note for b in view.breaking if b.note.label == "ЗаполнитьЦены")
    assert required.why == "необязательный параметр стал обязательным"
    assert required.users
    assert (required.was.count("= 0"), required.now.count("= 0")) == (1, 0)
    page = html(rendered(two_uploads))
    assert page.index("Несовместимые изменения") < page.index("Новые объекты")


def test_changes_stand_in_the_subsystem_of_their_object(two_uploads: TwoUploads) -> None:
    areas = {area.subsystem: area for area in viewed(two_uploads).areas}
    sales = {one.object for one in areas["Subsystem.Продажи"].objects}
    assert "CommonModule.ПродажиСервер" in sales
    assert list(areas)[-1] == ""


def test_what_still_exists_is_linked_and_what_does_not_is_text(russian: Rendered) -> None:
    page = html(russian)
    links = read_markup(page, russian.path).links
    assert "Catalog/Номенклатура.html" in links
    assert "Catalog/Номенклатура.html#Attribute.Габариты" in links
    assert "<span>Торговые<wbr>Представители</span>" in page


def test_texts_of_the_configuration_are_escaped(russian: Rendered) -> None:
    page = html(russian)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    assert parser.errors == []


def test_it_is_told_in_english_too(two_uploads: TwoUploads) -> None:
    told = markdown(rendered(two_uploads, ENGLISH))
    assert "Added attribute `Габариты`" in told
    assert "Procedure ЗаполнитьЦены(" in told
    assert "Granted: Read data history on" in told
    assert "Добавлен" not in told.replace("Добавление", "")


def test_the_same_rows_give_the_same_view_in_any_order(two_uploads: TwoUploads) -> None:
    rows = two_uploads.rows(Release(), PAGE)
    columns = Release.inputs["changes"].columns
    turned = [dict(zip(columns, row, strict=True)) for row in reversed(rows["changes"])]
    releases = [dict(zip(Release.inputs["releases"].columns, rows["releases"][0], strict=True))]
    again = given(Release(), changes=turned, releases=releases)
    assert Release().view(PAGE, again, RUSSIAN) == Release().view(PAGE, rows, RUSSIAN)


def test_the_list_has_every_upload_newest_first(two_uploads: TwoUploads) -> None:
    rows = two_uploads.rows(Releases(), LIST)
    view = Releases().view(LIST, rows, RUSSIAN)
    assert [release.upload for release, _ in view.releases] == [AFTER, BEFORE]
    newest, oldest = (release for release, _ in view.releases)
    assert newest.name(RUSSIAN.say) == "1.1.0.1 · 01.02.2026"
    assert (newest.compared, oldest.compared) == (True, False)


def test_an_upload_without_tables_of_changes_is_left_out(two_uploads: TwoUploads) -> None:
    from cai_assets.site.derived.releases import TABLES
    from cai_assets.site.tables import Place, StoredSource

    root = two_uploads.root
    uploads = (("000000-x", "", root / "nowhere"), (AFTER, "2026-02-01", root / AFTER))
    source = StoredSource(Place(root / AFTER, uploads))
    releases = TABLES["releases"](source).to_pylist()
    assert [row["compared"] for row in releases] == [False, True]
    told = {row["what"] for row in TABLES["release_changes"](source).to_pylist()}
    assert told == {"object", "member", "routine", "signature", "finding"}


def test_a_commit_is_told_with_author_and_message_and_escaped(two_uploads: TwoUploads) -> None:
    view = viewed(two_uploads)
    release = replace(
        view.release, commit="1a2b3c4d5e6f7a8b", author="Мария <Иванова>", message="<b>Скидки</b>"
    )
    registry = Registry({PAGE.id: f"releases/{AFTER}.html", **OBJECTS}, PARTS)
    page = Renderer(RUSSIAN, registry).render(Release(), PAGE, replace(view, release=release))
    told = "Коммит <code>1a2b3c4d5e6f</code>, Мария &lt;Иванова&gt;: &lt;b&gt;Скидки&lt;/b&gt;"
    assert told in html(page)
    assert "Коммит `1a2b3c4d5e6f`, Мария" in markdown(page)
    assert "Коммит" not in html(rendered(two_uploads))


def test_the_commit_of_an_upload_is_read_from_its_manifest(tmp_path: Path) -> None:
    origin = {"kind": "git", "revision": "1a2b", "author": "Мария", "message": "Скидки"}
    for name, text in (
        ("git", json.dumps({"origin": origin})),
        ("store", json.dumps({"origin": {"kind": "store", "revision": "etag"}})),
        ("earlier", json.dumps({"rows": {}})),
        ("torn", "{"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "complete.json").write_text(text, encoding="utf-8")
    found = {name: Upload(name, "", tmp_path / name).origin for name in ("git", "store", "torn")}
    assert found == {"git": origin, "store": {}, "torn": {}}
    assert Upload("earlier", "", tmp_path / "earlier").origin == {}
    assert Upload("gone", "", tmp_path / "gone").origin == {}
