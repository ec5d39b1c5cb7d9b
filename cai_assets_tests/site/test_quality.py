"""Every page of the sample's site is valid, accessible and fits a narrow window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHECKER = "CAI_VNU"
"""Names the jar of the W3C's checker of HTML; see `docs/development.md`."""

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_FAULTS = {"resultTypes": ["violations"]}
"""What passed need not be described: that takes longer than looking."""
_ALL_RULES = {**_FAULTS, "runOnly": {"type": "tag", "values": _TAGS}}
_CONTRAST = {**_FAULTS, "runOnly": {"type": "rule", "values": ["color-contrast"]}}

_ROWS = 8
_ALIKE = """most => document.querySelectorAll('tbody, ul, ol, dl, svg').forEach(
  list => [...list.children].slice(most).forEach(row => row.remove()))"""
"""Leaves the first rows of each list: the others come from the same lines of a template."""


def _pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html"))


def _kinds(site: Path) -> Iterator[Path]:
    """All pages at the root, and from each folder the largest."""
    yield from sorted(site.glob("*.html"))
    for folder in sorted(path for path in site.iterdir() if path.is_dir()):
        yield from _largest(folder)


def _templates(site: Path) -> Iterator[Path]:
    """A page of each template: those at the root, and the largest of some folders."""
    yield from sorted(site.glob("*.html"))
    for name in _FOLDERS:
        yield from _largest(site / name)


def _largest(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.html"), key=lambda path: path.stat().st_size)[-1:]


_FOLDERS = (
    "AccumulationRegister",
    "CommonModule",
    "Document",
    "EventSubscription",
    "HTTPService",
    "Role",
    "ScheduledJob",
    "Subsystem",
    "api",
    "findings",
    "models",
    "queries",
    "registers",
)


def test_every_page_is_parsed_without_an_error(sample_site: Path) -> None:
    faults = []
    for path in _pages(sample_site):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(path.read_text(encoding="utf-8"))
        faults += [f"{path.relative_to(sample_site)} {error}" for error in parser.errors]
    assert not faults, faults[:20]


def test_every_page_is_valid(sample_site: Path) -> None:
    jar, java = os.environ.get(CHECKER), shutil.which("java")
    if not jar or java is None:
        pytest.skip(f"{CHECKER} does not name the W3C's checker, or there is no java")
    done = subprocess.run(
        [java, "-Xss8m", "-jar", jar, "--errors-only", "--skip-non-html", str(sample_site)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert not done.stderr, done.stderr[:4000]


def test_pages_are_accessible_in_light_and_dark(browser: Browser, sample_site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    faults = []
    for scheme, options in (("light", _ALL_RULES), ("dark", _CONTRAST)):
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        for path in _templates(sample_site):
            page.goto(path.as_uri())
            page.evaluate(_ALIKE, _ROWS)
            for violation in axe.run(page, options=options).response["violations"]:
                for node in violation["nodes"]:
                    where = path.relative_to(sample_site)
                    faults.append(f"{where} {scheme} {violation['id']}: {node['html'][:150]}")
        context.close()
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("width", [360, 1400])
def test_no_page_is_wider_than_the_window(page: Page, sample_site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide = []
    for path in _kinds(sample_site):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(str(path.relative_to(sample_site)))
    assert not wide
