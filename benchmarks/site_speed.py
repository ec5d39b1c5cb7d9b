"""The documentation site of a real configuration: seconds, memory, size, clicks, whole links.

    python benchmarks/site_speed.py FOLDER [--repeat 3] [--data DIR]

Builds FOLDER once, then measures `cai docs` as whole processes: with no site there, with nothing
changed, and with one module changed (a line put in at its top, so that each line in it moves): a
module as most are, by how many objects use it, and the most used of all. Run it on a machine that
does nothing else. Prints Markdown for `docs/benchmarks.md`. With `--data` the folder is kept; what
was learned there is shown, too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow.compute as pc
from measure import checked, machine, spread

sys.path.insert(0, str(Path(__file__).parents[1]))

from cai_assets.knowledge.checks import files_below
from cai_assets.knowledge.snapshots import Snapshot, Snapshots
from cai_assets.knowledge.store import read_table
from cai_assets.settings import Settings
from cai_assets.site.checks import run_checks, subjects_of
from cai_assets.site.manifest import Manifest

_BLOCK = 4096


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.data or Path(temporary) / "home").absolute()
        upload = Path(temporary) / "upload"
        shutil.copytree(options.folder, upload)
        _Bench(home, upload, options.repeat).run(options.folder.name)


class _Bench:
    """One data root, one configuration."""

    def __init__(self, home: Path, upload: Path, repeat: int) -> None:
        self._home = home
        self._upload = upload
        self._repeat = repeat
        self._settings = Settings(home=home)
        self._kept = home.with_name(f"{home.name}-site")

    def run(self, name: str) -> None:
        """Measure everything and print it."""
        out = sys.stdout
        out.write(f"Machine: {machine()}. {name}.\n\n| what | value |\n|:--|--:|\n")
        snapshot = self._build()
        site = self._settings.site_of(snapshot.configuration)
        docs = self._command("docs", snapshot.configuration, "--quiet")
        walls = []
        for _ in range(self._repeat):
            shutil.rmtree(site)
            walls.append(checked(docs).wall)
        out.write(f"| whole site, s | {spread(walls, 1)} |\n")
        shutil.rmtree(site)
        peak = checked(docs, memory=True).peak_bytes
        out.write(f"| the same, all processes together, MiB | {peak / 2**20:,.0f} |\n")
        walls = [checked(docs).wall for _ in range(self._repeat)]
        out.write(f"| nothing changed, s | {spread(walls, 2)} |\n")
        self._print_size(site)
        self._print_checks(snapshot, site)
        for label, module in self._modules(snapshot).items():
            self._print_change(label, module, snapshot, docs)
        shutil.rmtree(self._kept, ignore_errors=True)

    def _command(self, *arguments: str) -> list[str]:
        python = [sys.executable, "-m", "cai_assets.cli"]
        return [*python, "--lang", "ru", "--data", str(self._home), *arguments]

    def _build(self) -> Snapshot:
        checked(self._command("build", str(self._upload), "--quiet"))
        snapshots = Snapshots(self._settings.tables)
        return max(
            (found for name in snapshots.configurations() if (found := snapshots.current(name))),
            key=lambda found: str(found.info.get("published", "")),
        )

    def _print_size(self, site: Path) -> None:
        sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
        blocks = sum(-(-size // _BLOCK) * _BLOCK for size in sizes)
        sys.stdout.write(f"| files | {len(sizes):,} |\n")
        sys.stdout.write(f"| bytes; on disk, MB | {sum(sizes) / 1e6:.1f}; {blocks / 1e6:.1f} |\n")

    @staticmethod
    def _print_checks(snapshot: Snapshot, site: Path) -> None:
        objects = read_table(snapshot.table_path("objects"), ["object", "type"])
        routines = read_table(snapshot.table_path("routines"), ["routine", "export"])
        for result in run_checks(
            Manifest.read(site),
            files=files_below(site),
            subjects=subjects_of(objects, routines),
            size=0,
            limit=0,
        ):
            if result.check.name != "site_size":
                sys.stdout.write(f"| {result.check.name} | {json.dumps(dict(result.figures))} |\n")

    @staticmethod
    def _modules(snapshot: Snapshot) -> Mapping[str, str]:
        """Files of a common module as most are, and of the one that most objects use."""
        nodes = read_table(
            snapshot.table_path("graph_nodes", "dependency_analysis"), ["object", "in_degree"]
        )
        modules = read_table(snapshot.table_path("modules"), ["object", "file"])
        common = nodes.filter(pc.starts_with(nodes.column("object"), "CommonModule."))
        ranked = common.sort_by([("in_degree", "ascending"), ("object", "ascending")])
        names = ranked.column("object").to_pylist()
        files = dict(
            zip(
                modules.column("object").to_pylist(),
                modules.column("file").to_pylist(),
                strict=True,
            )
        )
        names = [name for name in names if name in files]
        return {
            f"changed: {name.partition('.')[2]}": files[name]
            for name in (names[len(names) // 2], names[-1])
        }

    def _print_change(self, label: str, file: str, before: Snapshot, docs: list[str]) -> None:
        site = self._settings.site_of(before.configuration)
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(site, self._kept)
        path = self._upload / file
        text = path.read_bytes()
        mark = b"\xef\xbb\xbf" if text.startswith(b"\xef\xbb\xbf") else b""
        path.write_bytes(mark + b"// \xd0\x98.\n" + text.removeprefix(mark))
        self._build()
        walls, pages = [], 0
        for _ in range(self._repeat):
            shutil.rmtree(site)
            shutil.copytree(self._kept, site)
            walls.append(checked(docs).wall)
            kept = {path: path.stat().st_mtime_ns for path in self._kept.rglob("*.html")}
            pages = sum(
                1
                for path, time in kept.items()
                if (site / path.relative_to(self._kept)).stat().st_mtime_ns != time
            )
        sys.stdout.write(f"| {label}, s; pages written | {spread(walls, 1)}; {pages} |\n")


if __name__ == "__main__":
    os.environ.pop("CAI_HOME", None)
    main()
