"""What Dagster's bookkeeping costs a small build: its own storages and those of the project.

    python benchmarks/history.py [--repeat 3]

Builds a configuration of one module, in this process, with a history in SQLite and, where its
programs are installed, in PostgreSQL with a password. Each storage in turn, so that what else the
machine does meets all alike. Prints a table in Markdown: seconds of the clock and of this
process's CPU.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import dagster as dg
from dagster._core.instance import InstanceRef
from measure import machine

from cai_assets.defs.instance import postgres_storage, sqlite_storage
from cai_assets.defs.run import build
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import DataRoot
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.composed import SECRETS, Topology
from cai_assets_tests.integration.stack import program

Figures = dict[str, list[tuple[float, float]]]


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="cai-history-") as folder:
        work = Path(folder)
        own: dict[str, dict[str, object]] = {
            "SQLite, Dagster's": {"sqlite": {"base_dir": str(work / "dagster")}},
            "SQLite": sqlite_storage(str(work / "ours")),
        }
        measure(work / "sqlite", own, repeat, figures)
        if program("postgres") and program("initdb"):
            with Topology(work / "stack", postgres=True) as stack:
                password = SECRETS["CAI_POSTGRES_PASSWORD"]
                stack.sql("CREATE DATABASE theirs", "postgres")
                stack.sql("CREATE DATABASE ours", "postgres")
                stack.sql("ALTER ROLE dagster PASSWORD :'password'", "postgres", password)

                def config(database: str) -> dict[str, object]:
                    return {
                        "hostname": "127.0.0.1", "port": stack.port("postgres"),
                        "username": "dagster", "password": password, "db_name": database,
                        "scheme": "postgresql+psycopg2",
                    }  # fmt: skip

                storages: dict[str, dict[str, object]] = {
                    "PostgreSQL, Dagster's": {"postgres": {"postgres_db": config("theirs")}},
                    "PostgreSQL": postgres_storage({"postgres_db": config("ours")}),
                }
                measure(work / "postgres", storages, repeat, figures)
    print(machine())
    print("\n| history | s, median | CPU s, median |\n|:--|--:|--:|")
    for name, seen in figures.items():
        wall, cpu = (statistics.median(part) for part in zip(*seen, strict=True))
        print(f"| {name} | {wall:.1f} | {cpu:.1f} |")


def measure(
    work: Path, storages: Mapping[str, dict[str, object]], repeat: int, figures: Figures
) -> None:
    """Build with each storage in turn; the first round warms up and is not counted."""
    for number in range(repeat + 1):
        for turn, (name, storage) in enumerate(storages.items()):
            folder = work / f"{number}-{turn}"
            folder.mkdir(parents=True)
            project = EdtProject(folder / "source", "Trade")
            project.common_module("Prices", "Функция Цена() Экспорт\n\tВозврат 1;\nКонецФункции\n")
            settings = Settings(home=folder / "home", workers=1)
            overrides = {
                "storage": storage,
                "telemetry": {"enabled": False},
                "python_logs": {"python_log_level": "CRITICAL"},
            }
            ref = InstanceRef.from_dir(str(folder), overrides=overrides)
            with dg.DagsterInstance.from_ref(ref) as instance:
                upload = admit(DataRoot(settings.root), project.root)
                began, spent = time.perf_counter(), time.process_time()
                result = build(upload, settings, instance)
                seen = time.perf_counter() - began, time.process_time() - spent
            if not result.success:
                raise SystemExit(result.error)
            if number:
                figures.setdefault(name, []).append(seen)


if __name__ == "__main__":
    main()
