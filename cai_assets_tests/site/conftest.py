"""Fixtures of all tests of the site."""

from __future__ import annotations

from cai_assets_tests.site.browser import browser, page

__all__ = ["browser", "page"]
