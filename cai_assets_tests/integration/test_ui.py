"""What a person sees in a browser: Chromium before the stack of compose, and before `dagster dev`.

Times are generous, since a page of Dagster takes seconds on a busy machine; every wait ends with
what it waits for.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from cai_assets.intake.inbox import put
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.composed import SECRETS
from cai_assets_tests.integration.conftest import Production, drop
from cai_assets_tests.integration.stack import (
    HOST,
    PYTHON,
    REPOSITORY,
    Turn,
    http,
    needs,
    spare_port,
    wait,
)
from cai_assets_tests.integration.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


production_only = needs("initdb", "postgres", "psql", "nginx", "openssl", "bash")

PAGE_MS = 90_000
RUN_SECONDS = 400.0
GROUP = "changes"
"""The group of assets that is made from the page: it is cheap."""

_LINEAGE = "{ assetNodes { groupName assetKey { path } dependencyKeys { path } } }"
_RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } } } } }"

_DRAWN = """() => {
  const boxes = [...document.querySelectorAll('foreignObject.group')];
  const svg = boxes[0].closest('svg');
  return {
    boxes: boxes.map(box => [box.querySelector('[data-tooltip]').dataset.tooltip,
      ...['x', 'y', 'width', 'height'].map(name => Number(box.getAttribute(name)))]),
    arrows: [...svg.querySelectorAll('path[marker-end]')].map(
      path => path.getAttribute('d').match(/-?[0-9.]+/g).map(Number)),
  };
}"""
_PICTURES = """() => [...document.querySelectorAll('img[src^="data:image/"]')]
  .map(picture => [picture.alt, picture.complete ? picture.naturalWidth : 0])"""
_ROW = """run => {
  const runs = part => new Set([...part.querySelectorAll('a[href*="/runs/"]')].map(a => a.href));
  let row = document.querySelector(`a[href$="/runs/${run}"]`);
  while (row && row.parentElement && runs(row.parentElement).size < 2) row = row.parentElement;
  return row ? row.innerText : '';
}"""
_ACTING = re.compile(r"\b(Materialize|Execute|Launch|Reload definitions)\b")
_UNCOVER = "() => document.querySelectorAll('.dagster-portal').forEach(part => part.remove())"
"""Greetings and notes lie over the page, and a test is not read to."""


@pytest.fixture(scope="module")
def context(browser: Browser, production: Production) -> Iterator[BrowserContext]:
    """A browser that has logged in at the proxy before."""
    opened = logged_in(browser, production)
    yield opened
    opened.close()


@pytest.fixture
def viewer(browser: Browser, production: Production) -> Iterator[Page]:
    """A page of somebody who has never seen the full one.

    The two pages share what Dagster keeps in a browser, permissions among it: who knows the full
    page sees its buttons on the other one, too, where they are refused.
    """
    opened = logged_in(browser, production)
    yield opened.new_page()
    opened.close()


def logged_in(browser: Browser, production: Production) -> BrowserContext:
    """A profile of its own, known to the proxy."""
    opened = browser.new_context(
        viewport={"width": 1600, "height": 1000},
        http_credentials={"username": SECRETS["CAI_USER"], "password": SECRETS["CAI_PASSWORD"]},
    )
    known: Any = [
        {"name": name, "value": value, "url": production.stack.front}
        for name, value in production.anna.cookies.items()
    ]
    opened.add_cookies(known)
    opened.set_default_timeout(PAGE_MS)
    return opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A new page; an error in its scripts fails the test."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert not errors, errors


@pytest.fixture(scope="module")
def dropped(production: Production, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a configuration that was just dropped into the inbox."""
    folder = tmp_path_factory.mktemp("dropped")
    source = EdtProject(folder / "source", "Dropped")
    source.common_module("Цены", "Функция Цена() Экспорт\n\tВозврат 2;\nКонецФункции\n")
    archive = folder / "dropped.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(source.root.rglob("*")):
            packed.write(file, file.relative_to(source.root))
    drop(archive, production.stack)
    return "Dropped"


