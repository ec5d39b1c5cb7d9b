"""The two commands of the README, with nothing but Python's own library.

`python dev.py demo` runs the main job on the sample configuration, `python dev.py test` all
checks and tests. Both first make the environment `.venv`, and make it anew only when
`pyproject.toml`, `constraints.txt` or the interpreter changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "cai-assets.stamp"
SAMPLE = Path("examples", "trade", "edt")
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
"""Beyond the newest, Dagster cannot be installed."""

USAGE = """\
python dev.py demo   run the main job on the sample configuration
                     выполнить основную задачу на учебной конфигурации
python dev.py test   run all checks and tests; further arguments go to pytest
                     выполнить все проверки и тесты; прочие аргументы получает pytest
"""

CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy", "--num-workers", "2")),
    ("import-linter", ("-c", "from importlinter.cli import lint_imports_command as main; main()")),
)

TOGETHER = (
    *("-n", str((os.cpu_count() or 1) + 1)),
    *("--dist", "loadgroup", "--no-loadscope-reorder"),
)
"""Processes of pytest: one more than cores, since that with the stacks of programs mostly waits.
Which tests stay together and come first is in `cai_assets_tests/grouping.py`."""


class Stop(Exception):
    """The work cannot go on; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    speak_unicode()
    if not arguments or arguments[0] not in ("demo", "test"):
        sys.stderr.write(USAGE)
        return 2
    try:
        require_python(sys.version_info[:2])
        python = prepare()
        return (
            demo(python, arguments[1:]) if arguments[0] == "demo" else test(python, arguments[1:])
        )
    except Stop as stop:
        sys.stderr.write(f"{stop}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def speak_unicode() -> None:
    """Let a console that lacks a character show `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def require_python(version: tuple[int, ...], windows: bool = os.name == "nt") -> None:
    """Raise Stop if this Python is too old or too new."""
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        oldest, newest, found = (
            ".".join(map(str, known)) for known in (OLDEST_PYTHON, NEWEST_PYTHON, version)
        )
        other = f"py -{newest} dev.py" if windows else f"python{newest} dev.py"
        raise Stop(
            f"Python {oldest} to {newest} is needed, this is {found}; try `{other}`. "
            f"Нужен Python от {oldest} до {newest}, это {found}; попробуйте `{other}`."
        )


# --- the environment -----------------------------------------------------------------------


def prepare() -> Path:
    """Return the Python of an environment that has everything, made or renewed if need be."""
    python = python_of(ENVIRONMENT)
    stamp = fingerprint()
    if python.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == stamp:
        return python
    started = time.monotonic()
    say("Setting up .venv, once / Готовлю .venv, один раз")
    create(python)
    install(python)
    STAMP.write_text(stamp, encoding="utf-8")
    say(f"Ready in {time.monotonic() - started:.0f} s / Готово")
    return python


def python_of(environment: Path, windows: bool = os.name == "nt") -> Path:
    """The interpreter inside a virtual environment."""
    return environment / ("Scripts/python.exe" if windows else "bin/python")


def fingerprint(root: Path = ROOT) -> str:
    """What the environment depends on, as one line: a change means it must be renewed."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def create(python: Path) -> None:
    """Make the environment unless a working one of this very Python with pip is there."""
    same = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    if (
        python.exists()
        and succeeds([str(python), "-c", same])
        and succeeds([str(python), "-m", "pip", "--version"])
    ):
        return
    remove(ENVIRONMENT)
    target = str(ENVIRONMENT)
    for module in ("venv", "virtualenv"):
        made = succeeds([sys.executable, "-m", module, "--clear", target])
        if made and succeeds([str(python), "-m", "pip", "--version"]):
            return
    raise Stop(missing_venv(sys.platform, sys.version_info[:2]))


def remove(environment: Path) -> None:
    """Remove an environment that does not fit; Windows refuses while anything in it runs."""
    try:
        shutil.rmtree(environment)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Stop(
            f"{environment.name} must be made anew and cannot be removed ({error}). Close what "
            "runs in it (consoles, `dagster dev`) and start again. / Не удаётся удалить "
            f"{environment.name}: закройте то, что в нём запущено, и повторите."
        ) from error


def missing_venv(platform: str, version: tuple[int, ...]) -> str:
    """One sentence per language on what to install where Python came without `venv`."""
    if platform.startswith("linux"):
        package = f"python{version[0]}.{version[1]}-venv"
        remedy = f"sudo apt install {package}"
    else:
        remedy = f"{Path(sys.executable).name} -m pip install virtualenv"
    return (
        f"This Python cannot make virtual environments; run `{remedy}` and start again. "
        f"Этот Python не умеет создавать окружения: выполните `{remedy}` и повторите."
    )


def install(python: Path) -> None:
    """Install the project and its tools in the versions of `constraints.txt`.

    By uv, which makes it three times as fast; by pip where pip was told how to reach packages, and
    where uv cannot.
    """
    wanted = ("--constraint", "constraints.txt", "--editable", ".[dev]")
    pip = (str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    if not has_own_ways(python):
        uv = (str(python), "-m", "uv", "pip", "install", "--python", str(python))
        got, _ = follow([*pip, "--constraint", "constraints.txt", "uv"])
        if got == 0 and follow([*uv, "--compile-bytecode", *wanted])[0] == 0:
            return
    code, lines = follow([*pip, *wanted])
    if code:
        tail = "\n".join(lines[-20:])
        raise Stop(f"{tail}\n\npip failed; is the network there? / Ошибка pip; есть ли сеть?")


def has_own_ways(python: Path) -> bool:
    """Whether pip was told how packages are reached, by a file or the environment; uv was not."""
    listed = subprocess.run(
        [str(python), "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=child_environment(),
        check=False,
    )
    names = (line.partition("=")[0].rpartition(".")[2] for line in listed.stdout.splitlines())
    ways = ("client-cert", "no-index", "proxy", "trusted-host")
    return any(name in ways or name.endswith("-url") for name in names)


def follow(command: list[str]) -> tuple[int, list[str]]:
    """Run an installer, show on one line what it is at, return its exit code and its lines."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=installer_environment(),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            show_progress(lines[-1])
    clear_progress()
    return process.returncode, lines


def installer_environment() -> dict[str, str]:
    """The environment for uv and pip: uv is told what pip is."""
    known = child_environment()
    told = {"UV_SYSTEM_CERTS": "true"}
    if "PIP_CERT" in known:
        told["SSL_CERT_FILE"] = known["PIP_CERT"]
    if "PIP_FIND_LINKS" in known:
        told["UV_FIND_LINKS"] = ",".join(known["PIP_FIND_LINKS"].split())
    return {**told, **known}


SHOWN = ("Collecting", "Installing", "Resolved", "Building", "Downloading", "Prepared", "Installed")


def show_progress(line: str) -> None:
    """Show on one line of a terminal what an installer is at."""
    words = line.split()
    if sys.stdout.isatty() and len(words) > 1 and words[0] in SHOWN:
        # Spaces, not an escape sequence: old consoles of Windows would show it.
        sys.stdout.write(f"\r{f'  {words[0]} {words[1]}'[:70]:<70}")
        sys.stdout.flush()


def clear_progress() -> None:
    """Leave the progress line empty."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{'':<70}\r")
        sys.stdout.flush()


def succeeds(command: list[str]) -> bool:
    """Run a command silently and tell whether it went well."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


# --- the two commands ----------------------------------------------------------------------


def demo(python: Path, arguments: list[str]) -> int:
    """Build the sample configuration through Dagster; the command line says what came of it."""
    code = run([str(python), "-m", "cai_assets.cli", "build", str(SAMPLE), *arguments])
    if code == 0:
        say(f"To type these commands, first / Чтобы эти команды нашлись, сначала: {activation()}")
    return code


def activation(windows: bool = os.name == "nt") -> str:
    """What to type so that `cai` and `dagster` are found."""
    return r".venv\Scripts\activate" if windows else ". .venv/bin/activate"


def test(python: Path, arguments: list[str]) -> int:
    """Run every check, then pytest; all of them, so that one run shows all that is wrong."""
    failed = []
    # For a few tests the start of processes would take longer than they do.
    together = () if arguments else TOGETHER
    with compiling(python) if together else nullcontext():
        for name, command in CHECKS:
            say(f"== {name}")
            if run([str(python), *command]):
                failed.append(name)
    say("== pytest")
    if run([str(python), "-m", "pytest", *together, *arguments]):
        failed.append("pytest")
    say(f"Failed / Не прошли: {', '.join(failed)}" if failed else "All checks passed / Всё прошло")
    return 1 if failed else 0


@contextmanager
def compiling(python: Path) -> Iterator[None]:
    """Have pytest compile all tests meanwhile: else each of its processes would do so at once."""
    collect = [str(python), "-m", "pytest", "--collect-only", "--quiet"]
    with subprocess.Popen(
        collect,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    ) as process:
        try:
            yield
        except BaseException:
            process.kill()
            raise


def run(command: list[str]) -> int:
    """Run a command in the project's folder, its output shown, and return its exit code."""
    return subprocess.run(command, cwd=ROOT, check=False, env=child_environment()).returncode


def child_environment() -> dict[str, str]:
    """The environment for the tools: UTF-8 everywhere, also on Windows.

    Compiled modules are kept, else each of the many processes compiles all of the project.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONUTF8": "1"}


def say(text: str) -> None:
    """Print a line at once, in order with what the tools print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
