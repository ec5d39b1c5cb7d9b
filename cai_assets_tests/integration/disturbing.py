"""Uploads that go through while programs are killed, and what must hold when all is quiet again.

One seed fixes the uploads, their order, the victims and the pauses between. What the machine does
meanwhile is its own, so two runs of a seed differ; the outcome must not.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from dagster._core.scheduler.instigation import InstigatorStatus

from cai_assets.defs.forks import RUN, SERVER, STEP
from cai_assets.defs.jobs import BUILD_CONFIGURATION
from cai_assets.defs.launcher import worker_of
from cai_assets.defs.partitions import UPLOAD_TAG
from cai_assets.defs.resources import Uploads, data_root
from cai_assets.defs.run import build
from cai_assets.defs.sensors.inbox import upload_records
from cai_assets.defs.sensors.reconcile import GivenUp, Settled, plan
from cai_assets.intake.copying import copy_tree, digest_tree
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.snapshots import MANIFEST, Snapshots
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.stack import Stack, wait

PROGRAMS = ("code", "daemon", "webserver", "postgres")
VICTIMS = ("worker", "step", "forkserver", *PROGRAMS)
_TRAINING, _SECOND_LOOK = "retrain_when_changed", 2.0
NAMES = ("Альфа", "Бета", "Гамма", "Дельта")

KEEP = 50
ATTEMPTS = 8
"""More than kills can use up: in these tests every upload must come through."""

_TIMES = frozenset({"published", "digest of pages"})
"""Columns that hold when something was done, and what is made from them."""

_VICTIM_SECONDS = 45.0
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def settings_for_faults() -> dict[str, str]:
    """Variables of a stack under test."""
    return {
        "CAI_KEEP_UPLOADS": str(KEEP),
        "CAI_ATTEMPTS": str(ATTEMPTS),
        "CAI_WORKERS": "2",
        # A machine that others use too may take a minute to start a run's process.
        "DAGSTER_GRPC_TIMEOUT_SECONDS": "180",
    }


# --- what is uploaded -----------------------------------------------------------------------


def write_upload(folder: Path, name: str, variant: int) -> Path:
    """A small configuration; variants differ in code, objects and findings."""
    project = EdtProject(folder, name)
    project.object("Catalog", "Товары")
    project.object("Document", f"Заказ{variant % 3}")
    project.common_module(
        "Продажи",
        f"Процедура Провести{variant}() Экспорт\n"
        "  Если Истина Тогда\n  КонецЕсли;\n"
        f"  Посчитать({variant});\nКонецПроцедуры\n\n"
        "Функция Посчитать(Число)\n  Возврат Число + 1;\nКонецФункции\n",
    )
    if variant % 2:
        project.common_module("Цены", "Процедура Обновить() Экспорт\nКонецПроцедуры\n")
    return folder


def write_uploads(folder: Path, count: int, choice: random.Random) -> list[Path]:
    """`count` uploads of a few configurations; some have the content of an earlier one."""
    names = NAMES[: 2 + (count > 6) + (count > 12)]
    return [
        write_upload(folder / f"{number:02d}", choice.choice(names), choice.randrange(4))
        for number in range(count)
    ]


# --- what is done to the stack --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Killed:
    """A process that was killed with -9: what it was, and when in seconds since the epoch."""

    victim: str
    pid: int
    at: float


@dataclass
class Disturbance:
    """Puts uploads into the inbox and kills, in an order and with pauses that the seed fixes."""

    stack: Stack
    choice: random.Random
    uploads: list[Path]
    kills: int
    victims: tuple[str, ...] = VICTIMS
    killed: list[Killed] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def run(self) -> None:
        """All of it; returns when the last upload is in and the last process was killed."""
        events: list[Path | str] = [*self.uploads]
        order = [*self.victims] * (self.kills // len(self.victims) + 1)
        self.choice.shuffle(order)
        for victim in order[: self.kills]:
            # Nothing works yet before the first uploads are in.
            events.insert(self.choice.randint(min(2, len(events)), len(events)), victim)
        for event in events:
            time.sleep(self.choice.uniform(0.2, 2.5))
            if isinstance(event, Path):
                self.stack.upload(event)
            else:
                self._kill(event)

    def _kill(self, victim: str) -> None:
        """Kill one process of this kind as soon as there is one, at a moment within its work."""
        until = time.monotonic() + _VICTIM_SECONDS
        while time.monotonic() < until:
            found = candidates(self.stack, victim)
            if found:
                time.sleep(self.choice.uniform(0, 1.0))
                process = self.choice.choice(sorted(found, key=lambda one: one.pid))
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
                    self.killed.append(Killed(victim, process.pid, time.time()))
                    return
            time.sleep(0.3)
        self.missed.append(victim)


def candidates(stack: Stack, victim: str) -> list[psutil.Process]:
    """Living processes of a kind: programs by name, else workers of runs or processes of steps."""
    if victim in PROGRAMS:
        process = stack.programs[victim].process
        up = process is not None and stack.programs[victim].running()
        return [psutil.Process(process.pid)] if up and process is not None else []
    return [one for one in stack.processes() if _kind(one) == victim]


def _kind(process: psutil.Process) -> str:
    """`worker` of a run, `step`, `forkserver` of either, or nothing."""
    with contextlib.suppress(psutil.Error):
        kinds = {RUN: "worker", STEP: "step", SERVER: "forkserver"}
        return kinds.get(process.name(), "")
    return ""


# --- waiting until it is quiet --------------------------------------------------------------


def quiet(stack: Stack) -> bool:
    """Whether the inbox is empty, no run is under way and no upload needs another one."""
    settings = stack.cai_settings()
    if any(not name.startswith(".") for name in os.listdir(settings.inbox)):
        return False
    with stack.instance() as instance:
        if instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED), limit=1):
            return False
        records = upload_records(
            instance, Snapshots(settings.tables), Uploads(data_root(settings)).since({}), {}
        )
        decisions = plan(records, max_attempts=ATTEMPTS, cap=1)
    return all(isinstance(decision, Settled | GivenUp) for decision in decisions)


def orphans(stack: Stack) -> list[str]:
    """Processes of the stack that no program has any more, and those of runs that are over."""
    programs = {one.process.pid for one in stack.programs.values() if one.process is not None}
    found = []
    for process in stack.processes():
        with contextlib.suppress(psutil.Error):
            line = {one.pid for one in (process, *process.parents())}
            # The code server's own forkserver stays.
            of_run = _kind(process) and process.ppid() not in programs
            if not line & programs or of_run:
                command = " ".join(process.cmdline())[-120:]
                found.append(f"{process.pid} of {process.ppid()} {process.name()} {command}")
    return found


# --- what must hold then --------------------------------------------------------------------


def kept_uploads(home: Path) -> list[Upload]:
    """All uploads below `home`, by configuration, the oldest first."""
    return Uploads(data_root(Settings(home=home))).since({})


def unreported(stack: Stack, dropped: list[Path]) -> list[str]:
    """Uploads that are neither complete nor spoken of: by a tick, a failed run, the quarantine."""
    settings = stack.cai_settings()
    uploads = kept_uploads(settings.root)
    known = {upload.digest for upload in uploads}
    refused = os.listdir(settings.quarantine)
    faults = [
        f"{path.name} is nowhere"
        for path in dropped
        if digest_tree(path) not in known and path.name not in refused
    ]
    snapshots = Snapshots(settings.tables)
    with stack.instance() as instance:
        for upload in uploads:
            runs = instance.get_runs(dg.RunsFilter(tags={UPLOAD_TAG: upload.id}))
            if not any(run.is_failure_or_canceled for run in runs) and not (
                snapshots.is_complete(upload.slug, upload.id)
                and any(run.is_success for run in runs)
            ):
                faults.append(f"{upload.slug} {upload.id} has no tables and no failed run")
    return faults


def torn(home: Path) -> list[str]:
    """Files below `home` that cannot be read whole: Parquet, JSON, JSONL."""
    faults = []
    for path in sorted(home.rglob("*")):
        if not path.is_file() or path.name.startswith("."):
            continue
        try:
            if path.suffix == ".parquet":
                pq.read_table(path)
            elif path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".jsonl":
                [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError, pa.ArrowException) as error:
            faults.append(f"{path.relative_to(home)}: {error}")
    return faults


def held_slots(instance: dg.DagsterInstance) -> list[str]:
    """Pools of which a slot is taken or asked for."""
    storage = instance.event_log_storage
    infos = [storage.get_concurrency_info(key) for key in storage.get_concurrency_keys()]
    return [
        f"{info.concurrency_key}: {info.claimed_slots} {info.pending_steps}"
        for info in infos
        if info.claimed_slots or info.pending_steps
    ]


def seconds_until_failed(stack: Stack, killed: list[Killed]) -> dict[str, float]:
    """By run how long it lived on in the records after its worker was killed."""
    pids = {one.pid: one for one in killed if one.victim == "worker"}
    found = {}
    with stack.instance() as instance:
        for record in instance.get_run_records():
            worker = worker_of(instance, record.dagster_run.run_id)
            if worker is not None and worker.pid in pids and record.end_time is not None:
                found[record.dagster_run.run_id] = record.end_time - pids[worker.pid].at
    return found


# --- the same without disturbance -----------------------------------------------------------


def build_undisturbed(home: Path, target: Path) -> None:
    """Build the uploads kept below `home` anew below `target`, each once, in their order."""
    settings = Settings(
        home=target, keep_uploads=KEEP, attempts=ATTEMPTS, lang="en", settle_seconds=0, workers=2
    )
    data_root(settings).prepare()
    copy = Uploads(data_root(settings))
    target.mkdir(parents=True, exist_ok=True)
    with dg.DagsterInstance.ephemeral() as instance:
        for upload in kept_uploads(home):
            folder = copy.root.uploads / upload.slug / upload.id
            folder.parent.mkdir(exist_ok=True)
            copy_tree(upload.folder, folder)
            result = build(copy.find(upload.slug, upload.id), settings, instance)
            assert result.success, result.error


def differing_tables(home: Path, other: Path) -> list[str]:
    """Tables below `other` that are missing below `home` or differ in a column's values."""
    faults = []
    for path in tables_below(other):
        name = path.relative_to(other)
        try:
            found = pq.read_table(home / name)
        except (OSError, pa.ArrowException) as error:
            faults.append(f"{name}: {error}")
            continue
        expected = pq.read_table(path)
        faults += [f"{name}: {what}" for what in _differences(found, expected, path.stem)]
    more = {path.relative_to(home) for path in tables_below(home)}
    more -= {path.relative_to(other) for path in tables_below(other)}
    return [*faults, *(f"{name} is too much" for name in sorted(more))]


