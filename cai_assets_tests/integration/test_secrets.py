"""No secret comes to light: planted in every setting, they are looked for everywhere.

The stack of the compose file runs with them. A run has gone well and one has failed, a server of
git and a target of alerts do not answer: what went wrong is told, the secrets are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psutil
import psycopg2
import pytest
from psycopg2 import sql

from cai_assets_tests.integration.composed import SECRETS
from cai_assets_tests.integration.conftest import Production
from cai_assets_tests.integration.planting import REPOSITORY, Seeker, files, readable
from cai_assets_tests.integration.stack import HOST, needs, wait
from cai_assets_tests.integration.visitor import Visitor

pytestmark = needs("initdb", "postgres", "psql", "nginx", "openssl", "bash")

ABSENT = "Absent"
"""A configuration that was never uploaded: its runs fail."""

_ERROR = (
    "{ message className stack causes { message stack } errorChain { error { message stack } } }"
)
_METADATA = """metadataEntries { label description ... on TextMetadataEntry { text }
  ... on MarkdownMetadataEntry { mdStr } ... on JsonMetadataEntry { jsonString }
  ... on PathMetadataEntry { path } ... on UrlMetadataEntry { url } }"""
_REPOSITORY = (
    'repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "cai_assets"}'
)
QUESTIONS = {
    "instance": f"""{{ instance {{ info executablePath
      daemonHealth {{ allDaemonStatuses {{ daemonType lastHeartbeatErrors {_ERROR} }} }} }} }}""",
    "code location": f"""{{ workspaceOrError {{ ... on Workspace {{ locationEntries {{
      name loadStatus displayMetadata {{ key value }}
      locationOrLoadError {{ ... on PythonError {_ERROR}
        ... on RepositoryLocation {{ name repositories {{ displayMetadata {{ key value }} }} }} }}
      }} }} }} }}""",
    "runs": f"""{{ runsOrError {{ ... on Runs {{ results {{
      runId runConfigYaml tags {{ key value }}
      executionPlan {{ steps {{ key metadata {{ key value }} }} }}
      eventConnection(limit: 5000) {{ events {{ __typename
        ... on MessageEvent {{ message }} ... on ErrorEvent {{ error {_ERROR} }}
        ... on DisplayableEvent {{ label description {_METADATA} }}
        ... on LogsCapturedEvent {{ externalUrl externalStdoutUrl externalStderrUrl }} }} }}
      }} }} }} }}""",
    "sensors": f"""{{ sensorsOrError({_REPOSITORY}) {{ ... on Sensors {{ results {{
      name description sensorState {{
        typeSpecificData {{ ... on SensorData {{ lastCursor lastRunKey }} }}
        ticks(limit: 100) {{ status cursor skipReason runKeys error {_ERROR}
          logEvents {{ events {{ message }} }} }} }} }} }} }} }}""",
    "resources": f"""{{ allTopLevelResourceDetailsOrError({_REPOSITORY}) {{
      ... on ResourceDetailsList {{ results {{ name description
        configuredValues {{ key value }} configFields {{ name defaultValueAsJson }} }} }} }} }}""",
    "assets": f"""{{ assetNodes {{ description {_METADATA}
      assetMaterializations(limit: 3) {{ {_METADATA} }}
      assetChecksOrError {{ ... on AssetChecks {{ checks {{ description
        executionForLatestMaterialization {{ evaluation {{ description {_METADATA} }} }} }} }} }}
      }} }}""",
    "variables": f"""{{ utilizedEnvVarsOrError({_REPOSITORY}) {{
      ... on EnvVarWithConsumersList {{ results {{ envVarName }} }} }} }}""",
}

_LAUNCH = """mutation($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""


@pytest.fixture(scope="module")
def failed(production: Production) -> str:
    """The id of a run that has failed, of which no alert could be delivered."""
    answer = production.anna.graphql(
        _LAUNCH,
        {
            "params": {
                "selector": {
                    "repositoryName": "__repository__",
                    "repositoryLocationName": "cai_assets",
                    "pipelineName": "build_configuration",
                },
                "mode": "default",
                "executionMetadata": {"tags": [{"key": "dagster/partition", "value": ABSENT}]},
            }
        },
    )
    run: str = answer["data"]["launchPipelineExecution"]["run"]["runId"]

    def ended() -> bool:
        return production.stack.sql(
            f"SELECT status FROM runs WHERE run_id = '{run}'", "dagster"
        ).split() == ["FAILURE"]

    wait(ended, 120, "the run of an absent configuration to fail", every=0.5)
    wait(
        lambda: any(
            "not delivered" in str(tick["skipReason"]) for tick in ticks(production, "alerts")
        ),
        180,
        "the alert about it to be refused",
        every=1,
    )
    wait(
        lambda: any(tick["status"] == "FAILURE" for tick in ticks(production, "git")),
        120,
        "a look at the repository to fail",
    )
    return run


def ticks(production: Production, sensor: str) -> list[dict[str, Any]]:
    """The ticks of a sensor, the newest first."""
    answer = production.anna.graphql(QUESTIONS["sensors"])
    results = answer["data"]["sensorsOrError"]["results"]
    (found,) = [one["sensorState"]["ticks"] for one in results if one["name"] == sensor]
    return list(found)


@pytest.fixture
def seeker(production: Production) -> Seeker:
    """Looks for what was planted and for the passwords of the compose file."""
    passwords = {name: secret for name, secret in SECRETS.items() if name != "CAI_USER"}
    assert set(production.planted.secrets) >= {"CAI_GIT", "CAI_ALERTS", "CAI_CELERY_BROKER"}
    return Seeker({**production.planted.secrets, **passwords})


def test_not_in_what_graphql_answers(production: Production, failed: str, seeker: Seeker) -> None:
    for name, question in QUESTIONS.items():
        for prefix in ("", "/view"):
            answer = production.anna.graphql(question, prefix=prefix)
            assert "errors" not in answer, (name, answer)
            text = json.dumps(answer, ensure_ascii=False)
            seeker.look(f"{name} of GraphQL", text)
            if name == "sensors":
                # What failed is told, so this is where a secret would stand.
                assert REPOSITORY in text
                assert "alert target 1 (json): not delivered" in text
            if name == "runs":
                assert failed in text
    assert seeker.found == []


def test_not_in_the_database(production: Production, failed: str, seeker: Seeker) -> None:
    told = []
    for place, text in rows(production):
        seeker.look(place, text)
        if REPOSITORY in text or failed in text:
            told.append(place)
    assert seeker.found == []
    assert {"job_ticks", "runs", "event_logs"} <= set(told)


def rows(production: Production) -> Iterator[tuple[str, str]]:
    """All tables of the history, row by row; what is packed in them is unpacked."""
    connection = psycopg2.connect(
        host=HOST,
        port=production.stack.port("postgres"),
        dbname="dagster",
        user="cai_view",
        password=SECRETS["CAI_POSTGRES_VIEW_PASSWORD"],
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            for row in cursor.fetchall():
                yield table, " ".join(str(value) for value in row)
                packed = [bytes(value) for value in row if isinstance(value, memoryview)]
                yield from ((table, text) for value in packed for text in readable(value))
    connection.close()


def test_not_in_files_and_logs(production: Production, failed: str, seeker: Seeker) -> None:
    """Of tables, models, sites, uploads, mirrors, and of what programs and steps have printed."""
    stack = production.stack
    told = []
    own = [stack.dagster_home / "dagster.yaml", stack.workspace]
    for place, text in files(stack.folder, own):
        seeker.look(place, text)
        if failed in text:
            told.append(place)
    assert seeker.found == []
    assert any(place.startswith(str(stack.logs)) for place in told), told
    assert any(place.startswith(str(stack.home)) for place in told), told
    assert seeker.characters > 300_000


def test_not_in_what_pages_are_made_of(production: Production, failed: str, seeker: Seeker) -> None:
    anna, configuration = production.anna, production.configuration
    figures = Visitor(production.stack.url("metrics")).ask("/metrics")
    assert "cai_runs_total" in figures.text
    seeker.look("metrics", figures.text)
    for page in ("/", "/view/", "/server_info", f"/site/{configuration}/index.html"):
        answer = anna.ask(page)
        assert answer.status == 200, page
        seeker.look(page, f"{answer.headers} {answer.text}")
    assert seeker.found == []


def test_not_in_the_file_with_all_about_a_run(
    production: Production, failed: str, seeker: Seeker
) -> None:
    """Dagster offers to download it; people attach it to reports of faults."""
    connection = production.anna.download(f"/download_debug/{failed}")
    texts = list(readable(connection))
    assert failed in texts[-1]
    for text in texts:
        seeker.look("the file of a run", text)
    assert seeker.found == []


def test_not_in_the_command_line_of_a_program(production: Production, seeker: Seeker) -> None:
    """Those are seen by everybody on a machine."""
    programs = production.stack.processes()
    assert len(programs) > len(production.stack.programs) - 1
    for process in programs:
        try:
            seeker.look(f"the call of {process.name()}", " ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    assert seeker.found == []


def test_what_was_planted_is_known_to_the_programs(production: Production) -> None:
    """Otherwise nothing could have been found."""
    code = production.stack.programs["code"].process
    assert code is not None
    environment = psutil.Process(code.pid).environ()
    for name, value in production.planted.variables.items():
        assert environment[name] == value
