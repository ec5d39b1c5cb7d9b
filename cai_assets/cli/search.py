"""`cai search`: which routine answers a question."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.cli.learned import Answer, find, options, print_answers, show
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.learning.search.searcher import Hit, Searcher
    from cai_assets.learning.serving import Learned

MODEL = "ranking_model"
_FROM_INPUT = "-"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="search",
        say=say,
        help="\n\n".join(map(say, (M.HELP_SEARCH, M.HELP_SEARCH_QUESTION, M.HELP_IMPACT_NAME))),
        short_help=say(M.HELP_SEARCH),
        params=[
            click.Argument(["name"]),
            click.Argument(["question"], nargs=-1, required=True),
            *options(say),
        ],
        callback=lambda **given: search(session(), **given),
    )


def search(session: Session, name: str, question: tuple[str, ...], form: str, top: int) -> None:
    """Print the best answers to one question, or to each line of standard input."""
    learned = find(session, name, MODEL)
    searcher = _searcher(session, learned)
    if question != (_FROM_INPUT,):
        _answer(session, learned, searcher.search(" ".join(question), top), form, top)
        return
    for line in _lines():
        if form == "text":
            click.echo(f"\n{line}")
        _answer(session, learned, searcher.search(line, top), form, top)


def _searcher(session: Session, learned: Learned) -> Searcher:
    """The search over what was learned; says so if no model orders the answers."""
    import pyarrow.compute as pc

    from cai_assets.learning.registry import Registry
    from cai_assets.learning.search.ranker import learned_state
    from cai_assets.learning.search.schema import INDEX_TABLES, LEARNED
    from cai_assets.learning.search.searcher import Searcher
    from cai_assets.learning.serving import why_no_champion

    tables = {table.name: learned.table(MODEL, table.name) for table in INDEX_TABLES}
    champion = Registry(session.settings.models).champion(learned.configuration, MODEL)
    state = None
    if champion is not None:
        rows = learned.table(MODEL, LEARNED.name)
        state = learned_state(rows.filter(pc.equal(rows["experiment"], champion.experiment)))
    if state is None:
        reason = session.say.of(why_no_champion(learned, MODEL))
        session.note(session.say(M.PLAIN_SEARCH, reason=reason))
    return Searcher(tables, state)


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if text := line.strip():
            yield text


def _answer(session: Session, learned: Learned, hits: list[Hit], form: str, top: int) -> None:
    if form == "json":
        show(session, learned, [asdict(hit) for hit in hits], (), form, top)
    elif hits:
        print_answers(session, (_painted(session.say, hit) for hit in hits), top)
    else:
        click.echo(session.say(M.NO_ANSWERS))


def _painted(say: Messages, hit: Hit) -> Answer:
    figure = "" if hit.exact else say.decimal(hit.score, 2)
    reasons = hit.reasons(say.language)
    return Answer(hit.routine, figure, (hit.summary, f"{hit.file}:{hit.line}", reasons))
