"""Each target has its queue: tried again, given up, and never shown with its secrets."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from cai_assets.defs.alerts.book import Notice, Weight
from cai_assets.defs.alerts.outbox import ATTEMPTS, Message, Outbox, parse_targets

GOOD, BAD = parse_targets("json://good/s3cret; json://bad/s3cret")
START = 1_000_000.0


def notice(line: str) -> Notice:
    return Notice(line, Weight.FAILURE)


class Post:
    """Delivers to all but the bad target."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[str]]] = []

    def __call__(self, messages: Sequence[Message]) -> list[str]:
        for message in messages:
            self.sent.append((message.target.label, [one.line for one in message.lines]))
        return ["away" if message.target == BAD else "" for message in messages]


def test_a_target_that_is_away_is_tried_again_and_holds_up_no_other() -> None:
    outbox, post = Outbox(), Post()
    (said,) = outbox.send([notice("a")], [GOOD, BAD], START, post)
    assert said == f"alert target {BAD.label}: not delivered, attempt 1 of {ATTEMPTS}: away"
    outbox.send([notice("b")], [GOOD, BAD], START + 1, post)
    assert post.sent == [(GOOD.label, ["a"]), (BAD.label, ["a"]), (GOOD.label, ["b"])]
    outbox.send([], [GOOD, BAD], START + 40, post)
    assert post.sent[3:] == [(BAD.label, ["a", "b"])]


def test_after_some_attempts_it_is_given_up() -> None:
    outbox, post = Outbox(), Post()
    now, said = START, outbox.send([notice("a")], [BAD], START, post)
    for _ in range(20):
        now += 3600 * 2
        said = outbox.send([], [BAD], now, post) or said
    assert len(post.sent) == ATTEMPTS
    assert "gave up" in said[0]
    outbox.send([notice("b")], [BAD], now, post)
    assert post.sent[-1] == (BAD.label, ["b"])


def test_what_waits_lives_in_a_cursor_without_an_address() -> None:
    outbox, post = Outbox(), Post()
    outbox.send([notice("a")], [GOOD, BAD], START, post)
    text = json.dumps(outbox.to_json())
    assert "s3cret" not in text
    again = Outbox.from_json(json.loads(text))
    again.send([], [GOOD, BAD], START + 40, post)
    assert post.sent[-1] == (BAD.label, ["a"])


def test_a_target_that_is_no_longer_named_is_forgotten() -> None:
    outbox, post = Outbox(), Post()
    outbox.send([notice("a")], [BAD], START, post)
    outbox.send([], [GOOD], START + 40, post)
    assert outbox.to_json() == {}


def test_what_waits_is_bounded() -> None:
    outbox, post = Outbox(), Post()
    for number in range(1000):
        outbox.send([notice(str(number))], [BAD], START + number / 1000, post)
    assert len(json.dumps(outbox.to_json())) < 20_000


def test_several_addresses_stand_in_one_setting() -> None:
    text = (
        "tgram://123:abc/-100; mailtos://u:p,w@smtp.example.com?to=a@b.c,d@e.f\n"
        "json://host/x json://host/x"
    )
    assert [target.address for target in parse_targets(text)] == [
        "tgram://123:abc/-100",
        "mailtos://u:p,w@smtp.example.com?to=a@b.c,d@e.f",
        "json://host/x",
    ]
    assert [target.label for target in parse_targets(text)][:2] == ["1 (tgram)", "2 (mailtos)"]
    assert "abc" not in repr(parse_targets(text))
    assert parse_targets(" ") == ()


def test_what_is_no_address_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="CAI_ALERTS: address 1") as caught:
        parse_targets("s3cret-token")
    assert "s3cret" not in str(caught.value)
