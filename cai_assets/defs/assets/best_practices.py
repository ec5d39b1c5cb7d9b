"""What the rules find in an upload, and whether it is more than before."""

from __future__ import annotations

from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.defs.names import OPEN
from cai_assets.defs.progress import progress_log
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.gates import GROUP, NO_NEW_FINDINGS, RULES_RAN, no_new_findings, rules_ran
from cai_assets.rules.model import Severity
from cai_assets.rules.report import open_by_severity, to_markdown
from cai_assets.rules.run import check_configuration, tables_read
from cai_assets.rules.schema import TABLES
from cai_assets.rules.settings_file import load_config

VERSION = "1"


def compute(work: Work) -> Outcome:
    """Run the rules; files that did not change keep their findings."""
    before = work.earlier_own()
    rules = all_rules()
    config, _ = load_config(work.content, rules)
    for note in config.notes:
        work.context.log.warning(note.en)
    run = check_configuration(
        work.content,
        work.tables(),
        config=config,
        previous=work.own() or before,
        workers=work.settings.workers,
        progress=progress_log(work.context.log.info),
    )
    earlier = before["findings"] if before else None
    return Outcome(
        run.tables(),
        {
            "findings": {
                "report": work.page(to_markdown(run.findings, earlier, dict(rules), work.language)),
                **{f"{OPEN}{name}": n for name, n in open_by_severity(run.findings).items()},
                "files_checked": run.stats.checked,
                "files_reused": run.stats.reused,
                "peak_memory_bytes": run.stats.peak_bytes,
            }
        },
        [
            no_new_findings(
                run.findings,
                earlier,
                config.fail_on or Severity(work.settings.fail_on),
                work.settings.max_new_findings,
            ),
            rules_ran(run.problems),
        ],
    )


best_practices = group_asset(
    Group(
        name=GROUP,
        tables=TABLES,
        version=VERSION,
        reads={PARSED: tables_read(all_rules().values())},
        checks=(NO_NEW_FINDINGS, RULES_RAN),
        description="Looks at modules, queries and metadata by the rules of best practice.",
    ),
    compute,
)
