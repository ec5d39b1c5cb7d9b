"""What the main job costs more through Dagster than `cai parse`, on one folder.

    python benchmarks/dagster_overhead.py PATH [--repeat 5]

Both are started cold, one after the other, as a user starts them: `cai parse`, and `dagster job
execute` with a process per step. The upload is taken in beforehand, and tables of earlier runs
are removed, so both read every file. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import Run, run

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))


def main() -> None:
    """Measure and print a line per repetition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("path", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        slug, upload = take_in(options.path, home)
        differences = []
        for _ in range(options.repeat):
            parse = checked(run(parse_command(options.path, home), env=variables(home)))
            shutil.rmtree(home / "tables", ignore_errors=True)
            job = checked(run(job_command(slug, upload, home), env=variables(home)))
            differences.append(job.wall - parse.wall)
            load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
            print(
                f"cai parse {parse.wall:.1f} s, through Dagster {job.wall:.1f} s, "
                f"difference {differences[-1]:.1f} s{load}"
            )
        print(f"median difference {statistics.median(differences):.1f} s")


def take_in(path: Path, home: Path) -> tuple[str, str]:
    """Accept the upload and make its partition known; returns the slug and the upload's id."""
    import dagster as dg

    from cai_assets.defs.partitions import CONFIGURATIONS
    from cai_assets.intake.accepting import admit
    from cai_assets.intake.uploads import DataRoot

    history = home / "dagster"
    history.mkdir()
    (history / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    upload = admit(DataRoot(home), path)
    assert CONFIGURATIONS.name is not None
    with dg.DagsterInstance.from_config(str(history)) as instance:
        instance.add_dynamic_partitions(CONFIGURATIONS.name, [upload.slug])
    return upload.slug, upload.id


def parse_command(path: Path, home: Path) -> list[str]:
    """`cai parse` into a folder that does not exist yet."""
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    return [sys.executable, "-m", "cai_assets.cli", "parse", str(path), "--out", str(out), "-q"]


def job_command(slug: str, upload: str, home: Path) -> list[str]:
    """The main job for one upload."""
    tags = json.dumps({"dagster/partition": slug, "cai/upload": upload})
    job = ["job", "execute", "-m", "cai_assets.definitions", "-j", "build_configuration"]
    # Messages are stored all the same; what is printed would fill the pipe.
    quiet = home / "quiet.yaml"
    quiet.write_text("loggers: {console: {config: {log_level: ERROR}}}\n", encoding="utf-8")
    return [sys.executable, "-m", "dagster", *job, "--tags", tags, "--config", str(quiet)]


def variables(home: Path) -> dict[str, str]:
    """The environment of both commands."""
    return {
        "CAI_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "PYTHONPATH": str(REPOSITORY),
    }


def checked(done: Run) -> Run:
    """The run itself, if it succeeded."""
    if done.code:
        sys.exit(done.output)
    return done


if __name__ == "__main__":
    main()
