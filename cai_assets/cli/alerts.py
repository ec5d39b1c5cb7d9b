"""`cai alerts`: where alerts go, and a trial one."""

from __future__ import annotations

import click

from cai_assets.cli.frame import Command, Failure, Session, WrongUse, session
from cai_assets.messages import M, Messages


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="alerts",
        say=say,
        help=say(M.HELP_ALERTS),
        params=[click.Option(["--test"], is_flag=True, help=say(M.HELP_ALERTS_TEST))],
        callback=lambda **options: alerts(session(), **options),
    )


def alerts(session: Session, test: bool) -> None:
    """Name the targets, without what is secret in their addresses; with `test` send to each."""
    from cai_assets.defs.alerts.book import Notice, Weight
    from cai_assets.defs.alerts.delivery import Delivery
    from cai_assets.defs.alerts.outbox import Message, parse_targets

    say = session.say
    try:
        targets = parse_targets(session.settings.alerts.get_secret_value())
    except ValueError as error:
        raise WrongUse(str(error)) from error
    if not targets:
        raise WrongUse(say(M.ALERTS_OFF))
    if not test:
        for target in targets:
            click.echo(say(M.ALERTS_TO, target=target.label))
        return
    trial = (Notice(say(M.ALERT_TRIAL), Weight.SUCCESS),)
    reasons = Delivery(say)([Message(target, trial) for target in targets])
    for target, reason in zip(targets, reasons, strict=True):
        text = M.ALERT_NOT_SENT if reason else M.ALERT_SENT
        click.echo(say(text, target=target.label, reason=reason))
    if failed := sum(map(bool, reasons)):
        raise Failure(say(M.ALERTS_FAILED, count=failed))