def runs_of(anna: Visitor, configuration: str) -> list[dict[str, Any]]:
    """The runs of a configuration, the newest first."""
    found = anna.graphql(_RUNS)["data"]["runsOrError"]["results"]
    tag = {"key": "dagster/partition", "value": configuration}
    return [run for run in found if tag in run["tags"]]


def green(anna: Visitor, configuration: str, known: set[str]) -> str:
    """The id of a run of a configuration that is not `known`, once it ended well; else empty."""
    new = [run for run in runs_of(anna, configuration) if run["runId"] not in known]
    assert not any(run["status"] in ("FAILURE", "CANCELED") for run in new), new
    return next((run["runId"] for run in new if run["status"] == "SUCCESS"), "")


# --- the stack of the compose file ----------------------------------------------------------


@production_only
def test_materialized_from_the_page_it_ends_green(
    production: Production, page: Page, dropped: str
) -> None:
    anna, configuration = production.anna, production.configuration
    before = {run["runId"] for run in runs_of(anna, configuration)}
    page.goto(f"{production.stack.front}/locations/cai_assets/asset-groups/{GROUP}/lineage")
    button = page.get_by_role("button", name="Materialize all")
    button.wait_for()
    page.evaluate(_UNCOVER)
    button.click()
    page.get_by_text("Partition selection").wait_for()
    page.get_by_text("Select a partition").click()
    page.get_by_role("menuitem", name=configuration).click()
    page.get_by_role("button", name="Launch 1 run").click()
    run = wait(lambda: green(anna, configuration, before), RUN_SECONDS, "a green run", every=0.5)
    page.goto(f"{production.stack.front}/runs/{run}")
    page.get_by_text("Success", exact=True).first.wait_for()


@production_only
def test_the_lineage_is_drawn(production: Production, page: Page) -> None:
    page.goto(f"{production.stack.front}/asset-groups")
    assert_lineage_drawn(page, production.anna)


@production_only
def test_the_page_of_a_partition_shows_plots(production: Production, page: Page) -> None:
    address = f"{production.stack.front}/assets/architecture_analysis/structure"
    page.goto(f"{address}?view=partitions&partition={production.configuration}")
    page.get_by_text(production.configuration, exact=True).first.wait_for()
    show = page.get_by_text("Show Markdown").first
    show.wait_for()
    page.evaluate(_UNCOVER)
    show.click()
    page.locator('img[src^="data:image/"]').first.wait_for()
    page.wait_for_function(f"({_PICTURES})().every(([_, width]) => width > 0)")
    pictures = dict(page.evaluate(_PICTURES))
    assert pictures["Lines of code by type of object"] > 300
    assert len(pictures) > 2


@production_only
def test_checks_show_how_they_came_out(production: Production, page: Page) -> None:
    page.goto(f"{production.stack.front}/assets/parsed_configuration/projects")
    page.get_by_role("tab", name="Checks").click()
    page.get_by_text("all keys differ in").first.wait_for()

    def shown() -> bool:
        text = page.inner_text("body")
        for name in ("keys_unique", "links_whole", "rows_kept"):
            assert f"{name}\nSucceeded" in text
        return "Passed" in text

    wait(shown, 60, "the list of checks")


@production_only
def test_who_only_looks_sees_the_same_and_has_nothing_to_click(
    production: Production, viewer: Page
) -> None:
    page = viewer
    front, configuration = production.stack.front, production.configuration
    page.goto(f"{front}/view/assets/parsed_configuration/projects?view=partitions")
    page.get_by_text(configuration, exact=True).first.wait_for()
    page.get_by_role("tab", name="Events").wait_for()
    assert_not_acting(page)
    page.goto(f"{front}/view/asset-groups")
    assert_lineage_drawn(page, production.anna)
    assert_not_acting(page)


@production_only
def test_a_file_dropped_into_the_inbox_is_a_run_that_ends_green(
    production: Production, page: Page, dropped: str
) -> None:
    page.goto(f"{production.stack.front}/runs")
    page.get_by_text(f"partition: {dropped}").first.wait_for(timeout=RUN_SECONDS * 1000)
    run = wait(lambda: green(production.anna, dropped, set()), RUN_SECONDS, "it to end", every=0.5)
    # The page learns of it by itself.
    page.wait_for_function(f"run => ({_ROW})(run).includes('Success')", arg=run)