def tables_below(home: Path) -> list[Path]:
    """Tables of all uploads, and what sites remember of their pages."""
    found = [*home.glob("tables/*/*/*/*.parquet"), *home.glob("site/*/.cai/*.parquet")]
    return sorted(path for path in found if not path.name.startswith("."))


def _differences(found: pa.Table, expected: pa.Table, table: str) -> Iterator[str]:
    if found.schema.names != expected.schema.names:
        yield f"columns {found.schema.names} instead of {expected.schema.names}"
        return
    if found.num_rows != expected.num_rows:
        yield f"{found.num_rows} rows instead of {expected.num_rows}"
        return
    for name in expected.schema.names:
        if name in _TIMES or f"{name} of {table}" in _TIMES:
            continue
        left, right = (one.column(name).to_pylist() for one in (found, expected))
        if left != right:
            at = next(
                i for i, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1]
            )
            yield f"{name}, row {at}: {left[at]!r:.100} instead of {right[at]!r:.100}"


def missing_pages(home: Path) -> list[str]:
    """Files that a site's manifest names and that are not there or empty."""
    faults = []
    for manifest in sorted(home.glob("site/*/.cai/pages.parquet")):
        root = manifest.parent.parent
        for files in pq.read_table(manifest).column("files").to_pylist():
            faults += [f"{root.name}/{file}" for file in files if not _filled(root / file)]
    return faults


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def complete_uploads(home: Path) -> set[str]:
    """`configuration/upload` of all that readers may see."""
    return {
        f"{path.parent.parent.name}/{path.parent.name}"
        for path in home.glob(f"tables/*/*/{MANIFEST}")
    }


def stop_training(stack: Stack) -> None:
    """Stop the sensor that trains models after each upload: minutes of work not in question.

    A tick under way may write the sensor's state as it was, hence the second look.
    """

    def stopped() -> bool:
        for look in range(2):
            with stack.instance() as instance:
                known = {state.name: state for state in instance.all_instigator_state()}
                if known[_TRAINING].status is not InstigatorStatus.STOPPED:
                    instance.update_instigator_state(
                        known[_TRAINING].with_status(InstigatorStatus.STOPPED)
                    )
                    return False
            if look == 0:
                time.sleep(_SECOND_LOOK)
        return True

    wait(stopped, 120, f"{_TRAINING} to be known and stopped")


def builds(stack: Stack) -> list[dg.DagsterRun]:
    """Runs of the main job."""
    return stack.runs(job_name=BUILD_CONFIGURATION)
