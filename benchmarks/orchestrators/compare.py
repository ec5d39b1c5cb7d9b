"""Dagster as the platform runs it, Celery and Airflow on the same pipelines, one after another.

    python benchmarks/orchestrators/compare.py --work FOLDER [--tools dagster celery airflow]
                                               [--repeat 3] [--idle 60]

Each tool gets an environment of its own in FOLDER (made at the first call, some minutes). For
every shape of `shapes.py`: the ideal critical path on two cores, what a plain pool of two
processes needs today, and each tool's seconds; then the memory of each tool's idle stack (PSS).
Celery needs `redis-server`. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from shapes import CORES, SHAPES, bare, critical_path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY))
REQUIREMENTS = {
    "celery": ["celery[redis]>=5.5,<6"],
    "airflow": ["apache-airflow>=3.1,<4"],
}


def main() -> None:
    """Measure and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--tools", nargs="*", default=["dagster", "celery", "airflow"])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--idle", type=float, default=60.0)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, dict[str, list[float]]] = {}
    memory: dict[str, int] = {}
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    pools = {name: [bare(steps) for _ in range(options.repeat)] for name, steps in SHAPES.items()}
    for tool in options.tools:
        measured = TOOLS[tool](options.work, options.repeat, options.idle)
        for label, (times, idle) in measured.items():
            seconds[label] = times
            memory[label] = idle
            print(f"{label}: {times}, {idle / 2**20:.0f} MiB", file=sys.stderr, flush=True)
    print("| | eight steps, s | over the ideal | six steps, s | over the ideal | idle, MiB |")
    print("|:--|--:|--:|--:|--:|--:|")
    ideal = {name: critical_path(steps) for name, steps in SHAPES.items()}
    rows = {"a plain pool of two processes": (pools, 0)} | {
        label: (seconds[label], memory[label]) for label in seconds
    }
    for label, (times, idle) in rows.items():
        cells = []
        for shape, best in ideal.items():
            median = statistics.median(times[shape]) if times.get(shape) else float("nan")
            cells += [f"{median:.1f}", f"{median - best:.1f}"]
        print(f"| {label} | {' | '.join(cells)} | {idle / 2**20:.0f} |")
    print(f"\nideal critical path: {ideal}; load now {os.getloadavg()[0]:.1f}")


Measured = dict[str, tuple[dict[str, list[float]], int]]


# --- Dagster -------------------------------------------------------------------------------


def dagster(work: Path, repeat: int, idle: float) -> Measured:
    """A run of the platform's code server, from the request to its end, and the whole command
    `dagster job execute` started cold; memory of `cai serve` and of `dagster dev`."""
    from cai_assets.defs.instance import sqlite_storage

    served: dict[str, list[float]] = {shape: [] for shape in SHAPES}
    cold: dict[str, list[float]] = {shape: [] for shape in SHAPES}
    with tempfile.TemporaryDirectory(dir=work) as folder:
        home = Path(folder, "dagster")
        home.mkdir()
        settings = {
            "telemetry": {"enabled": False},
            "storage": sqlite_storage(str(home)),
            # Without the queue, at which the platform's daemon looks once a second.
            "run_coordinator": {
                "module": "dagster._core.run_coordinator",
                "class": "DefaultRunCoordinator",
            },
        }
        (home / "dagster.yaml").write_text(json.dumps(settings), encoding="utf-8")
        variables = {
            "DAGSTER_HOME": str(home),
            "CAI_HOME": folder,
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(HERE))),
        }
        pipelines = ["-m", "dagster_pipelines"]
        for shape in [*SHAPES] * repeat:
            began = time.perf_counter()
            command = ["-m", "dagster", "job", "execute", *pipelines, "-j", shape]
            call([sys.executable, *command], variables)
            cold[shape].append(time.perf_counter() - began)
        port = spare_port()
        server = {"grpc_server": {"host": "127.0.0.1", "port": port, "location_name": "shapes"}}
        workspace = Path(folder, "workspace.yaml")
        workspace.write_text(json.dumps({"load_from": [server]}), encoding="utf-8")
        serve = ["-m", "cai_assets.defs.code_server", *pipelines, "--location-name", "shapes"]
        with running([sys.executable, *serve, "--port", str(port)], variables):
            until(lambda: _listens(port), 120, "the code server")
            time.sleep(10)
            for shape in [*SHAPES] * repeat:
                command = ["-m", "dagster", "job", "launch", "-w", str(workspace), "-j", shape]
                call([sys.executable, *command], variables)
                served[shape].append(until(lambda: _run_seconds(home), 300, f"{shape} of Dagster"))
        serve = [sys.executable, "-m", "cai_assets.cli", "serve", "--port", str(spare_port())]
        with running(serve, {"CAI_HOME": str(Path(folder, "served"))}) as stack:
            resting = memory_at_rest([stack], idle)
        dev = ["-m", "dagster", "dev", "-p", str(spare_port()), "-m", "cai_assets.definitions"]
        with running([sys.executable, *dev], variables) as stack:
            usual = memory_at_rest([stack], idle)
    return {
        "cai-assets, a run of its code server; memory of `cai serve`": (served, resting),
        "cai-assets, cold command; memory of `dagster dev`": (cold, usual),
    }


