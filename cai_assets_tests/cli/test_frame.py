"""Help, languages, exit codes: what holds for every command."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from cai_assets.cli import command_line
from cai_assets.cli.frame import _is_broken_pipe
from cai_assets.messages import LANGUAGES, Language, Messages
from cai_assets_tests.cli.conftest import Cai

COMMANDS = (
    "alerts", "areas", "build", "check", "dataset", "docs", "impact", "list", "metrics", "models",
    "parse", "refactor", "search", "serve", "show", "subsystems", "suggest", "train", "upload",
    "worker",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_speaks_the_language(cai: Cai, language: Language, command: str) -> None:
    said = cai("--lang", language, *filter(None, [command]), "--help")
    assert said.code == 0
    assert said.out.startswith({"ru": "Использование: cai", "en": "Usage: cai"}[language])
    assert {"ru": "Показать эту справку", "en": "Show this help"}[language] in said.out


def test_without_arguments_it_shows_help(cai: Cai) -> None:
    said = cai()
    assert said.code == 0
    for command in COMMANDS:
        assert f"\n  {command}" in said.out


def test_every_option_and_command_has_help() -> None:
    group = command_line(Messages("en"))
    assert sorted(group.commands) == sorted(COMMANDS)
    for command in (group, *group.commands.values()):
        assert command.help
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, parameter


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["bake"], "no command bake"),
        (["--wrong"], "no option --wrong"),
        (["parse"], "PATH is missing"),
        (["parse", "x"], "--out is missing"),
        (["parse", "x", "--out"], "--out needs a value"),
        (["--lang", "de", "list"], "wrong value of --lang"),
        (["parse", "x", "--out", "y", "--workers", "0"], "wrong value of --workers"),
        (["list", "more"], "extra argument"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    cai: Cai, arguments: list[str], text: str
) -> None:
    said = cai(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert text in said.err
    assert len(said.err.splitlines()) == 1


def test_a_wrong_setting_is_named(cai: Cai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAI_WORKERS", "many")
    said = cai("list")
    assert said.code == 2
    assert "CAI_WORKERS" in said.err
    assert "many" in said.err


def test_a_wrong_secret_is_named_and_not_shown(cai: Cai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAI_GIT", "https://robot:t0ken@host")
    said = cai("list")
    assert said.code == 2
    assert "CAI_GIT" in said.err
    assert "t0ken" not in said.err


def test_the_language_of_the_environment_is_spoken(
    cai: Cai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAI_LANG", "ru")
    assert cai("bake").err.startswith("Ошибка: нет команды bake")
    assert cai("--lang", "en", "bake").err.startswith("Error: there is no command bake")


def test_the_data_folder_of_the_option_goes_before_the_setting(
    cai: Cai, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAI_HOME", str(tmp_path / "set"))
    assert str(tmp_path / "set") in cai("list").out
    assert str(tmp_path / "given") in cai("--data", tmp_path / "given", "list").out


def test_it_runs_as_a_program_and_starts_fast() -> None:
    command = [sys.executable, "-m", "cai_assets.cli", "--version"]
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds.append(time.perf_counter() - started)
    assert result.stdout.startswith("cai-assets ")
    assert min(seconds) < 1.0


@pytest.mark.parametrize("encoding", ["cp1251", "cp866"])
def test_output_into_a_file_of_an_old_code_page_does_not_fail(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "cai_assets.cli", "--lang", "ru", "--help"]
    result = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    text = result.stdout.decode(encoding)
    assert "конфигурац" in text


@pytest.mark.parametrize(
    ("error", "windows", "is_pipe"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), False, True),
        (OSError(errno.EINVAL, "Invalid argument"), True, True),
        (OSError(errno.EINVAL, "Invalid argument"), False, False),
        (OSError(errno.EINVAL, "Invalid argument", "a:b"), True, False),
    ],
)
def test_a_reader_of_the_output_may_stop_reading(
    error: OSError, windows: bool, is_pipe: bool
) -> None:
    assert _is_broken_pipe(error, windows) == is_pipe


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from cai_assets.cli import run; run(['--help']);"
        "heavy = {'dagster', 'pandas', 'pyarrow', 'numpy', 'lxml', 'pydantic', 'rich'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.stderr == b""
    assert result.returncode == 0
