"""What `docker/` says, read as files: nothing open, nothing with a default secret, nothing twice.

`integration/test_topology.py` runs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cai_assets_tests.integration.composed import (
    DOCKER,
    SECRETS,
    compose,
    image_command,
    interpolated,
)

ROOT = DOCKER.parent
SERVICES: Mapping[str, Any] = compose()["services"]
SERVICE = pytest.mark.parametrize("name", SERVICES)
SCHEMAS = os.environ.get("CAI_SCHEMAS", "")

_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CAI_USER$")
_NEEDED = {"CAI_USER", "CAI_PASSWORD", "CAI_POSTGRES_PASSWORD", "CAI_POSTGRES_VIEW_PASSWORD"}


def texts(node: object) -> Iterator[str]:
    """Every text of a parsed YAML file."""
    if isinstance(node, Mapping):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def networks(name: str) -> set[str]:
    """The networks that a service is in."""
    return set(SERVICES[name]["networks"])


# --- compose --------------------------------------------------------------------------------


@SERVICE
def test_a_service_is_watched_started_again_and_kept_small(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert "mem_limit" in service
    assert service["logging"]["options"]["max-size"]


@SERVICE
def test_a_service_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    user = str(service["user"]).partition(":")[0]
    assert user.isdigit()
    assert user != "0"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "devices", "pid", "network_mode"} & set(service)
    assert not [mount for mount in service.get("volumes", ()) if "docker.sock" in mount]


def test_the_proxy_alone_is_reached_from_outside_and_by_default_from_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["proxy"]
    (port,) = published["proxy"]
    assert interpolated(port, {}) == "127.0.0.1:8080:8080"


def test_the_database_is_in_no_network_of_the_proxy() -> None:
    parsed = compose()["networks"]
    for name in ("postgres", "redis", "code"):
        assert not networks("proxy") & networks(name), name
    open_ones = {name for name, stated in parsed.items() if not (stated or {}).get("internal")}
    assert open_ones == {"edge", "outside"}
    assert {name for name in SERVICES if "edge" in networks(name)} == {"proxy"}
    # Who may reach the world: what builds.
    assert {name for name in SERVICES if "outside" in networks(name)} == {"code", "worker"}


def test_no_secret_has_a_default() -> None:
    """A variable that looks like a secret is demanded, or empty, which its service refuses."""
    found = re.findall(r"\$\{(\w+)(?::([-?])([^}]*))?\}", "\n".join(texts(compose())))
    secrets = [(name, kind, rest) for name, kind, rest in found if _SECRET.search(name)]
    assert {name for name, _, _ in secrets} >= _NEEDED
    assert [one for one in secrets if not (one[1] == "?" or one[1:] == ("-", ""))] == []
    for name in sorted(_NEEDED):
        without = {key: value for key, value in SECRETS.items() if key != name}
        with pytest.raises(LookupError, match=name):
            for text in texts(compose()):
                interpolated(text, without)


@SERVICE
def test_a_secret_is_given_as_a_variable_to_who_needs_it(name: str) -> None:
    service = SERVICES[name]
    assert not [word for word in texts(service.get("command", [])) if "${CAI_PASSWORD" in word]
    given = "\n".join(texts(service.get("environment", {})))
    assert ("${CAI_PASSWORD:" in given) == (name == "proxy")
    if name in ("view", "metrics", "grafana", "prometheus", "proxy", "redis"):
        assert "CAI_POSTGRES_PASSWORD" not in given


def test_the_example_names_every_secret_and_none_of_them_works() -> None:
    lines = (DOCKER / ".env.example").read_text(encoding="utf-8").splitlines()
    stated = dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))
    assert set(stated) == _NEEDED
    assert set(stated.values()) == {""}
    asked = {
        name for name, _, _ in re.findall(r"\$\{(\w+)(:(.)[^}]*)?\}", "\n".join(texts(compose())))
    }
    told = set(re.findall(r"^#?(\w+)=", "\n".join(lines), re.M))
    assert asked - told <= {"CAI_VERSION"}


def test_settings_of_the_example_exist() -> None:
    from cai_assets.settings import Settings

    text = (DOCKER / "settings.env.example").read_text(encoding="utf-8")
    named = {name.removeprefix("CAI_").lower() for name in re.findall(r"^#?(CAI_\w+)=", text, re.M)}
    assert named
    assert named <= set(Settings.model_fields)


def test_files_that_are_mounted_are_there() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", ())]
    ours = [mount.partition(":")[0] for mount in mounts if mount.startswith("./")]
    assert ours
    assert [path for path in ours if not (DOCKER / path).is_dir()] == []
    named = {mount.partition(":")[0] for mount in mounts if not mount.startswith("./")}
    assert named == set(compose()["volumes"])


def test_images_of_others_are_named_with_a_version() -> None:
    images = {interpolated(service["image"], {}) for service in SERVICES.values()}
    theirs = {image for image in images if not image.startswith("cai-assets")}
    assert theirs
    assert [image for image in theirs if not re.search(r":v?\d+\.?\d*", image)] == []


@pytest.mark.parametrize(
    "name", [name for name, one in SERVICES.items() if one["image"].startswith("cai-assets:")]
)
def test_the_programs_of_our_image_exist(name: str) -> None:
    service = SERVICES[name]
    command = service.get("command") or image_command("cai-assets")
    assert shutil.which(command[0], path=str(Path(sys.executable).parent)), command
    if command[:2] == ["python", "-m"]:
        path = ROOT.joinpath(*command[2].split("."))
        assert path.with_suffix(".py").exists() or path.is_dir()


def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    told = (
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if shutil.which("docker")
        else None
    )
    if told is None or told.returncode:
        pytest.skip("docker compose is not installed")
    copy = tmp_path / "docker"
    shutil.copytree(DOCKER, copy)
    shutil.copy(copy / "settings.env.example", copy / "settings.env")
    command = ["docker", "compose", "--profile", "celery", "config", "--quiet"]
    environment = {**os.environ, **SECRETS}
    assert subprocess.run(command, cwd=copy, env=environment, check=False).returncode == 0
    environment.pop("CAI_PASSWORD")
    assert subprocess.run(command, cwd=copy, env=environment, check=False).returncode != 0


# --- the image ------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "user"), [("cai-assets", "10001"), ("proxy", "10002")])
def test_an_image_is_not_root_and_tells_its_health(target: str, user: str) -> None:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    stage = re.split(rf"^FROM .* AS {target}$", text, flags=re.M)[1].partition("\nFROM ")[0]
    assert re.findall(r"^USER (\d+):\d+$", stage, re.M) == [user]
    assert len(re.findall(r"^HEALTHCHECK ", stage, re.M)) == 1
    services = [one for one in SERVICES.values() if one["image"].startswith(f"{target}:")]
    services += [SERVICES["proxy"]] if target == "proxy" else []
    assert {str(one["user"]).partition(":")[0] for one in services} == {user}


def test_no_layer_knows_a_secret() -> None:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert not re.findall(r"^(?:ARG|ENV).*(?:PASSWORD|SECRET|TOKEN)", text, re.M | re.I)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored  # what is not named does not get in
    assert {"docker/.env", "docker/settings.env", "docker/secrets"} <= set(ignored)
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ")]
    for word in [word for words in copied for word in words if not word.startswith("--")]:
        top = word.partition("/")[0]
        assert word.startswith("/opt/venv") or f"!{top}" in ignored, word


def test_the_image_is_built_from_what_is_tested() -> None:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert "PIP_CONSTRAINT=/build/constraints.txt" in text
    (extras,) = re.findall(r"^ARG EXTRAS=(.+)$", text, re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras.split(",")) == set(project["optional-dependencies"]) - {"dev"}
    (version,) = re.findall(r"^ARG PYTHON=(.+)$", text, re.M)
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


# --- the pages ------------------------------------------------------------------------------


def test_both_pages_give_the_same_commands_and_name_every_service() -> None:
    english, russian = (
        (ROOT / "docs" / name).read_text(encoding="utf-8")
        for name in ("production.md", "production.ru.md")
    )

    def commands(text: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
        return "".join(blocks).splitlines()

    def headings(text: str) -> list[str]:
        return [line.partition(" ")[0] for line in text.splitlines() if line.startswith("#")]

    assert commands(english) == commands(russian)
    assert headings(english) == headings(russian)
    for text in (english, russian):
        named = set(re.findall(r"`([a-z]+)`", text))
        assert {*SERVICES, *compose()["volumes"]} - named <= {"redis", "worker", "queue"}
        used = re.findall(r"docker compose .*?--no-deps (?:-T )?(\w+)", text)
        used += re.findall(r"docker compose exec (?:-T )?(\w+)", text)
        assert set(used) <= set(SERVICES)


# --- Dagster's files ------------------------------------------------------------------------


def test_the_instance_differs_from_the_one_at_home_by_where_things_are_kept() -> None:
    home = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    here = yaml.safe_load((DOCKER / "dagster.yaml").read_text(encoding="utf-8"))
    places = ("storage", "local_artifact_storage", "compute_logs")
    assert set(places) <= set(home) & set(here)
    for name in places:
        del home[name], here[name]
    assert here == home


def test_the_code_location_has_the_same_name_everywhere() -> None:
    workspace = yaml.safe_load((DOCKER / "workspace.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    name = project["tool"]["dg"]["project"]["code_location_name"]
    (server,) = [one["grpc_server"] for one in workspace["load_from"]]
    assert server["location_name"] == name
    command = image_command("cai-assets")
    assert command[command.index("--location-name") + 1] == name
    (of_chart,) = chart_values()["dagsterWebserver"]["workspace"]["servers"]
    assert of_chart["name"] == name


# --- Dagster's chart ------------------------------------------------------------------------


def chart_values() -> dict[str, Any]:
    """Our values for Dagster's own chart."""
    text = (DOCKER / "helm" / "values.yaml").read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def test_values_for_the_chart_hold_no_secret_and_no_root() -> None:
    values = chart_values()
    assert values["generatePostgresqlPasswordSecret"] is False
    assert values["postgresql"]["existingSecret"] == values["global"]["postgresqlSecretName"]
    assert not re.findall(
        r"(?i)password: *\S", (DOCKER / "helm" / "values.yaml").read_text("utf-8")
    )
    (code,) = values["dagster-user-deployments"]["deployments"]
    for part in (code, values["dagsterWebserver"], values["dagsterDaemon"]):
        assert part["podSecurityContext"]["runAsUser"] == 10001
        assert part["podSecurityContext"]["runAsNonRoot"] is True
        assert part["securityContext"]["readOnlyRootFilesystem"] is True
        assert part["image"] == code["image"]
        assert part["resources"]["limits"]["memory"]
        assert part.get("readinessProbe") or part.get("livenessProbe")
    assert values["dagsterWebserver"]["enableReadOnly"] is True


