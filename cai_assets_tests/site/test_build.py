"""A site is written whole once, then only as far as its facts have changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings
from cai_assets.site.build import Built, build_site, tables_read
from cai_assets.site.derived import GROUP as DERIVED_GROUP
from cai_assets.site.files import write_file
from cai_assets.site.manifest import FOLDER
from cai_assets.site.model import Context
from cai_assets.site.tables import Place, StoredSource
from cai_assets_tests.conftest import SAMPLE, Learned, Learner

MODULE = "trading-company/src/CommonModules/Ценообразование/Module.bsl"
GONE = "ТорговыеПредставители"
ADDED = "Подарки"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


def _site(learner: Learner, configuration: str, folder: Path, workers: int = 1) -> Built:
    snapshots = Snapshots(learner.settings.tables)
    snapshot = snapshots.current(configuration)
    assert snapshot is not None
    place = Place.of(snapshots, snapshot, learner.settings.models)
    return build_site(place, folder, Context("ru", configuration), workers=workers)


@dataclass(frozen=True)
class Two:
    """A site after a first upload, and what became of it with the second."""

    learner: Learner
    configuration: str
    first: dict[str, bytes]
    site: Path
    built: Built


def _change(project: Path) -> None:
    """One module longer by a routine, one object gone, one new."""
    module = project / MODULE
    text = module.read_text(encoding="utf-8-sig")
    new = (
        "\ufeff// Округляет цену.\n//\n// Возвращаемое значение:\n//  Число\n"
        "Функция НоваяЦена(Цена) Экспорт\n\tВозврат Окр(Цена, 2);\nКонецФункции\n\n"
    )
    module.write_text(new + text, encoding="utf-8")
    catalogs = project / "trading-company/src/Catalogs"
    text = (catalogs / GONE / f"{GONE}.mdo").read_text(encoding="utf-8")
    shutil.rmtree(catalogs / GONE)
    (catalogs / ADDED).mkdir()
    added = text.replace(GONE, ADDED)
    (catalogs / ADDED / f"{ADDED}.mdo").write_text(added, encoding="utf-8")
    main = project / "trading-company/src/Configuration/Configuration.mdo"
    text = main.read_text(encoding="utf-8")
    main.write_text(text.replace(f"Catalog.{GONE}", f"Catalog.{ADDED}"), encoding="utf-8")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    home = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.delenv("DAGSTER_HOME", raising=False)
        learner = Learner(Settings(home=home / "home", workers=1, lang="ru"), instance)
        project = home / "edt"
        shutil.copytree(SAMPLE, project)
        configuration = learner.build(project).configuration
        site = home / "site"
        _site(learner, configuration, site)
        first = _files(site)
        _change(project)
        learner.build(project)
        yield Two(learner, configuration, first, site, _site(learner, configuration, site))


def test_what_has_changed_is_written_as_if_all_had_been(two: Two, tmp_path: Path) -> None:
    whole = _site(two.learner, two.configuration, tmp_path)
    assert _files(two.site) == _files(tmp_path)
    for name, table in two.built.manifest.tables.items():
        assert table.to_pylist() == whole.manifest.tables[name].to_pylist(), name


def test_pages_without_changed_facts_are_not_written(two: Two) -> None:
    written = set(two.built.written)
    assert "CommonModule/Ценообразование.html" in written
    assert f"Catalog/{ADDED}.html" in written
    assert "Catalog/ЕдиницыИзмерения.html" not in written
    assert "Role/Кладовщик.html" not in written
    assert len(written) < two.built.pages / 2


def test_pages_of_what_is_gone_are_removed(two: Two) -> None:
    assert two.built.removed == 1
    assert f"Catalog/{GONE}.html" in two.first
    assert not list((two.site / "Catalog").glob(f"{GONE}.*"))


def test_pages_that_linked_what_is_gone_link_it_no_more(two: Two) -> None:
    after = _files(two.site)
    linked = {path for path, text in two.first.items() if GONE.encode() in text}
    assert linked
    for path in linked & set(after):
        assert f'/{GONE}.html"'.encode() not in after[path]


def test_nothing_is_written_when_nothing_has_changed(two: Two) -> None:
    before = {path: path.stat().st_mtime_ns for path in two.site.rglob("*") if path.is_file()}
    again = _site(two.learner, two.configuration, two.site)
    after = {path: path.stat().st_mtime_ns for path in two.site.rglob("*") if path.is_file()}
    assert again.written == ()
    assert {path.name for path in before if before[path] != after[path]} <= {"lock"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda site: (site / "Catalog" / "Валюты.html").unlink(),
        lambda site: (site / "Catalog" / "Валюты.json").unlink(),
        lambda site: (site / FOLDER / "pages.parquet").write_bytes(b"PAR1 torn"),
        lambda site: shutil.rmtree(site / FOLDER),
        lambda site: shutil.rmtree(site / "static"),
    ],
)
def test_a_damaged_site_is_made_whole(
    two: Two, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    site = tmp_path / "site"
    shutil.copytree(two.site, site)
    harm(site)
    _site(two.learner, two.configuration, site)
    assert _files(site) == _files(two.site)


def test_a_build_that_broke_off_is_taken_up(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    write, wrote = write_file, 0

    def break_off(folder: Path, path: str, data: bytes) -> None:
        nonlocal wrote
        wrote += 1
        if wrote > 50:
            raise OSError("no space")
        write(folder, path, data)

    with monkeypatch.context() as patch:
        patch.setattr("cai_assets.site.build.write_file", break_off)
        with pytest.raises(OSError, match="no space"):
            _site(two.learner, two.configuration, site)
    _site(two.learner, two.configuration, site)
    assert _files(site) == _files(two.site)


def test_two_processes_write_what_one_writes(two: Two, tmp_path: Path) -> None:
    site = tmp_path / "site"
    _site(two.learner, two.configuration, site, workers=2)
    assert _files(site) == _files(two.site)


def test_the_asset_depends_on_every_table_that_is_read(
    two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read: set[tuple[str, str]] = set()
    table = StoredSource.table

    def recorded(self: StoredSource, group: str, name: str, columns: list[str]) -> object:
        read.add((group, name))
        return table(self, group, name, columns)

    monkeypatch.setattr(StoredSource, "table", recorded)
    _site(two.learner, two.configuration, tmp_path / "site")
    stated = {(group, name) for group, names in tables_read().items() for name in names}
    assert {(group, name) for group, name in read if group != DERIVED_GROUP} <= stated


def test_the_other_language_is_another_site(learned_sample: Learned, tmp_path: Path) -> None:
    snapshots = Snapshots(learned_sample.learner.settings.tables)
    snapshot = snapshots.current(learned_sample.built.configuration)
    assert snapshot is not None
    place = Place.of(snapshots, snapshot, learned_sample.learner.settings.models)
    build_site(place, tmp_path, Context("ru", "x"), workers=1)
    built = build_site(place, tmp_path, Context("en", "x"), workers=1)
    assert len(built.written) == built.pages
    assert 'lang="en"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert os.listdir(tmp_path)
