"""Paths and links as Windows has them, checked on any system."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from cai_assets.onec.disk import below, composed, extended, is_link, shown


@pytest.mark.parametrize(
    ("path", "long"),
    [
        ("C:\\Выгрузка\\src", "\\\\?\\C:\\Выгрузка\\src"),
        ("C:/Выгрузка/./x/../src", "\\\\?\\C:\\Выгрузка\\src"),
        ("\\\\server\\share\\src", "\\\\?\\UNC\\server\\share\\src"),
        ("\\\\?\\C:\\src", "\\\\?\\C:\\src"),
    ],
)
def test_a_path_of_windows_gets_the_prefix_once(path: str, long: str) -> None:
    assert extended(path, windows=True) == long
    assert extended(long, windows=True) == long


def test_elsewhere_a_path_is_only_made_absolute(tmp_path: Path) -> None:
    assert extended(f"{tmp_path}/a/../b", windows=False) == os.path.join(tmp_path, "b")


@pytest.mark.parametrize("path", ["C:\\a", "\\\\server\\share\\a", "/srv/a"])
def test_people_are_shown_no_prefix(path: str) -> None:
    assert shown(extended(path, windows=True) if "\\" in path else path) == path


def test_a_file_below_a_long_path_keeps_a_name_that_windows_would_rewrite() -> None:
    root = "\\\\?\\C:\\up"
    assert below(root, "Catalogs/Имя./x.bsl", windows=True) == root + "\\Catalogs\\Имя.\\x.bsl"
    assert below("/up", "Catalogs/x.bsl", windows=False) == os.path.join("/up", "Catalogs/x.bsl")


def test_a_junction_is_a_link_and_a_folder_in_the_cloud_is_none() -> None:
    def status(mode: int, tag: int) -> os.stat_result:
        return cast("os.stat_result", SimpleNamespace(st_mode=mode, st_reparse_tag=tag))

    junction, cloud = 0xA0000003, 0x9000001A
    assert is_link(status(stat.S_IFDIR, junction))
    assert is_link(status(stat.S_IFLNK, 0))
    assert not is_link(status(stat.S_IFDIR, cloud))
    assert not is_link(status(stat.S_IFREG, 0))


def test_names_are_composed() -> None:
    assert composed("И\u0306од") == "Йод"
