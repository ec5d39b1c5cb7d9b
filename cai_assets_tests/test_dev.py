"""The two commands of the README: what can be known without setting an environment up."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_needs_nothing_but_the_standard_library() -> None:
    # -S and -I: neither site-packages nor the current folder are importable.
    result = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "dev.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=False,
    )
    assert result.returncode == 2
    assert "python dev.py demo" in result.stderr
    assert "python dev.py test" in result.stderr


@pytest.mark.parametrize("version", [(3, 9), (3, 15)])
def test_a_python_that_cannot_do_it_is_told_apart(
    dev: ModuleType, version: tuple[int, int]
) -> None:
    dev.require_python((3, 11))
    dev.require_python((3, 14))
    found = re.escape(".".join(map(str, version)))
    with pytest.raises(dev.Stop, match=rf"3\.11 to 3\.14 is needed, this is {found}; try `py -3"):
        dev.require_python(version, windows=True)


def test_the_same_pythons_are_named_everywhere(dev: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (_, oldest), (major, newest) = dev.OLDEST_PYTHON, dev.NEWEST_PYTHON
    assert project["requires-python"] == f">={major}.{oldest},<{major}.{newest + 1}"
    for name in ("README.md", "README.ru.md", ".ci/run", "docs/windows.md", "docs/windows.ru.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {f"{major}.{oldest}", f"{major}.{newest}"} <= set(re.findall(r"\d\.\d\d", text)), (
            name
        )


def test_the_interpreter_is_where_the_platform_puts_it(dev: ModuleType) -> None:
    assert dev.python_of(Path("e"), windows=True) == Path("e/Scripts/python.exe")
    assert dev.python_of(Path("e"), windows=False) == Path("e/bin/python")


def test_the_fingerprint_changes_with_the_project_but_not_with_line_ends(
    dev: ModuleType, tmp_path: Path
) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes(b"a\nb\n")
    before = dev.fingerprint(tmp_path)
    (tmp_path / "constraints.txt").write_bytes(b"a\r\nb\r\n")
    assert dev.fingerprint(tmp_path) == before
    (tmp_path / "constraints.txt").write_bytes(b"a\nc\n")
    assert dev.fingerprint(tmp_path) != before


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_without_venv_it_says_in_one_line_what_to_install(dev: ModuleType, platform: str) -> None:
    text = dev.missing_venv(platform, (3, 12))
    assert "\n" not in text
    assert ("apt install python3.12-venv" in text) == (platform == "linux")


def test_virtualenv_is_tried_where_venv_fails(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried = []

    def succeeds(command: list[str]) -> bool:
        tried.append(command)
        return "virtualenv" in command or (len(tried) > 2 and command[1:] == PIP)

    PIP = ["-m", "pip", "--version"]
    monkeypatch.setattr(dev, "succeeds", succeeds)
    monkeypatch.setattr(dev, "ENVIRONMENT", tmp_path / "e")
    dev.create(tmp_path / "e" / "bin" / "python")
    assert [command[2] for command in tried] == ["venv", "virtualenv", "pip"]


def test_an_environment_of_another_python_is_made_anew(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = dev.python_of(tmp_path / "e")
    old.parent.mkdir(parents=True)
    old.write_bytes(b"")

    def succeeds(command: list[str]) -> bool:
        return "-c" not in command  # the question whether it is the same version

    monkeypatch.setattr(dev, "succeeds", succeeds)
    monkeypatch.setattr(dev, "ENVIRONMENT", tmp_path / "e")
    dev.create(old)
    assert not old.exists()


def test_an_environment_in_use_is_told_apart_from_a_missing_venv(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def rmtree(path: Path) -> None:
        raise PermissionError(13, "in use", str(path))

    monkeypatch.setattr(dev.shutil, "rmtree", rmtree)
    with pytest.raises(dev.Stop, match="cannot be removed.*Close what runs in it"):
        dev.remove(tmp_path / ".venv")


def test_an_environment_that_cannot_be_made_stops_with_the_remedy(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "succeeds", lambda command: False)
    monkeypatch.setattr(dev, "ENVIRONMENT", tmp_path / "e")
    with pytest.raises(dev.Stop, match="cannot make virtual environments"):
        dev.create(tmp_path / "python")


@pytest.mark.parametrize(
    ("fails", "own_ways", "tried"),
    [
        pytest.param("", False, ["pip", "uv"], id="uv"),
        pytest.param("uv", False, ["pip", "uv", "pip"], id="uv cannot"),
        pytest.param("uv ", False, ["pip", "pip"], id="no uv for this machine"),
        pytest.param("", True, ["pip"], id="pip was told of another index"),
    ],
)
def test_packages_come_by_uv_or_where_it_cannot_by_pip(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    own_ways: bool,
    tried: list[str],
) -> None:
    commands: list[list[str]] = []

    def follow(command: list[str]) -> tuple[int, list[str]]:
        commands.append(command)
        failing = command[2] == fails or (fails == "uv " and command[-1] == "uv")
        return int(failing), []

    monkeypatch.setattr(dev, "follow", follow)
    monkeypatch.setattr(dev, "has_own_ways", lambda python: own_ways)
    dev.install(Path("python"))
    assert [command[2] for command in commands] == tried
    assert all("constraints.txt" in command for command in commands)
    assert commands[-1][-2:] == ["--editable", ".[dev]"]


def test_an_index_that_pip_was_told_of_is_known(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # no file of this machine is read either
    assert not dev.has_own_ways(Path(sys.executable))
    with monkeypatch.context() as environment:
        environment.setenv("PIP_INDEX_URL", "https://packages.example")
        assert dev.has_own_ways(Path(sys.executable))
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nproxy = proxy.example:3128\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    assert dev.has_own_ways(Path(sys.executable))


def test_what_cannot_be_installed_is_told_with_the_last_lines(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "has_own_ways", lambda python: False)
    monkeypatch.setattr(dev, "follow", lambda command: (1, ["no matching distribution"]))
    with pytest.raises(dev.Stop, match="no matching distribution\n\npip failed; is the network"):
        dev.install(Path("python"))


def test_all_checks_run_and_one_failure_fails_the_command(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = []

    def run(command: list[str]) -> int:
        commands.append(command)
        return int("mypy" in command)

    monkeypatch.setattr(dev, "run", run)
    assert dev.test(Path("python"), ["-k", "lexer"]) == 1
    assert len(commands) == len(dev.CHECKS) + 1
    assert commands[-1] == ["python", "-m", "pytest", "-k", "lexer"]
    assert "mypy" in capsys.readouterr().out.splitlines()[-1]


def test_all_tests_are_compiled_while_the_checks_run(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    @contextmanager
    def compiling(python: Path) -> Iterator[None]:
        said.append("compiling")
        yield
        said.append("compiled")

    monkeypatch.setattr(dev, "compiling", compiling)
    monkeypatch.setattr(dev, "run", lambda command: said.append(command[2]))
    assert dev.test(Path("python"), []) == 0
    assert (said[0], said[-2:]) == ("compiling", ["compiled", "pytest"])
    assert "mypy" in said
    said.clear()
    dev.test(Path("python"), ["-k", "lexer"])
    assert "compiling" not in said


def test_compiling_ends_with_what_it_was_for(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "conftest.py").write_text("import time\n\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), dev.compiling(Path(sys.executable)):
        raise KeyboardInterrupt
    assert time.monotonic() - began < 30


def test_processes_of_tests_keep_together_what_belongs_together(
    dev: ModuleType, tmp_path: Path
) -> None:
    """A pytest that xdist does not understand would deal out tests one by one, without a word."""
    conftest = "from cai_assets_tests.grouping import pytest_collection_modifyitems"
    (tmp_path / "conftest.py").write_text(f"{conftest}\n", encoding="utf-8")
    (tmp_path / "integration").mkdir()
    tests = "".join(f"def test_{number}():\n    pass\n" for number in range(4))
    for name in ("test_a.py", "test_b.py", "integration/test_c.py", "integration/test_d.py"):
        (tmp_path / name).write_text(tests, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *dev.TOGETHER]
    command[command.index("-n") + 1] = "3"
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", "-c", os.devnull, str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        check=False,
    )
    ran = re.findall(r"\[(gw\d)\] .*PASSED (\S+?)::", done.stdout)
    assert len(ran) == 16, done.stdout + done.stderr
    by_file: dict[str, set[str]] = {}
    for process, file in ran:
        by_file.setdefault(file, set()).add(process)
    assert all(len(processes) == 1 for processes in by_file.values()), by_file
    one, other = (by_file[file] for file in sorted(by_file) if "integration" in file)
    assert one == other


def test_the_demo_ends_with_how_to_get_its_commands(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = []

    def run(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(dev, "run", run)
    assert dev.demo(Path("python"), ["--quiet"]) == 0
    assert commands == [["python", "-m", "cai_assets.cli", "build", str(dev.SAMPLE), "--quiet"]]
    assert (ROOT / dev.SAMPLE).is_dir()
    assert dev.activation() in capsys.readouterr().out
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert dev.activation(windows=True) in text
        assert dev.activation(windows=False) in text


def test_the_readmes_name_the_commands_that_exist() -> None:
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"python3 dev\.py (\w+)", text)) == {"demo", "test"}
        assert "py dev.py test" in text


def test_both_readmes_give_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        return [" ".join(line.split()[:2]) for line in "".join(blocks).splitlines()]

    assert commands("README.md") == commands("README.ru.md")


def test_every_requirement_is_pinned_by_an_exact_version() -> None:
    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.]+", line) for line in pins)
    pinned = {plain(line.partition("==")[0]) for line in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {plain(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in wanted}  # type: ignore[index]
    assert names - {"cai-assets"} <= pinned


def test_the_project_can_be_cloned_where_windows_ends_paths_at_260() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    if not listed:
        pytest.skip("no git checkout")
    names = listed.split("\0")[:-1]
    assert max(map(len, names)) <= 160
    assert not [name for name in names if re.search(r'[<>:"|?*\\]|[. ](/|$)', name)]
    assert len({name.casefold() for name in names}) == len(names)
