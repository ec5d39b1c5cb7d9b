"""Messages arrive at real servers on loopback; what does not arrive says why, without secrets."""

from __future__ import annotations

import email
import time

import pytest

from cai_assets.defs.alerts import apprising, delivery
from cai_assets.defs.alerts.book import Notice, Weight
from cai_assets.defs.alerts.delivery import Delivery
from cai_assets.defs.alerts.outbox import MOST_LINES, Message, parse_targets
from cai_assets.messages import Messages
from cai_assets_tests.defs.alerts.servers import HOST, http_server, mail_server, silent_server

LINE = "Торговля — сборка: сбой — нет модуля — http://ui/runs/1"


def messages(addresses: str, *lines: str) -> list[Message]:
    notices = tuple(Notice(line, Weight.FAILURE) for line in lines or (LINE,))
    return [Message(target, notices) for target in parse_targets(addresses)]


def test_a_webhook_and_a_mailbox_get_the_line_while_a_third_target_is_away() -> None:
    with http_server() as web, mail_server() as mail:
        addresses = (
            f"json://{HOST}:{web.port}/hook; "
            f"mailto://{HOST}:{mail.port}?from=cai@example.com&to=ops@example.com; "
            f"json://robot:t0ken@{HOST}:9/hook"
        )
        reasons = Delivery(Messages("ru"))(messages(addresses))
    assert reasons[:2] == ["", ""]
    assert "onnection error" in reasons[2]
    assert "t0ken" not in reasons[2]
    ((path, post),) = web.posts
    assert (path, post["message"], post["type"]) == ("/hook", LINE, "failure")
    assert post["title"] == "Анализ конфигураций 1С"
    (letter,) = (email.message_from_string(text) for text in mail.letters)
    assert letter["To"] == "ops@example.com"
    texts = [part for part in letter.walk() if part.get_content_maintype() == "text"]
    assert any(LINE in _decoded(part) for part in texts)


def test_a_target_that_accepts_and_says_nothing_does_not_hold_up_the_others() -> None:
    with http_server() as web, silent_server() as silent:
        addresses = f"json://{HOST}:{silent.port}/?rto=60; json://{HOST}:{web.port}/"
        started = time.monotonic()
        reasons = Delivery(Messages("en"), seconds=8)(messages(addresses))
        assert time.monotonic() - started < 20
    assert reasons == ["no answer within 8 s", ""]
    assert len(web.posts) == 1


def test_what_delivers_may_fail_and_the_tick_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_MODULE", "cai_assets.no_such_module")
    reasons = Delivery(Messages("en"))(messages(f"json://{HOST}:9/"))
    assert reasons == ["what delivers it ended with code 1"]


def test_a_target_that_refuses_says_so() -> None:
    with http_server() as web:
        web.status = 500
        (reason,) = Delivery(Messages("en"))(messages(f"json://{HOST}:{web.port}/s3cret-path"))
    assert "500" in reason
    assert "s3cret" not in reason


def test_of_too_many_lines_the_number_is_told() -> None:
    (message,) = messages("json://host/", *(f"line {number}" for number in range(50)))
    lines = Delivery(Messages("en")).body(message).splitlines()
    assert lines == [*(f"line {number}" for number in range(MOST_LINES)), "… and 30 more"]


def test_telegram_gets_the_line_in_the_chat_that_the_address_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from apprise.plugins.telegram import NotifyTelegram

    with http_server() as web:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{HOST}:{web.port}/bot")
        order = {
            "address": "tgram://123456789:abcdefghijklmnopqrstuvwxyz012345678/-1001234",
            "title": "Title",
            "body": LINE,
            "type": "failure",
        }
        assert apprising.deliver(order) == ""
    ((path, post),) = web.posts
    assert path == "/bot123456789:abcdefghijklmnopqrstuvwxyz012345678/sendMessage"
    assert str(post["chat_id"]) == "-1001234"
    assert LINE in post["text"]


def test_an_address_is_hidden_but_for_its_host() -> None:
    address = "mailtos://robot:p%40ss@smtp.example.com/?to=boss@firm.example"
    said = apprising.hide(
        "cannot log robot in at smtp.example.com with p@ss or p%40ss for boss", address
    )
    assert said == "cannot log *** in at smtp.example.com with *** or *** for ***"


def _decoded(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8")
