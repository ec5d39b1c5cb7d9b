"""Names that no reader expects: shown as they are, linked, on files that any system takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from cai_assets.defs.run import BuildResult
from cai_assets.settings import Settings
from cai_assets_tests.conftest import Learner
from cai_assets_tests.edt import EdtProject

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

LONG = "Ы" * 80
SCRIPT = "&lt;script&gt;alert(1)&lt;/script&gt;"
IMAGE = "<![CDATA[<img src=x onerror=alert(2)>]]>"
_SYNONYM = "  <synonym>\n    <key>ru</key>\n    <value>{}</value>\n  </synonym>\n"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildResult, Path]:
    """A site of a configuration with odd names and texts."""
    home = tmp_path_factory.mktemp("odd")
    project = EdtProject(home / "upload", "Странная")
    project.object("Catalog", "Товары", _SYNONYM.format(f"{SCRIPT} \"и\" 'так'"))
    project.object(
        "Catalog", "ТОВАРЫ2", _SYNONYM.format("<![CDATA[<img src=x onerror=alert(2)>]]>")
    )
    project.object("Catalog", LONG)
    # The id comes from the path, which cannot hold such a name; the name itself is shown, too.
    project.write(
        "src/Catalogs/Script/Script.mdo",
        project.object("Catalog", "Script")
        .read_text(encoding="utf-8")
        .replace("<name>Script</name>", f"<name>{SCRIPT}</name>"),
    )
    project.common_module(
        "Модуль",
        "// <script>alert(3)</script> <b>жирно</b> & «кавычки»\n//\n// Параметры:\n"
        "//  А - Строка - <i>курсив</i>\nФункция Ф(А) Экспорт\n    Возврат А;\nКонецФункции\n",
    )
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.delenv("DAGSTER_HOME", raising=False)
        learner = Learner(Settings(home=home / "home", workers=1, lang="ru"), instance)
        built = learner.build(project.root)
        return built, learner.settings.site_of(built.configuration)


def test_all_links_are_whole_and_all_pages_within_reach(odd: tuple[BuildResult, Path]) -> None:
    built, _ = odd
    outcomes = {
        check.name: check.passed for check in built.checks if check.group == "documentation"
    }
    assert outcomes == dict.fromkeys(
        ("links_whole", "pages_titled", "no_orphans", "site_size"), True
    )


def test_file_names_are_short_and_differ_without_regard_to_case(
    odd: tuple[BuildResult, Path],
) -> None:
    _, site = odd
    paths = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    assert len({path.casefold() for path in paths}) == len(paths)
    assert all(len(part.encode()) <= 255 for path in paths for part in path.split("/"))
    assert not [path for path in paths if set(path) & set('<>:"|?*')]


def test_nothing_is_run(odd: tuple[BuildResult, Path], page: Page) -> None:
    _, site = odd
    said: list[str] = []

    def heard(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    pages = [*site.glob("*.html"), *site.glob("Catalog/*.html"), *site.glob("CommonModule/*.html")]
    for path in pages:
        page.goto(path.as_uri())
    page.goto((site / "index.html").as_uri())
    page.locator("input[name=q]").fill("script")
    page.locator("[role=option]").first.wait_for()
    assert not said
    page.goto((site / "Catalog" / "index.html").as_uri())
    assert "<script>alert(1)</script>" in page.locator("main").inner_text()
    page.goto((site / "CommonModule" / "Модуль.html").as_uri())
    assert "<script>alert(3)</script> <b>жирно</b>" in page.locator("main").inner_text()