def assert_lineage_drawn(page: Page, anna: Visitor) -> None:
    """Each group is drawn once, and an arrow for each pair of which one reads the other."""
    page.locator("foreignObject.group").first.wait_for()
    nodes = anna.graphql(_LINEAGE)["data"]["assetNodes"]
    group_of = {tuple(node["assetKey"]["path"]): node["groupName"] for node in nodes}
    read = {
        (group_of[tuple(key["path"])], node["groupName"])
        for node in nodes
        for key in node["dependencyKeys"]
    }
    expected = {(source, reader) for source, reader in read if source != reader}
    assert ("parsed_configuration", "documentation") in expected

    def drawn() -> bool:
        shown = page.evaluate(_DRAWN)
        return (
            sorted(name for name, *_ in shown["boxes"]) == sorted(set(group_of.values()))
            and arrows(shown["boxes"], shown["arrows"]) == expected
        )

    wait(drawn, 30, "the lineage to be drawn")


def arrows(boxes: list[Any], lines: list[list[float]]) -> set[tuple[str, str]]:
    """Pairs of boxes that lines lead from and to, told by where they begin and end."""

    def at(x: float, y: float) -> str:
        distance = {
            name: max(left - x, x - left - width, 0) + max(top - y, y - top - height, 0)
            for name, left, top, width, height in boxes
        }
        nearest = min(distance, key=lambda name: distance[name])
        return nearest if distance[nearest] < 20 else "nothing"

    return {(at(*line[:2]), at(*line[-2:])) for line in lines}


def assert_not_acting(page: Page) -> None:
    """No button that would start something can be clicked, once the page knows who looks."""

    def off() -> bool:
        buttons = page.get_by_role("button", name=_ACTING).all()
        on = [button.inner_text() for button in buttons if button.is_enabled()]
        assert not on, f"can be clicked: {on}"
        return bool(buttons)

    wait(off, 60, f"the buttons of {page.url} to be off")


# --- dagster dev ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dev(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A `dagster dev` as a developer starts it, an upload already in its inbox."""
    folder = tmp_path_factory.mktemp("dev")
    home = folder / "home"
    inbox = Settings(home=home).inbox
    inbox.mkdir(parents=True)
    EdtProject(folder / "trade", "Trade").common_module("Продажи", "// пусто")
    put(folder / "trade", inbox)
    (home / "dagster").mkdir()
    port = spare_port()
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAI_", "DAGSTER_", "PYTHONDONTWRITE"))
    } | {
        "CAI_HOME": str(home),
        "CAI_LANG": "en",
        "DAGSTER_HOME": str(home / "dagster"),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUTF8": "1",
    }
    command = [PYTHON, "-m", "dagster", "dev", "-m", "cai_assets.definitions", "-h", HOST]
    turn = Turn()
    turn.take()
    with (folder / "dev.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-p", str(port)], stdout=log, stderr=log, env=variables, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    anna = Visitor(f"http://{HOST}:{port}")
    try:
        wait(lambda: http(f"{anna.address}/server_info")[0] == 200, 180, "dagster dev to answer")
        yield anna
    finally:
        below = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # to all of them, as a terminal does
        _, alive = psutil.wait_procs([psutil.Process(process.pid), *below], timeout=30)
        for one in alive:
            one.kill()
        process.wait(30)
        turn.give_back()


@pytest.mark.skipif(sys.platform == "win32", reason="ends programs by POSIX signals")
def test_dagster_dev_shows_the_lineage_and_builds_what_is_in_the_inbox(
    browser: Browser, dev: Visitor
) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    page.set_default_timeout(PAGE_MS)
    page.goto(f"{dev.address}/asset-groups")
    assert_lineage_drawn(page, dev)
    run = wait(lambda: green(dev, "Trade", set()), RUN_SECONDS, "a green run", every=0.5)
    page.goto(f"{dev.address}/runs/{run}")
    page.get_by_text("Success", exact=True).first.wait_for()
    page.close()
