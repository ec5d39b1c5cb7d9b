"""Lines of the log are JSON objects that say what they are about, and hold no secret."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cai_assets.defs.logs import JsonFormatter, secrets_of
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject

RUN = {
    "run_id": "1f0c",
    "job_name": "build_configuration",
    "job_tags": {"dagster/partition": "Trade", "cai/upload": "000007", "other": "x"},
    "step_key": "best_practices",
    "orig_message": "40 of 60 files",
}


def record(message: str = "hello", **more: Any) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "cai_assets.x", "levelname": "WARNING", "msg": message, "created": 0.0, **more}
    )


def line(formatter: JsonFormatter, one: logging.LogRecord) -> dict[str, Any]:
    text = formatter.format(one)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_says_when_how_bad_who_and_what() -> None:
    assert line(JsonFormatter(), record("привет\nвсем")) == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "warning",
        "logger": "cai_assets.x",
        "message": "привет\nвсем",
    }


def test_a_line_of_a_run_names_configuration_upload_run_job_and_step() -> None:
    found = line(JsonFormatter(), record("noise 1f0c noise", dagster_meta=RUN))
    assert found["message"] == "40 of 60 files"
    assert {name: found[name] for name in ("configuration", "upload", "run_id", "job", "step")} == {
        "configuration": "Trade",
        "upload": "000007",
        "run_id": "1f0c",
        "job": "build_configuration",
        "step": "best_practices",
    }


def test_a_line_without_a_run_has_that_of_its_process() -> None:
    formatter = JsonFormatter()
    line(formatter, record(dagster_meta=RUN))
    assert line(formatter, record())["run_id"] == "1f0c"


def test_a_line_of_a_sensor_names_the_sensor() -> None:
    meta = {"repository_name": "r", "name": "inbox", "orig_message": "accepted"}
    found = line(JsonFormatter(), record(dagster_meta=meta))
    assert (found["automation"], found["message"]) == ("inbox", "accepted")
    assert "run_id" not in found


def test_what_was_raised_stands_in_the_line() -> None:
    try:
        raise ValueError("no such table")
    except ValueError:
        found = line(JsonFormatter(), record(exc_info=sys.exc_info()))
    assert found["error"].endswith("ValueError: no such table")


@pytest.mark.parametrize(
    "text",
    [
        "cannot reach postgresql+psycopg2://cai:hunter22x@db/cai",
        "the token hunter22x was refused",
        'quoted: "hunter22x"',
    ],
)
def test_secrets_are_never_written(text: str) -> None:
    said = JsonFormatter(["hunter22x"]).format(record(text))
    assert "hunter22x" not in said
    assert "***" in said
    json.loads(said)


def test_a_password_in_an_address_is_hidden_without_being_known() -> None:
    said = JsonFormatter().format(record("https://me:pass-of-mine@git.example/x.git refused"))
    assert "pass-of-mine" not in said
    assert "git.example" in said


def test_secrets_are_those_of_settings_and_of_variables_that_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAI_POSTGRES_PASSWORD", "of-the-database")
    monkeypatch.setenv("SHORT_TOKEN", "abc")
    settings = Settings(celery_broker=SecretStr("redis://u:of-the-broker@host"))
    found = secrets_of(settings)
    assert {"of-the-database", "of-the-broker", "redis://u:of-the-broker@host"} <= found
    assert "abc" not in found


def test_a_terminal_gets_plain_text() -> None:
    code = (
        "import logging, cai_assets.defs.logs as logs\n"
        "from cai_assets.settings import Settings\n"
        "logs.log_as(Settings())\n"
        "assert logging.Logger.addHandler.__module__ == 'logging'\n"
        "assert logging.lastResort.formatter is None\n"
    )
    variables = {name: v for name, v in os.environ.items() if name != "CAI_LOG_FORMAT"}
    subprocess.run([sys.executable, "-c", code], check=True, env=variables)


def test_warnings_and_what_nobody_caught_are_lines_too() -> None:
    code = (
        "import logging, warnings, cai_assets.defs.logs as logs\n"
        "from cai_assets.settings import Settings\n"
        "logging.getLogger('somebody')\n"
        "logs.log_as(Settings())\n"
        "logs.log_as(Settings())\n"
        "warnings.warn('old way')\n"
        "logging.getLogger('somebody').error('wrong')\n"
        "logging.getLogger('somebody').addHandler(logging.StreamHandler())\n"
        "logging.getLogger('somebody').error('wrong again')\n"
        "raise OSError('gone')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "CAI_LOG_FORMAT": "json"},
        text=True,
        encoding="utf-8",
        check=False,
    )
    lines = [json.loads(one) for one in done.stderr.splitlines()]
    assert ["old way" in lines[0]["message"], *(one["message"] for one in lines[1:])] == [
        True,
        "wrong",
        "wrong again",
        "the process ends",
    ]
    assert done.returncode == 1


def test_sensors_log_as_json_also_after_programs_of_dagster_have_set_up_their_own() -> None:
    code = (
        "import cai_assets.defs.logs as logs\n"
        "from cai_assets.settings import Settings\n"
        "logs.log_as(Settings())\n"
        "from dagster._core.definitions.instigation_logger import InstigationLogger\n"
        "from dagster._utils.log import configure_loggers\n"
        "configure_loggers()\n"
        "InstigationLogger(repository_name='r', instigator_name='inbox').info('accepted')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "CAI_LOG_FORMAT": "json"},
        text=True,
        encoding="utf-8",
        check=True,
    )
    (said,) = done.stderr.splitlines()
    assert json.loads(said)["automation"] == "inbox"


def test_every_line_of_a_real_run_is_json_with_its_ids(tmp_path: Path) -> None:
    project = EdtProject(tmp_path / "project")
    project.common_module("Общий", "Процедура А() Экспорт\nКонецПроцедуры\n")
    script = (
        "import sys, dagster as dg\n"
        "from cai_assets.definitions import defs\n"
        "from cai_assets.defs.assets.parsed_configuration import parsed_configuration\n"
        "from cai_assets.defs.resources import data_root\n"
        "from cai_assets.intake.accepting import admit\n"
        "from cai_assets.settings import Settings\n"
        "from pathlib import Path\n"
        "settings = Settings()\n"
        "upload = admit(data_root(settings), Path(sys.argv[1]), settings.unpack_limits())\n"
        "with dg.DagsterInstance.ephemeral() as instance:\n"
        "    instance.add_dynamic_partitions('configurations', [upload.slug])\n"
        "    run = dg.materialize(\n"
        "        [parsed_configuration],\n"
        "        instance=instance, resources=dict(defs.resources),\n"
        "        partition_key=upload.slug, tags={'cai/upload': upload.id},\n"
        "        run_config={'loggers': {'console': {'config': {'log_level': 'DEBUG'}}}})\n"
        "print(upload.slug, upload.id, run.run_id)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(project.root)],
        capture_output=True,
        env={
            **{name: v for name, v in os.environ.items() if not name.startswith(("CAI_", "DAG"))},
            "CAI_HOME": str(tmp_path / "home"),
            "CAI_LOG_FORMAT": "json",
            "PYTHONUTF8": "1",
        },
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    configuration, upload, run_id = done.stdout.split()
    lines = [json.loads(one) for one in done.stderr.splitlines()]
    of_run = [one for one in lines if "run_id" in one]
    assert len(of_run) > 20
    assert {one["run_id"] for one in of_run} == {run_id}
    assert {(one["configuration"], one["upload"]) for one in of_run} == {(configuration, upload)}
    assert {"STEP_START", "ASSET_MATERIALIZATION"} <= {one.get("event", "") for one in of_run}
    assert {one.get("step") for one in of_run} >= {"parsed_configuration"}
    first = lines.index(of_run[0])
    assert [one for one in lines[first:] if "run_id" not in one] == []
