"""Who may do what: the login, the read-only page, pages of other sites, the database's logins."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import psutil
import psycopg2
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from cai_assets.defs.jobs import GROUPS
from cai_assets_tests.integration.composed import DOCKER, SECRETS, Topology
from cai_assets_tests.integration.conftest import Production
from cai_assets_tests.integration.mutations import INTROSPECTION, Request, requests
from cai_assets_tests.integration.stack import HOST, needs
from cai_assets_tests.integration.visitor import JSON, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs("initdb", "postgres", "psql", "nginx", "openssl", "bash")

PAGES = ("/", "/runs", "/graphql", "/view/", "/view/graphql", "/site/", "/grafana/")
_AUTOMATION = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
  sensors { name sensorState { id } } schedules { name scheduleState { id } } } } } }
"""
_PERMISSIONS = "{ permissions { permission value } }"


# --- the login ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_login_is_needed(production: Production, page: str) -> None:
    answer = production.stranger.ask(page)
    assert answer.status == 401
    assert "basic" in answer.headers["www-authenticate"].lower()
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("page", ["/", "/view/", "/site/"])
def test_the_login_opens_the_pages_and_makes_the_browser_known(
    production: Production, page: str
) -> None:
    fresh = Visitor(production.stack.front, production.anna.login)
    assert fresh.ask(page).status == 200
    assert fresh.cookies == production.anna.cookies


@pytest.mark.parametrize("page", ["/metrics", "/grafana/metrics"])
def test_metrics_are_not_to_be_had_from_outside(production: Production, page: str) -> None:
    assert production.anna.ask(page).status == 404


def test_every_page_tells_browsers_to_be_careful(production: Production) -> None:
    for page in PAGES[:-1]:
        headers = production.anna.ask(page).headers
        assert headers["x-content-type-options"] == "nosniff", page
        assert headers["x-frame-options"] == "DENY", page
        assert headers["referrer-policy"] == "same-origin", page
        assert headers["server"] == "nginx", page  # without its version


def test_a_site_works_for_who_begins_there_and_its_scripts_reach_nothing(
    production: Production, browser: Browser
) -> None:
    """A browser that comes for the first time, with nothing but the password."""
    user, password = SECRETS["CAI_USER"], SECRETS["CAI_PASSWORD"]
    with browser.new_context(http_credentials={"username": user, "password": password}) as context:
        page = context.new_page()
        statuses: list[tuple[int, str]] = []
        page.on("response", lambda answer: statuses.append((answer.status, answer.url)))
        page.goto(f"{production.stack.front}/site/{production.configuration}/index.html")
        page.get_by_role("combobox").or_(page.locator("input[type=search]")).first.fill("Товары")
        page.locator(".found-title").first.wait_for(timeout=60_000)
        assert [one for one in statuses if one[0] != 200] == []
        assert any(address.endswith("style.css") for _, address in statuses)
        asked = "fetch('/graphql', {method: 'POST'}).then(() => 'sent', () => 'refused')"
        assert page.evaluate(asked) == "refused"
        assert page.evaluate("window.open('/')") is None
        put = "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        assert (
            page.evaluate(f"(() => {{ {put} document.head.append(s); return window.ran }})()")
            is None
        )


def test_a_page_of_a_site_says_what_its_scripts_may_do(production: Production) -> None:
    page = production.anna.ask(f"/site/{production.configuration}/index.html")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-popups" not in policy
    assert "connect-src 'none'" in policy
    (scripts,) = re.findall(r"script-src ([^;]*)", policy)
    assert scripts == "'self'"


def test_nothing_can_be_uploaded_through_the_web(production: Production) -> None:
    anna = production.anna
    assert anna.ask("/site/x.html", b"x", method="PUT").status == 403
    assert anna.ask("/graphql", b'"' + b" " * 2_000_000 + b'"', JSON).status == 413


