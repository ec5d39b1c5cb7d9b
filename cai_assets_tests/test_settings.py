"""Settings come from `CAI_` variables, are checked, and are all documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from cai_assets.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CAI_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_folders_lie_below_home_in_the_current_folder_by_default(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.root == tmp_path / ".cai"
    for folder in (settings.inbox, settings.uploads, settings.tables, settings.quarantine):
        assert folder.parent == settings.root


def test_a_variable_sets_a_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAI_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("CAI_WORKERS", "3")
    monkeypatch.setenv("CAI_LANG", "ru")
    settings = Settings()
    assert settings.root == tmp_path / "elsewhere"
    assert settings.workers == 3
    assert settings.lang == "ru"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAI_WORKERS", "")
    assert Settings().workers is None


def test_a_file_in_the_current_folder_sets_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CAI_KEEP_UPLOADS=9\nSOMETHING_ELSE=1\n", encoding="utf-8")
    assert Settings().keep_uploads == 9


@pytest.mark.parametrize(
    ("name", "value"),
    [("CAI_WORKERS", "0"), ("CAI_LANG", "de"), ("CAI_KEEP_UPLOADS", "many"), ("CAI_STEPS", "0")],
)
def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_refused_value_is_not_repeated_for_it_may_be_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAI_GIT", "https://robot:t0ken@host")
    with pytest.raises(ValidationError, match="git") as caught:
        Settings()
    assert "t0ken" not in str(caught.value)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        Settings().workers = 2


def test_the_limits_of_an_upload_follow_the_settings() -> None:
    limits = Settings(max_upload_mib=2, max_upload_files=7, max_compression=11).unpack_limits()
    assert limits.max_total_bytes == 2 * 1024 * 1024
    assert limits.max_entries == 7
    assert limits.max_ratio == 11


def test_the_documentation_lists_every_setting_with_its_default_and_meaning() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(CAI_\w+)` \|(.*?)\| (.*?) \|$", page, re.MULTILINE)
    stated = {name: (default.strip(" `"), meaning) for name, default, meaning in rows}
    expected = {
        f"CAI_{name.upper()}": (
            "" if field.default is None else str(field.default),
            field.description,
        )
        for name, field in Settings.model_fields.items()
    }
    assert stated == expected
