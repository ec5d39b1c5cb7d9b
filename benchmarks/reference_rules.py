"""Compare our rules with the tests of BSL Language Server: the same findings at the same lines?

    python benchmarks/reference_rules.py PATH_TO_BSL_LANGUAGE_SERVER [--key KEY]… [--verbose]
    python benchmarks/reference_rules.py PATH --write docs/rules-conformance.md [--commit ID]

Expectations are read from the reference's test classes (`reference_tests`), fixtures from its
resources. Rules that look at modules or queries run on the fixture; where a test names a
configuration, the fixture is put into a copy of it and our whole extraction runs first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reference_notes import BY_NUMBER, NOT_COMPARED, NOTES
from reference_runs import Finding, Runner, Skipped
from reference_tests import Place, Run, read_test_class

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.model import Rule

_TESTS = "src/test/java/com/github/_1c_syntax/bsl/languageserver/diagnostics"


@dataclass
class Score:
    """How our findings compare with the expected ones; `exact` are those with the same range."""

    runs: int = 0
    expected: int = 0
    found: int = 0
    exact: int = 0
    extra: int = 0
    skipped: list[str] = field(default_factory=list)
    hows: set[str] = field(default_factory=set)

    def add(self, other: Score) -> None:
        """Counts of another score are added to these."""
        self.runs += other.runs
        self.expected += other.expected
        self.found += other.found
        self.exact += other.exact
        self.extra += other.extra
        self.skipped += other.skipped
        self.hows |= other.hows

    @property
    def missed(self) -> int:
        """Expected and not found."""
        return self.expected - self.found


def main() -> None:
    """Compare, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--verbose", action="store_true", help="show each difference")
    parser.add_argument("--write", type=Path, help="write the Markdown page to this file")
    parser.add_argument("--commit", help="of the reference, if the copy is no git repository")
    arguments = parser.parse_args()
    rules = all_rules()
    chosen = [rules[key] for key in arguments.key] or list(rules.values())
    scores = compare(arguments.reference, chosen, verbose=arguments.verbose)
    page = "\n".join(_page(_commit(arguments.reference, arguments.commit), rules, scores))
    if arguments.write:
        arguments.write.write_text(page, "utf-8")
    else:
        print("\n".join(_table(scores)))


def compare(reference: Path, rules: Iterable[Rule], *, verbose: bool = False) -> dict[str, Score]:
    """A score for each rule that the reference tests."""
    scores: dict[str, Score] = {}
    with Runner(reference) as runner:
        for rule in rules:
            test = reference / _TESTS / f"{rule.key}DiagnosticTest.java"
            if not test.exists():
                continue
            score = scores[rule.key] = Score()
            for run in read_test_class(test, rule.key):
                score.add(_score(runner, rule, run, verbose=verbose))
    return scores


def _score(runner: Runner, rule: Rule, run: Run, *, verbose: bool) -> Score:
    reason = NOT_COMPARED.get((run.key, run.test)) or NOT_COMPARED.get((run.key, "*"))
    if reason:
        return Score(skipped=[f"`{run.test}`: {reason}"])
    try:
        findings, how = runner.findings(rule, run)
    except Skipped as skipped:
        return Score(skipped=[f"`{run.test}`: {skipped}"])
    score = Score(runs=1, hows={how})
    if rule.key in BY_NUMBER or not (run.places or run.any_of):
        _score_by_count(score, run, findings)
        if verbose and (score.missed or score.extra):
            _show(run, [f"expected {score.expected} in all, found {len(findings)}"], findings)
        return score
    ours = Counter(finding.place.line for finding in findings)
    ranges = Counter(finding.place for finding in findings)
    missed: list[Place] = []
    for place in run.places:
        score.expected += 1
        if ours[place.line] > 0:
            ours[place.line] -= 1
            score.found += 1
            if ranges[place] > 0:
                ranges[place] -= 1
                score.exact += 1
            elif place.end_line < 0:
                score.exact += 1
        else:
            missed.append(place)
    if run.any_of:
        score.expected += 1
        hits = [place for place in run.any_of if ours[place.line] > 0]
        score.found += bool(hits)
        score.exact += any(ranges[place] for place in hits)
        if not hits:
            missed += run.any_of
    if run.complete:
        score.extra = sum(ours.values())
    elif run.size is not None:
        score.extra = max(0, len(findings) - run.size)
    if verbose and (missed or score.extra or score.exact < score.found):
        lines = [f"missed {_told(place)}" for place in missed]
        expected = Counter(run.places)
        for finding in findings:
            if expected[finding.place]:
                expected[finding.place] -= 1
            else:
                lines.append(f"ours   {_told(finding.place)} {finding.message}")
        _show(run, lines, [])
    return score


