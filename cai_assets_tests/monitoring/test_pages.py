"""The pages for operators: both languages say the same, and name only what there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from cai_assets.cli import command_line
from cai_assets.defs.metrics.catalogue import METRICS
from cai_assets.messages import Messages
from cai_assets.settings import Settings
from cai_assets_tests.monitoring.test_prometheus import ROOT, alerts, slug

ENGLISH, RUSSIAN = (ROOT / "docs" / f"troubleshooting{end}" for end in (".md", ".ru.md"))
PAGES = (ENGLISH, RUSSIAN)
OF_COMPOSE = {"CAI_USER", "CAI_PASSWORD"}


def headings(page: Path) -> list[str]:
    return re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


def commands(page: Path) -> list[str]:
    """All lines of all blocks of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def sections(page: Path) -> list[str]:
    return page.read_text(encoding="utf-8").split("\n## ")[1:]


def test_both_languages_have_the_same_sections_and_the_same_commands() -> None:
    assert len(headings(ENGLISH)) == len(headings(RUSSIAN)) >= 15
    assert commands(ENGLISH) == commands(RUSSIAN)
    for english, russian in zip(sections(ENGLISH), sections(RUSSIAN), strict=True):
        assert english.count("```sh") == russian.count("```sh"), english.splitlines()[0]
        assert english.count("**") == russian.count("**"), english.splitlines()[0]
        names = [set(re.findall(r"`(CAI_\w+)`", text)) for text in (english, russian)]
        assert names[0] == names[1], english.splitlines()[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_symptom_has_a_command(page: Path) -> None:
    assert [text.splitlines()[0] for text in sections(page) if "```sh" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_page_lead_to_a_section(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    asked = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert asked <= {slug(heading) for heading in headings(page)}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs" / "monitoring.md"], ids=lambda p: p.name)
def test_settings_and_metrics_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    settings = {f"CAI_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bCAI_[A-Z_]+", text)) <= settings | OF_COMPOSE
    metrics = {metric.name for metric in METRICS}
    named = set(re.findall(r"\bcai_[a-z_]+", text)) - {"cai_assets", "cai_"}
    named = {re.sub(r"_(sum|count|bucket)$", "", name) for name in named}
    assert named <= metrics


def test_commands_of_ours_exist_with_their_options() -> None:
    group = command_line(Messages("en"))
    asked = [shlex.split(line)[1:] for line in commands(ENGLISH) if line.startswith("cai ")]
    assert asked
    for name, *arguments in asked:
        command = group.commands[name]
        options = {option for one in command.params for option in one.opts}
        assert {word for word in arguments if word.startswith("-")} <= options
        places = [one for one in command.params if isinstance(one, click.Argument)]
        assert len([word for word in arguments if not word.startswith("-")]) == len(places)


def test_every_alert_is_listed_with_its_severity() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([A-Z]\w+)` \| (\w+) \| .+ \|$", page, re.MULTILINE))
    assert listed == {name: rule["labels"]["severity"] for name, rule in alerts().items()}