def test_the_chart_gets_the_limits_of_the_instance() -> None:
    values = chart_values()
    instance = yaml.safe_load((DOCKER / "dagster.yaml").read_text(encoding="utf-8"))
    runs = instance["concurrency"]["runs"]
    assert values["concurrency"]["runs"]["maxConcurrentRuns"] == runs["max_concurrent_runs"]
    assert values["concurrency"]["runs"]["tagConcurrencyLimits"] == runs["tag_concurrency_limits"]
    pools = instance["concurrency"]["pools"]
    assert values["concurrency"]["pools"]["defaultLimit"] == pools["default_limit"]
    watched = values["dagsterDaemon"]["runMonitoring"]
    assert watched["maxRuntimeSeconds"] == instance["run_monitoring"]["max_runtime_seconds"]


def test_the_chart_accepts_the_values() -> None:
    """With the chart's `values.yaml` and `values.schema.json` below `CAI_SCHEMAS/dagster-helm`."""
    folder = Path(SCHEMAS, "dagster-helm")
    if not SCHEMAS or not (folder / "values.schema.json").exists():
        pytest.skip("CAI_SCHEMAS names no folder with dagster-helm/values.schema.json")
    schema = without_remote(yaml.safe_load((folder / "values.schema.json").read_text("utf-8")))
    values = merged(yaml.safe_load((folder / "values.yaml").read_text("utf-8")), chart_values())
    found = list(jsonschema.Draft202012Validator(schema).iter_errors(values))
    assert [(list(error.absolute_path), error.message) for error in found] == []


def without_remote(node: Any) -> Any:
    """A schema without its references to Kubernetes' own, which lie on a server."""
    if isinstance(node, Mapping):
        if str(node.get("$ref", "")).startswith("http"):
            return {}
        return {key: without_remote(value) for key, value in node.items()}
    return [without_remote(one) for one in node] if isinstance(node, list) else node


def merged(base: Any, over: Any) -> Any:
    """Values over the chart's own, as Helm puts them: null takes away."""
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    both = {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}
    return {key: value for key, value in both.items() if not (key in over and value is None)}