def _score_by_count(score: Score, run: Run, findings: list[Finding]) -> None:
    """For a test that says how many, or what is named, but not where."""
    if run.size is None:
        score.expected = len(run.places) or len(run.messages)
        score.found = min(len(findings), score.expected)
    else:
        score.expected = run.size
        score.found = min(len(findings), run.size)
        score.extra = max(0, len(findings) - run.size)
    score.exact = score.found


def _show(run: Run, lines: list[str], findings: list[Finding]) -> None:
    print(f"{run.key}.{run.test} {run.fixture} {run.options or ''} {run.module_type}")
    for line in lines:
        print("   ", line)
    for finding in findings:
        print("    ours  ", _told(finding.place), finding.message)


def _told(place: Place) -> str:
    return f"{place.line + 1}:{place.start + 1}-{place.end_line + 1}:{place.end + 1}"


# --- what is written ----------------------------------------------------------------------


def _table(scores: Mapping[str, Score]) -> Iterator[str]:
    yield "| key | runs | expected | found | same range | missed | extra |"
    yield "|:--|--:|--:|--:|--:|--:|--:|"
    total = Score()
    for key in sorted(scores):
        score = scores[key]
        total.add(score)
        yield _row(key, score)
    yield _row("**all**", total)
    if total.expected:
        share = 100 * total.found / total.expected
        yield ""
        yield (
            f"{share:.1f} % of the expected findings at the same lines, "
            f"{100 * total.extra / total.expected:.1f} % extra."
        )


def _row(name: str, score: Score) -> str:
    cells = [score.runs, score.expected, score.found, score.exact, score.missed, score.extra]
    return f"| {name} | " + " | ".join(map(str, cells)) + " |"


def _page(commit: str, rules: Mapping[str, Rule], scores: Mapping[str, Score]) -> Iterator[str]:
    yield "# Conformance of rules"
    yield ""
    yield "Generated by `benchmarks/reference_rules.py`; do not edit."
    yield ""
    yield (
        f"Our rules against the tests of BSL Language Server ({commit}): each test "
        "method that states what it expects is read from the Java source and its fixture is given "
        "to our rule of the same key. A finding counts as found if ours begins on the same line, "
        "as *same range* if all four ends agree; *extra* are ours where the test states how many "
        "there are. A test that states only a number is compared by number."
    )
    yield ""
    yield from _table(scores)
    hows = {key: score.hows for key, score in sorted(scores.items()) if score.hows - {"fixture"}}
    if hows:
        yield ""
        yield "## Compared in a configuration"
        yield ""
        for key, ways in hows.items():
            yield f"- {key}: {'; '.join(sorted(ways))}"
    noted = {key: note for key, note in sorted(NOTES.items()) if key in rules}
    if noted:
        yield ""
        yield "## Deliberate differences"
        yield ""
        for key, note in noted.items():
            yield f"- **{key}**: {note}"
    skipped = {key: score.skipped for key, score in sorted(scores.items()) if score.skipped}
    if skipped:
        yield ""
        yield "## Tests that are not compared"
        yield ""
        for key, reasons in skipped.items():
            yield f"- {key}: {'; '.join(dict.fromkeys(reasons))}"
    own = [key for key in rules if key not in scores]
    if own:
        yield ""
        yield "## Rules without a counterpart"
        yield ""
        yield ", ".join(f"`{key}`" for key in sorted(own)) + "."
    yield ""


def _commit(reference: Path, given: str | None) -> str:
    if given:
        return f"commit {given}"
    command = ["git", "-C", str(reference), "log", "-1", "--format=%h of %cs"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "commit unknown"
    return f"commit {told.stdout.strip()}"


if __name__ == "__main__":
    main()