def test_passwords_and_cookies_end_at_the_proxy(production: Production) -> None:
    rendered = (production.stack.folder / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    before_grafana = rendered.partition("location ^~ /grafana/")[0]
    assert 'proxy_set_header Authorization "";' in before_grafana
    assert 'proxy_set_header Cookie "";' in before_grafana
    printed = production.stack.programs["proxy"].tail(1_000)
    for name, secret in SECRETS.items():
        if name != "CAI_USER":
            assert secret not in rendered + printed, name


# --- pages of other sites -------------------------------------------------------------------


def test_a_page_of_another_site_cannot_act_with_the_login_of_a_browser(
    production: Production,
) -> None:
    anna = production.anna
    question = json.dumps({"query": "mutation { reloadWorkspace { __typename } }"}).encode()
    own = {**JSON, "Origin": production.stack.front}
    assert anna.ask("/graphql", question, own).status == 200
    assert anna.ask("/graphql", question, JSON).status == 200  # a script, not a browser
    for origin in ("https://evil.example", "null", f"{production.stack.front}.evil.example"):
        assert anna.ask("/graphql", question, {**JSON, "Origin": origin}).status == 403, origin
        asset = anna.ask("/report_asset_materialization/x", b"{}", {**JSON, "Origin": origin})
        assert asset.status == 403, origin


@pytest.mark.parametrize("prefix", ["", "/view"])
def test_questions_come_in_the_body_as_json_alone(production: Production, prefix: str) -> None:
    """What a page of another site can make a browser send without asking first is refused."""
    anna = production.anna
    question = "query={__typename}"
    assert anna.ask(f"{prefix}/graphql?{question}").status == 415
    assert anna.ask(f"{prefix}/graphql?{question}", b"").status == 415
    for kind in ("text/plain", "text/plain; application/json", "application/jsonx"):
        body = b'{"query": "{__typename}"}'
        answer = anna.ask(f"{prefix}/graphql", body, {"Content-Type": kind})
        assert answer.status == 415, kind


# --- the read-only page ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def mutations(production: Production) -> list[Request]:
    """Requests for every mutation of the schema, about things that exist."""
    anna = production.anna
    schema = anna.graphql(INTROSPECTION, prefix="/view")["data"]
    named = anna.graphql(_AUTOMATION)["data"]
    (repository,) = named["repositoriesOrError"]["nodes"]
    # The one that is stopped here: others need their cursors.
    (sensor,) = [one for one in repository["sensors"] if one["name"] == "retrain_when_changed"]
    schedule = repository["schedules"][0]
    run = production.run["runId"]
    selector = {"repositoryName": "__repository__", "repositoryLocationName": "cai_assets"}
    job = {**selector, "pipelineName": "build_configuration"}
    asset = {"path": ["parsed_configuration", "projects"]}
    backfill = PartitionBackfill(
        backfill_id="finished",
        status=BulkActionStatus.COMPLETED_SUCCESS,
        from_failure=False,
        tags={},
        backfill_timestamp=production.stack.started,
        asset_selection=[dg.AssetKey(asset["path"])],
        partition_names=[production.configuration],
    )
    with production.stack.instance() as instance:
        instance.add_backfill(backfill)
    return requests(
        schema,
        {
            **selector,
            "selector": job,
            "pipelineName": job["pipelineName"],
            "runId": run,
            "runIds": [run],
            "executionParams": {"selector": job, "mode": "default"},
            "executionParamsList": [{"selector": job, "mode": "default"}],
            "reexecutionParams": {"parentRunId": run, "strategy": "ALL_STEPS"},
            "reexecutePartitionBackfill.reexecutionParams": {
                "parentRunId": backfill.backfill_id,
                "strategy": "ALL_STEPS",
            },
            "backfillId": backfill.backfill_id,
            "backfillParams": {
                "assetSelection": [asset],
                "partitionNames": [production.configuration],
            },
            "partitionsDefName": "configurations",
            "partitionKey": "Another",
            "partitionKeys": [production.configuration],
            "assetKey": asset,
            "checkName": "keys_unique",
            "sensorName": sensor["name"],
            "stopSensor.id": sensor["sensorState"]["id"],
            "scheduleName": schedule["name"],
            "stopRunningSchedule.id": schedule["scheduleState"]["id"],
            "timestamp": production.stack.started,
            "locationName": "cai_assets",
            "clientTime": "0",
            "metadata": "{}",
        },
    )


def test_the_read_only_page_refuses_every_mutation_that_acts(
    production: Production, mutations: list[Request]
) -> None:
    """What is not refused must leave the data as they are; the history it cannot change, below."""
    before = written(production.stack)
    allowed = {}
    for one in mutations:
        answer = production.anna.graphql(one.query, one.variables, prefix="/view")
        if not refused(answer):
            allowed[one.name] = answer
    assert written(production.stack) == before
    assert len(mutations) > 30
    # Dagster lets some pass that do nothing here. A request that failed would prove nothing.
    failed = {name: told for name, told in allowed.items() if "Error" in json.dumps(told)}
    assert failed == {}
    assert len(allowed) <= 2, list(allowed)


def test_the_same_requests_are_not_refused_to_who_may_act(
    production: Production, mutations: list[Request]
) -> None:
    """Otherwise the refusals above could come from the requests."""
    by_name = {one.name: one for one in mutations}
    for name in ("addDynamicPartition", "sensorDryRun", "setSensorCursor", "reloadWorkspace"):
        answer = production.anna.graphql(by_name[name].query, by_name[name].variables)
        assert not refused(answer), name
        assert "Error" not in json.dumps(answer), answer
    with production.stack.instance() as instance:
        assert instance.has_dynamic_partition("configurations", "Another")
        instance.delete_dynamic_partition("configurations", "Another")


def test_no_permission_is_given_to_who_looks(production: Production) -> None:
    def given(prefix: str) -> set[str]:
        found = production.anna.graphql(_PERMISSIONS, prefix=prefix)["data"]["permissions"]
        return {one["permission"] for one in found if one["value"]}

    assert given("/view") == set()
    assert "launch_pipeline_execution" in given("")


@pytest.mark.parametrize(
    "path",
    [
        "/view/report_asset_materialization/x",
        "/view/report_asset_check/x",
        "/view/report_asset_observation/x",
        "/view/runs",
    ],
)
def test_the_read_only_page_takes_nothing_but_questions(production: Production, path: str) -> None:
    assert production.anna.ask(path, b"{}", JSON).status == 403


def test_the_read_only_page_gives_no_files_by_path(production: Production) -> None:
    anna = production.anna
    assert anna.ask(f"/view/download_debug/{production.run['runId']}").status == 403
    assert anna.ask("/view/notebook?path=/etc/x.ipynb&repoLocName=cai_assets").status == 403
    for path in ("..%2f..%2fdagster%2fdagster/yaml", "%2e%2e/%2e%2e/dagster/yaml"):
        assert "postgres_db" not in anna.ask(f"/view/logs/{path}").text, path


def test_dagster_itself_refuses_reports_of_who_may_only_look(production: Production) -> None:
    """Behind the proxy as well: the proxy is not the only line."""
    view = Visitor(production.stack.url("view"))
    answer = view.ask("/view/report_asset_materialization/x", b'{"asset_key": "x"}', JSON)
    assert answer.status == 401
    count = "SELECT count(*) FROM event_logs WHERE asset_key LIKE '[\"x\"]'"
    assert production.stack.sql(count, "dagster").strip() == "0"


def test_the_read_only_page_uses_the_login_that_cannot_write(production: Production) -> None:
    stack = production.stack
    process = stack.programs["view"].process
    assert process is not None
    production.anna.graphql(_PERMISSIONS, prefix="/view")
    ports = [
        str(connection.laddr.port)
        for connection in psutil.Process(process.pid).net_connections("inet")
        if connection.raddr and connection.raddr.port == stack.port("postgres")
    ]
    query = (
        f"SELECT DISTINCT usename FROM pg_stat_activity WHERE client_port IN ({','.join(ports)})"
    )
    assert stack.sql(query, "dagster").split() == ["cai_view"]


def test_who_looks_first_sees_the_states_of_partitions(production: Production) -> None:
    """Dagster would keep them in the history, which this login cannot."""
    query = "{ assetNodes { groupName partitionStats { numMaterialized } } }"
    answer = production.anna.graphql(query, prefix="/view")
    assert "errors" not in answer
    nodes = answer["data"]["assetNodes"]
    parsed = [node["partitionStats"] for node in nodes if node["groupName"] == GROUPS[0]]
    assert len(parsed) > 10
    assert {one["numMaterialized"] for one in parsed} == {1}


def test_the_login_of_who_looks_cannot_write_to_the_history(production: Production) -> None:
    connection = psycopg2.connect(
        host=HOST,
        port=production.stack.port("postgres"),
        dbname="dagster",
        user="cai_view",
        password=SECRETS["CAI_POSTGRES_VIEW_PASSWORD"],
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM runs")
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("DELETE FROM runs")
        cursor.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM runs")
    connection.close()


def test_the_database_asks_for_a_password(production: Production) -> None:
    for user, password in (("dagster", ""), ("dagster", "dagster"), ("cai_view", "x")):
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(
                host=HOST,
                port=production.stack.port("postgres"),
                dbname="dagster",
                user=user,
                password=password,
            )


# --- the last ones: they use up what strangers may try --------------------------------------


def test_guessing_is_slowed_down_and_who_is_known_is_not(production: Production) -> None:
    front = production.stack.front

    def guesses(most: int = 40) -> int:
        """How many wrong passwords are looked at until the next has to wait."""
        for number in range(most):
            status = Visitor(front, ("anna", f"guess-{number}")).ask("/").status
            if status == 429:
                return number
            assert status == 401
        raise AssertionError(f"{most} guesses in a row were looked at")

    assert guesses() > 5
    # Even the right password waits its turn now, but not in a browser that has logged in.
    fresh = Visitor(front, production.anna.login)
    assert fresh.ask("/").status == 429
    assert {production.anna.ask("/").status for _ in range(25)} == {200}
    guesses()  # those that were regained meanwhile
    forged = Visitor(front, production.anna.login, {"cai_known": "0" * 64})
    assert forged.ask("/").status == 429


# --- the proxy's start ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"CAI_PASSWORD": ""}, "CAI_PASSWORD"),
        ({"CAI_PASSWORD": "short"}, "at least 12 characters"),
        ({"CAI_PASSWORD": "two lines of\nsecrets"}, "one line"),
        ({"CAI_USER": ""}, "CAI_USER"),
        ({"CAI_USER": "anna:"}, "CAI_USER"),
        ({"CAI_VIEW": "everybody"}, "CAI_VIEW"),
        ({"CAI_LOGINS_PER_MINUTE": "0"}, "CAI_LOGINS_PER_MINUTE"),
        ({"CAI_TLS_CERT": str(DOCKER / "Dockerfile")}, "TLS needs both"),
    ],
)
def test_the_proxy_does_not_start_without_a_login_that_is_worth_it(
    tmp_path: Path, variables: dict[str, str], told: str
) -> None:
    stated = {"CAI_USER": "anna", "CAI_PASSWORD": "long enough for this"}
    done = subprocess.run(
        ["sh", str(DOCKER / "proxy" / "start.sh")],
        env={"PATH": "/usr/sbin:/usr/bin:/bin", "PROXY_RUN": str(tmp_path), **stated, **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert not (tmp_path / "nginx.conf").exists()


@needs("curl")
def test_with_a_certificate_passwords_travel_by_tls_alone(tmp_path: Path) -> None:
    cert, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(
        [*make, "-nodes", "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)],
        capture_output=True,
        check=True,
    )
    stack = Topology(tmp_path / "stack")
    stack.settings = {
        "CAI_TLS_CERT": str(cert),
        "CAI_TLS_KEY": str(key),
        "CAI_TLS_PORT": str(stack.port("tls")),
        "PROXY_TLS_LISTEN": f"{HOST}:{stack.port('tls')}",
    }
    with stack:
        (stack.home / "site").mkdir()
        stack.up("proxy")
        plain = Visitor(stack.front, (SECRETS["CAI_USER"], SECRETS["CAI_PASSWORD"])).ask("/site/")
        assert plain.status == 308
        assert plain.headers["location"] == f"https://{HOST}:{stack.port('tls')}/site/"
        told = subprocess.run(
            ["curl", "--silent", "--insecure", "--include", "--config", "-"],
            input=f'url = "https://{HOST}:{stack.port("tls")}/site/"\n'
            f'user = "{SECRETS["CAI_USER"]}:{SECRETS["CAI_PASSWORD"]}"\n',
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert told.startswith("HTTP/2 200")
    assert "strict-transport-security: max-age=31536000" in told.lower()


def test_a_public_view_opens_what_is_to_look_at_and_nothing_else(tmp_path: Path) -> None:
    with Topology(tmp_path, settings={"CAI_VIEW": "public"}) as stack:
        (stack.home / "site" / "Trade").mkdir(parents=True)
        stack.up("proxy")
        stranger = Visitor(stack.front)
        assert stranger.ask("/site/").status == 200
        assert stranger.ask("/view/").status == 502  # nobody is behind it here
        for page in ("/", "/graphql", "/grafana/"):
            assert stranger.ask(page).status == 401, page
        # Nobody has looked at this password: it must not make the browser a known one.
        assert "set-cookie" not in Visitor(stack.front, ("anna", "a guess")).ask("/site/").headers


def refused(answer: dict[str, Any]) -> bool:
    """Whether Dagster says that who asks may not do it."""
    text = json.dumps(answer)
    return "UnauthorizedError" in text or "do not have permission" in text


def written(stack: Topology) -> dict[str, Any]:
    """Size and time of every file of the data, but for what sensors print.

    That a greeting was seen is noted beside `dagster.yaml`, where containers cannot write.
    """
    history = stack.home / "dagster"
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(stack.home.rglob("*"))
        if path.is_file() and not path.is_relative_to(history)
    }
