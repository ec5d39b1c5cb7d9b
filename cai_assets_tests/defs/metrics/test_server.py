"""`cai metrics` as a program: it answers, whatever is missing, and ends when told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cai_assets_tests.cli.conftest import Cai, cai  # noqa: F401 - a fixture
from cai_assets_tests.integration.stack import needs

_STARTS = 60.0
MISSING = {"runs", "events", "daemons", "automation", "intake", "configurations", "disk"}
"""What cannot be read without the folder of the data; there just are no models."""


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root that is not there."""
    return tmp_path_factory.mktemp("exporter") / "nowhere"


@pytest.fixture(scope="module")
def exporter(nowhere: Path) -> Iterator[tuple[str, int]]:
    """The address of an exporter on that data root, and the number of its process."""
    folder = nowhere.parent
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("CAI_", "DAG"))
    }
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cai_assets.cli", "--lang", "en", "metrics", "--port", "0"],
            stdout=out,
            stderr=out,
            cwd=folder,
            env={**variables, "CAI_HOME": str(nowhere)},
        )
    try:
        deadline = time.monotonic() + _STARTS
        found = None
        while found is None:
            assert process.poll() is None and time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
            found = re.search(r"http://127\.0\.0\.1:\d+/metrics", log.read_text("utf-8"))
        yield found[0], process.pid
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)
        assert os.name == "nt" or code == 0, log.read_text("utf-8")
    finally:
        process.kill()
        process.wait(30)


def scrape(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
    return text


def test_it_answers_though_nothing_is_there(exporter: tuple[str, int], nowhere: Path) -> None:
    deadline = time.monotonic() + _STARTS
    while True:
        text = scrape(exporter[0])
        failed = set(
            re.findall(r'^cai_scrape_errors_total\{part="(\w+)"\} [1-9]', text, re.MULTILINE)
        )
        if failed >= MISSING:
            break
        assert time.monotonic() < deadline, text
        time.sleep(0.5)
    assert failed == MISSING
    assert "cai_inbox_entries" not in re.sub("^#.*$", "", text, flags=re.MULTILINE)
    assert 'cai_runs_total{job_name="build_configuration",state="failure"} 0.0' in text
    assert not nowhere.exists(), "that would hide that the volume is not there"
    assert "process_resident_memory_bytes" in text or sys.platform != "linux"


@needs("promtool")
def test_what_it_answers_passes_the_check_of_prometheus(exporter: tuple[str, int]) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=scrape(exporter[0]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the maps of a process")
def test_it_loads_nothing_that_only_runs_need(exporter: tuple[str, int]) -> None:
    scrape(exporter[0])
    maps = Path(f"/proc/{exporter[1]}/maps").read_text(encoding="utf-8")
    loaded = set(re.findall(r"site-packages/(\w+)/", maps))
    assert loaded & {"numpy", "pandas", "pyarrow", "sklearn", "scipy", "lxml", "rustworkx"} == set()


def test_an_address_that_is_taken_is_named(exporter: tuple[str, int], cai: Cai) -> None:  # noqa: F811
    port = re.findall(r":(\d+)/", exporter[0])[0]
    said = cai("--data", "here", "metrics", "--port", port)
    assert said.code == 1
    assert f"cannot listen at 127.0.0.1:{port}" in said.err
    assert "--port" in said.err
