"""`cai train` as a user runs it: a process per step, recorded in the history of the data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cai_assets_tests.edt import EdtProject

REPOSITORY = Path(__file__).parents[2]


def cai(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cai` in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAI_")}
    kept.pop("DAGSTER_HOME", None)
    return subprocess.run(
        [sys.executable, "-m", "cai_assets.cli", "--data", str(home), "--lang", "en", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=home.parent,
        env={**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
        check=False,
    )


def test_it_trains_what_can_be_trained_and_says_what_cannot(tmp_path: Path) -> None:
    EdtProject(tmp_path / "source", "Tiny").common_module(
        "Prices", "Функция Цена() Экспорт\n\tВозврат 1;\nКонецФункции\n"
    )
    home = tmp_path / "home"
    built = cai(home, "build", str(tmp_path / "source"))
    assert built.returncode == 0, built.stderr
    assert "cai train Tiny" in built.stdout
    trained = cai(home, "train", "tiny")
    assert trained.returncode == 0, trained.stderr
    assert trained.stderr == ""
    assert trained.stdout.startswith("The models of the configuration Tiny are trained")
    assert trained.stdout.count("not trained:") == 5
    assert (home / "models" / "Tiny" / "ranking_model").is_dir()
    again = cai(home, "models", "Tiny")
    assert again.stdout.count("not trained:") == 5
