"""A disk that is full or read-only: said so, nothing torn, and all well once it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from cai_assets.defs.assets.parsed_configuration import parsed_configuration
from cai_assets.defs.partitions import CONFIGURATIONS, UPLOAD_TAG
from cai_assets.defs.resources import data_root, resources
from cai_assets.defs.run import first_failure
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings
from cai_assets.site.build import build_site
from cai_assets.site.model import Context
from cai_assets.site.pages import SECTIONS
from cai_assets.site.tables import Place
from cai_assets_tests.integration.disks import full, needs_mount, read_only, small_disk
from cai_assets_tests.integration.disturbing import torn, write_upload

pytestmark = needs_mount

CONFIGURATION = "Trade"
OF_TABLES = [
    section
    for section in SECTIONS
    if {input_.group for input_ in section.inputs.values()} == {PARSED}
]
"""Pages that need no analysis, which would take longer than all the rest here."""


@dataclass(frozen=True)
class Parsed:
    """An upload, and how the making of its tables came out."""

    upload: Upload
    success: bool
    error: str


@dataclass(frozen=True)
class Home:
    """A data root of which tables, sites and Dagster's history lie on small disks."""

    settings: Settings

    @property
    def tables(self) -> Path:
        return self.settings.root / "tables"

    @property
    def history(self) -> Path:
        return self.settings.root / "history"

    def parse(self, folder: Path) -> Parsed:
        """Accept an upload and make its tables, recorded in the history."""
        upload = admit(data_root(self.settings), folder)
        assert CONFIGURATIONS.name is not None
        with dg.DagsterInstance.local_temp(str(self.history)) as instance:
            instance.add_dynamic_partitions(CONFIGURATIONS.name, [upload.slug])
            result = dg.materialize(
                [parsed_configuration],
                instance=instance,
                resources=resources(self.settings),
                partition_key=upload.slug,
                tags={UPLOAD_TAG: upload.id},
                raise_on_error=False,
            )
            return Parsed(upload, result.success, first_failure(result.all_events))

    def current(self) -> str | None:
        found = Snapshots(self.tables).current(CONFIGURATION)
        return None if found is None else found.upload

    def drafts(self) -> list[Path]:
        return [path for path in self.tables.rglob(".*") if path.name != ".filler"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = tmp_path_factory.mktemp("disks")
    settings = Settings(home=root, lang="en", workers=1)
    data_root(settings).prepare()
    with small_disk(root / "tables", "16m"), small_disk(root / "history", "32m"):
        found = Home(settings)
        assert found.parse(write_upload(root / "first", CONFIGURATION, 0)).success
        yield found


def test_tables_on_a_full_disk_leave_the_earlier_ones_and_come_when_there_is_room(
    home: Home,
) -> None:
    earlier = home.current()
    second = write_upload(home.settings.root / "second", CONFIGURATION, 1)
    with full(home.tables, left=64 * 1024):
        result = home.parse(second)
        assert not result.success
        assert "No space left on device" in result.error
        assert home.current() == earlier
        assert home.drafts() == []
        assert torn(home.settings.root) == []
    again = home.parse(second)
    assert again.success
    assert home.current() == again.upload.id != earlier


def test_tables_on_a_read_only_disk_name_the_file_and_come_when_it_is_writable(
    home: Home,
) -> None:
    earlier = home.current()
    third = write_upload(home.settings.root / "third", CONFIGURATION, 2)
    with read_only(home.tables):
        result = home.parse(third)
        assert not result.success
        assert "Read-only file system" in result.error
        assert str(home.tables) in result.error
        assert home.current() == earlier
    assert home.parse(third).success
    assert torn(home.settings.root) == []


def test_a_history_on_a_full_disk_loses_no_tables_and_takes_the_next_run(home: Home) -> None:
    earlier = home.current()
    fourth = write_upload(home.settings.root / "fourth", CONFIGURATION, 3)
    with full(home.history):
        with pytest.raises(Exception, match=r"disk I/O error|disk is full|No space"):
            home.parse(fourth)
        assert home.current() == earlier
        assert torn(home.settings.root) == []
    assert home.parse(fourth).success


def test_a_site_on_a_full_disk_has_no_half_page_and_is_whole_after_the_next_build(
    home: Home, tmp_path: Path
) -> None:
    snapshots = Snapshots(home.tables)
    context = Context("en", CONFIGURATION)
    earlier, latest = (snapshots.read(CONFIGURATION, upload) for upload in _two(snapshots))

    def write(upload: object, folder: Path) -> None:
        assert upload in (earlier, latest)
        snapshot = earlier if upload is earlier else latest
        place = Place.of(snapshots, snapshot, home.settings.models)
        build_site(place, folder, context, workers=1, sections=OF_TABLES)

    site = tmp_path / "site"
    with small_disk(site, "8m"):
        write(earlier, site)
        with full(site), pytest.raises(OSError, match="No space"):
            write(latest, site)
        assert not list(site.rglob("*.tmp"))
        assert all(_files(site).values())
        write(latest, site)
        write(latest, tmp_path / "fresh")
        assert _files(site) == _files(tmp_path / "fresh")


def _two(snapshots: Snapshots) -> list[str]:
    return snapshots.uploads(CONFIGURATION)[-2:]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cai" not in path.parts
    }
