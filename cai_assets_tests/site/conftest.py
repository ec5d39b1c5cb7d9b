"""Fixtures of all tests of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets_tests.conftest import Learned
from cai_assets_tests.site.browser import browser, page
from cai_assets_tests.site.uploads import two_uploads

__all__ = ["browser", "page", "sample_site", "two_uploads"]


@pytest.fixture(scope="session")
def sample_site(learned_sample: Learned) -> Path:
    """The site of the sample, in Russian, with its models. Tests read it."""
    return learned_sample.learner.settings.site_of(learned_sample.built.configuration)
