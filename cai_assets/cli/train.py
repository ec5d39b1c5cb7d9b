"""`cai train`: the dataset and the models of a configuration; `cai models`: how good they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.cli.learned import find
from cai_assets.cli.stored import current_snapshot
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    import pyarrow as pa


def command(say: Messages) -> click.Command:
    """`cai train` in one language."""
    return Command(
        name="train",
        say=say,
        help=f"{say(M.HELP_TRAIN)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_TRAIN),
        params=[
            click.Argument(["name"]),
            click.Option(["--anew"], is_flag=True, help=say(M.HELP_ANEW)),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
        ],
        callback=lambda **options: train(session(), **options),
    )


def models_command(say: Messages) -> click.Command:
    """`cai models` in one language."""
    return Command(
        name="models",
        say=say,
        help=f"{say(M.HELP_MODELS)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_MODELS),
        params=[click.Argument(["name"])],
        callback=lambda name: show_models(session(), name),
    )


def train(session: Session, name: str, anew: bool, quiet: bool) -> None:
    """Learn from the current upload of `name`, then say what came of it."""
    from cai_assets.cli.terminal import progress_line

    say = session.say
    snapshot = current_snapshot(session, name)
    with progress_line(session, quiet) as line:
        line.stage(say(M.TRAINING))
        from cai_assets.defs.instance import open_instance
        from cai_assets.defs.train import train as run_training

        with open_instance(session.settings) as instance:
            result = run_training(
                snapshot.configuration, snapshot.upload, session.settings, instance, anew=anew
            )
    if not result.success:
        raise Failure(say(M.TRAINING_FAILED, name=snapshot.configuration, reason=result.error))
    seconds = say.decimal(result.seconds)
    click.echo(say(M.TRAINED, name=snapshot.configuration, seconds=seconds))
    show_models(session, snapshot.configuration)


def show_models(session: Session, name: str) -> None:
    """Print a row per model: its figure, that of the best baseline, and what was decided."""
    from cai_assets.learning.schema import DECISIONS, EVALUATION

    learned = find(session, name, EVALUATION, DECISIONS.name)
    _print(session, learned.table(EVALUATION, DECISIONS.name))


def _print(session: Session, decisions: pa.Table) -> None:
    from rich.table import Table
    from rich.text import Text

    from cai_assets.learning.catalogue import MODELS

    say = session.say
    models = {model.name: model for model in MODELS}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for label in (M.MODEL, M.METRIC, M.SCORE, M.BEST_BASELINE, M.DECISION):
        table.add_column(say(label), overflow="fold")
    for row in decisions.to_pylist():
        model = models[row["model"]]
        metric = next(metric for metric in model.metrics if metric.name == row["metric"])
        table.add_row(
            Text(say.of(model.title)),
            Text(say.of(metric.title)),
            Text(_figure(say, row, ("value", "low", "high"))),
            Text(f"{say.of(model.baseline_titles[row['baseline']])} " if row["baseline"] else "")
            + _figure(say, row, ("baseline_value", "baseline_low", "baseline_high")),
            Text(row["note_ru"] if say.language == "ru" else row["note_en"]),
        )
    session.console.print(table)


def _figure(say: Messages, row: dict[str, Any], names: tuple[str, str, str]) -> str:
    if row[names[0]] is None:
        return "–"
    value, low, high = (say.decimal(row[name], 3) for name in names)
    return f"{value} ({low} … {high})"
