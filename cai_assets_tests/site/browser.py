"""A headless Chromium for tests of what a reader sees: the system's own, nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ENVIRONMENT = "CAI_CHROMIUM"
"""Names the executable where it is not `chromium` in PATH."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu")


def executable() -> str | None:
    """Chromium on this machine; None without one."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return named
    return next((found for found in map(shutil.which, _NAMES) if found), None)


# Playwright keeps an event loop running in this thread: it must not outlive the site's tests,
# or `asyncio.run` in others would fail.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the site; they are skipped without Playwright or Chromium."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    chromium = executable()
    if chromium is None:
        pytest.skip(f"no chromium in PATH and {ENVIRONMENT} is not set")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page without history or cookies; an error in a script of the page fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, errors
