"""Reports of findings, one module per format. Each turns a `Report` into the text of a file.

`FORMATS` names them for the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cai_assets.rules.reports import gitlab, junit, plain_json, sarif, sonar, text
from cai_assets.rules.reports.model import Report

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": text.render,
    "sarif": sarif.render,
    "sonar": sonar.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "json": plain_json.render,
}
"""Format → the function that makes the whole text of its file."""

__all__ = ["FORMATS", "Report"]