def _run_seconds(home: Path) -> float:
    """From the request for the newest run to its end; 0 before that."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(home)) as instance:
        (record,) = instance.get_run_records(limit=1)
    run = record.dagster_run
    if run.is_failure_or_canceled:
        raise SystemExit(f"run {run.run_id}: {run.status}")
    if not run.is_success:
        return 0.0
    return float(record.end_time or 0) - record.create_timestamp.timestamp()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- Celery --------------------------------------------------------------------------------


def celery(work: Path, repeat: int, idle: float) -> Measured:
    """A worker of two processes, Redis as broker and for results."""
    python = environment(work, "celery")
    redis = shutil.which("redis-server")
    if redis is None:
        raise SystemExit("redis-server is not installed")
    port = spare_port()
    variables = {"BROKER": f"redis://127.0.0.1:{port}/0", "PYTHONPATH": str(HERE)}
    times: dict[str, list[float]] = {shape: [] for shape in SHAPES}
    server = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(work)]
    worker = ["-m", "celery", "-A", "celery_pipelines", "worker", "-c", str(CORES)]
    with running(server, {}) as broker, running([str(python), *worker], variables) as workers:
        time.sleep(10)
        for shape in [*SHAPES] * repeat:
            script = str(HERE / "celery_pipelines.py")
            times[shape].append(float(call([str(python), script, shape], variables)))
        resting = memory_at_rest([broker, workers], idle)
    return {"Celery, warm workers; memory with Redis": (times, resting)}


# --- Airflow -------------------------------------------------------------------------------


def airflow(work: Path, repeat: int, idle: float) -> Measured:
    """`airflow standalone`, as its documentation starts it: scheduler, DAG processor, API server,
    triggerer. Seconds of a run as Airflow notes them, from its start to its end."""
    python = environment(work, "airflow")
    home = work / "airflow-home"
    shutil.rmtree(home, ignore_errors=True)
    (home / "dags").mkdir(parents=True)
    text = (HERE / "airflow_pipelines.py").read_text(encoding="utf-8")
    (home / "dags" / "pipelines.py").write_text(
        text.replace("@FOLDER@", str(HERE)), encoding="utf-8"
    )
    variables = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(CORES),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__API__PORT": str(spare_port()),
        "AIRFLOW__API__WORKERS": "1",
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }
    variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] = (
        f"http://127.0.0.1:{variables['AIRFLOW__API__PORT']}/execution/"
    )
    command = [str(python), "-m", "airflow"]
    times: dict[str, list[float]] = {shape: [] for shape in SHAPES}
    call([*command, "db", "migrate"], variables)
    with running([*command, "standalone"], variables) as stack:
        until(lambda: "six" in call([*command, "dags", "list"], variables), 300, "DAGs of Airflow")
        for number, shape in enumerate([*SHAPES] * repeat):
            name = f"run-{number}"
            call([*command, "dags", "trigger", shape, "-r", name], variables)
            times[shape].append(_dag_seconds(command, variables, shape, name))
        resting = memory_at_rest([stack], idle)
    return {"Airflow, `airflow standalone`": (times, resting)}


def _dag_seconds(command: list[str], variables: dict[str, str], shape: str, name: str) -> float:
    from datetime import datetime

    def ended() -> float:
        listed = call([*command, "dags", "list-runs", shape, "-o", "json"], variables)
        # What it logs comes before, with brackets of its own.
        runs = json.loads(listed[listed.index("[{") :]) if "[{" in listed else []
        run = next((one for one in runs if one["run_id"] == name), {"state": ""})
        if run["state"] == "failed":
            raise SystemExit(f"Airflow: {shape} failed")
        if run["state"] != "success":
            return 0.0
        start, end = (datetime.fromisoformat(run[key]) for key in ("start_date", "end_date"))
        return (end - start).total_seconds()

    return until(ended, 300, f"{shape} of Airflow")


TOOLS: dict[str, Callable[[Path, int, float], Measured]] = {
    "dagster": dagster,
    "celery": celery,
    "airflow": airflow,
}


# --- processes -----------------------------------------------------------------------------


def environment(work: Path, tool: str) -> Path:
    """The interpreter of the tool's own environment, made at the first call."""
    folder = work / tool
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS[tool]]
        subprocess.run(install, check=True)
        (folder / "ready").touch()
    return python


def call(command: Sequence[str], variables: dict[str, str]) -> str:
    """What a command prints; ends the benchmark if it fails."""
    done = subprocess.run(
        list(command), env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def running(command: Sequence[str], variables: dict[str, str]) -> Iterator[psutil.Process]:
    """A program in the background, ended with all that it started."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            list(command), env={**os.environ, **variables}, stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
        family = psutil.Process(process.pid)
        try:
            yield family
        finally:
            below = family.children(recursive=True) if process.poll() is None else []
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            for one in below:
                try:
                    one.kill()
                except psutil.NoSuchProcess:
                    continue


def memory_at_rest(roots: Sequence[psutil.Process], seconds: float) -> int:
    """Proportional set size of programs with all that they started, after a rest, bytes."""
    time.sleep(seconds)
    total = 0
    for root in roots:
        for process in [root, *root.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
    return total


def until(found: Callable[[], float], seconds: float, what: str) -> float:
    """The first true value of `found`; ends the benchmark if none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds:.0f} s for {what}")
        time.sleep(1)


def spare_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
