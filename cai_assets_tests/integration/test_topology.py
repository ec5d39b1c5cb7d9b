"""The services of the compose file, as processes with the files of `docker/`, do their work."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import re
import shutil
from typing import Any

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from cai_assets_tests.integration.composed import DOCKER
from cai_assets_tests.integration.conftest import Production
from cai_assets_tests.integration.stack import HOST, needs, program, wait
from cai_assets_tests.integration.visitor import Visitor

pytestmark = needs("initdb", "postgres", "psql", "nginx", "openssl", "bash")

SERVICES = ("code", "daemon", "webserver", "view", "metrics", "proxy")

_LOG = """
subscription($run: ID!) { pipelineRunLogs(runId: $run) {
  ... on PipelineRunLogsSubscriptionSuccess { messages { __typename } } } }
"""


@pytest.mark.parametrize("service", SERVICES)
def test_the_health_check_of_compose_passes(production: Production, service: str) -> None:
    done = production.stack.check(service)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", ["code", "webserver", "proxy"])
def test_a_health_check_fails_where_nobody_answers(production: Production, service: str) -> None:
    stack = production.stack
    command = [word.replace(str(stack.port(service)), "1") for word in stack.health_check(service)]
    assert command != stack.health_check(service)
    assert stack.check(service, command).returncode == 1


def test_the_health_check_of_the_daemon_fails_once_it_is_silent(production: Production) -> None:
    stack = production.stack
    assert stack.check("daemon", [*stack.health_check("daemon"), "-1"]).returncode == 1


def test_a_file_dropped_into_the_inbox_becomes_a_green_run(production: Production) -> None:
    assert production.run["status"] == "SUCCESS"
    assert list((production.stack.home / "inbox").glob("[!.]*")) == []
    query = f"SELECT status FROM runs WHERE run_id = '{production.run['runId']}'"
    assert production.stack.sql(query, "dagster").split() == ["SUCCESS"]


def test_the_site_that_the_run_made_is_served(production: Production) -> None:
    page = production.anna.ask(f"/site/{production.configuration}/index.html")
    assert page.status == 200
    assert "text/html; charset=utf-8" in page.headers["content-type"]
    assert "Пример" in page.text
    listing = production.anna.ask("/site/")
    assert f'href="{production.configuration}/"' in listing.text
    assert production.anna.ask(f"/site/{production.configuration}/.cai/").status == 404


def test_what_a_run_printed_is_seen_in_the_web_page(production: Production) -> None:
    run = production.run["runId"]
    written = list((production.stack.home / "dagster").rglob(f"{run}/compute_logs/*.err"))
    assert written
    name = f"{run}/compute_logs/{written[0].stem}/err"
    assert production.anna.ask(f"/logs/{name}").status == 200
    assert production.anna.ask(f"/view/logs/{name}").status == 200


def test_figures_of_the_run_are_there_for_prometheus(production: Production) -> None:
    """The exporter, too, has the login that cannot write."""
    text = Visitor(production.stack.url("metrics")).ask("/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("cai_runs_total{")]
    assert any("build_configuration" in line and "success" in line for line in lines), lines


@needs("prometheus")
def test_prometheus_scrapes_them_by_the_configuration_of_compose(production: Production) -> None:
    stack = production.stack
    folder = stack.folder / "prometheus"
    shutil.copytree(DOCKER / "prometheus", folder)
    file = folder / "prometheus.yml"
    text = file.read_text(encoding="utf-8")
    assert "metrics:9464" in text
    text = text.replace("metrics:9464", f"{HOST}:{stack.port('metrics')}")
    text = text.replace("localhost:9090", f"{HOST}:{stack.port('prometheus')}")
    text = re.sub("scrape_interval: .*", "scrape_interval: 3s", text)
    file.write_text(re.sub("scrape_timeout: .*", "scrape_timeout: 3s", text), encoding="utf-8")
    front = Visitor(stack.url("prometheus"))
    stack.add(
        "prometheus",
        [
            str(program("prometheus")),
            f"--config.file={file}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{stack.port('prometheus')}",
        ],
        lambda: front.ask("/-/healthy").status == 200,
    )

    def scraped() -> bool:
        answer = json.loads(front.ask("/api/v1/query?query=cai_configurations").text)
        return bool(answer["data"]["result"])

    wait(scraped, 60, "figures to be scraped")
    rules = json.loads(front.ask("/api/v1/rules").text)["data"]["groups"]
    assert [
        rule["lastError"] for group in rules for rule in group["rules"] if "lastError" in rule
    ] == []


@pytest.mark.parametrize("prefix", ["", "/view"])
def test_events_are_pushed_through_the_proxy(production: Production, prefix: str) -> None:
    with wire(production, prefix, production.anna.headers()) as socket:
        said = subscribe(socket, _LOG, {"run": production.run["runId"]})
    messages = said["payload"]["data"]["pipelineRunLogs"]["messages"]
    assert "RunSuccessEvent" in {message["__typename"] for message in messages}


@pytest.mark.parametrize("prefix", ["", "/view"])
def test_nothing_is_pushed_to_who_has_no_login(production: Production, prefix: str) -> None:
    with pytest.raises(InvalidStatus, match="401"), wire(production, prefix, {}):
        pass


def test_programs_listen_to_loopback_alone_unless_told_otherwise(production: Production) -> None:
    """Here no command names an address: `--host 0.0.0.0` stands in the compose file alone."""
    stack = production.stack
    places = set()
    for process in stack.processes():
        with contextlib.suppress(psutil.NoSuchProcess):  # one that has ended meanwhile
            places |= {
                connection.laddr.ip
                for connection in process.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            }
    assert places
    assert [place for place in places if not is_loopback(place)] == []


def is_loopback(place: str) -> bool:
    """Whether an address is this machine's own, also where it is written as one of IPv6."""
    address = ipaddress.ip_address(place)
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def wire(production: Production, prefix: str, headers: dict[str, str]) -> ClientConnection:
    """A websocket for GraphQL, as the web page opens one."""
    address = production.stack.front.replace("http", "ws", 1)
    return connect(
        f"{address}{prefix}/graphql",
        subprotocols=[Subprotocol("graphql-ws")],
        additional_headers=headers,
        open_timeout=30,
    )


def subscribe(socket: ClientConnection, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The first thing that is pushed for a subscription."""
    socket.send(json.dumps({"type": "connection_init", "payload": {}}))
    payload = {"query": query, "variables": variables}
    socket.send(json.dumps({"type": "start", "id": "1", "payload": payload}))
    while True:
        said: dict[str, Any] = json.loads(socket.recv(timeout=30))
        if said["type"] not in ("connection_ack", "ka"):
            return said
