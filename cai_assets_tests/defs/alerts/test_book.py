"""What is told when: once, not again while it flaps, and its end only if its beginning was."""

from __future__ import annotations

import json

from cai_assets.defs.alerts.book import QUIET_SECONDS, REMIND_SECONDS, Book, Weight

KEY = "run/build/trade"
START = 1_000_000.0
MINUTE, HOUR = 60.0, 3600.0


def tell(book: Book, now: float) -> list[tuple[str, str]]:
    return [(notice.line, notice.weight.value) for notice in book.due(now)]


def wrong(book: Book, now: float, line: str = "bad", *, reminded: bool = False) -> None:
    book.wrong(KEY, line, "good", now, reminded=reminded)


def test_a_problem_is_told_once_and_its_end_once() -> None:
    book = Book()
    wrong(book, START)
    assert tell(book, START) == [("bad", "failure")]
    wrong(book, START + HOUR * 2)
    assert tell(book, START + HOUR * 2) == []
    book.well(KEY, START + HOUR * 3)
    assert tell(book, START + HOUR * 3) == [("good", "success")]
    book.well(KEY, START + HOUR * 4)
    assert tell(book, START + HOUR * 4) == []


def test_a_problem_that_comes_and_goes_is_not_told_each_time() -> None:
    book, told = Book(), []
    for minute in range(120):
        now = START + minute * MINUTE
        if minute % 2:
            book.well(KEY, now)
        else:
            wrong(book, now)
        told += tell(book, now)
    assert told == [("bad", "failure"), ("good", "success")] * 2


def test_what_was_held_back_is_told_once_it_stays() -> None:
    book = Book()
    wrong(book, START)
    tell(book, START)
    book.well(KEY, START + MINUTE)
    tell(book, START + MINUTE)
    wrong(book, START + 2 * MINUTE, "bad again")
    assert tell(book, START + 2 * MINUTE) == []
    assert tell(book, START + QUIET_SECONDS) == [("bad again", "failure")]
    book.well(KEY, START + 2 * QUIET_SECONDS)
    assert tell(book, START + 2 * QUIET_SECONDS) == [("good", "success")]


def test_only_what_nobody_else_would_notice_is_told_again() -> None:
    plain, reminded = Book(), Book()
    for day in range(3):
        now = START + day * REMIND_SECONDS
        wrong(plain, now)
        wrong(reminded, now, reminded=True)
        assert len(tell(plain, now)) == (0 if day else 1)
        assert len(tell(reminded, now)) == 1


def test_problems_of_a_kind_that_are_no_longer_there_are_over() -> None:
    book = Book()
    for name in ("a", "b"):
        book.wrong(f"waiting/{name}", name, f"{name} is well", START)
    book.wrong("run/a", "run", "run is well", START)
    tell(book, START)
    book.only("waiting", ["waiting/b"], START + HOUR * 2)
    assert tell(book, START + HOUR * 2) == [("a is well", "success")]
    assert set(book.open) == {"waiting/b", "run/a"}


def test_a_clock_set_back_neither_silences_nor_repeats() -> None:
    book = Book()
    wrong(book, START)
    tell(book, START)
    book.well(KEY, START - HOUR)
    assert tell(book, START - HOUR) == [("good", "success")]
    assert book.closed == {}
    wrong(book, START - HOUR)
    assert tell(book, START - HOUR) == [("bad", "failure")]


def test_a_book_lives_in_a_cursor() -> None:
    book = Book()
    wrong(book, START)
    tell(book, START)
    again = Book.from_json(json.loads(json.dumps(book.to_json())))
    assert again == book
    assert again.open[KEY].weight is Weight.FAILURE


def test_it_does_not_grow_for_ever() -> None:
    book = Book()
    for number in range(100):
        now = START + number * HOUR * 24
        book.wrong(f"check/{number}", "bad", "good", now)
        tell(book, now)
        book.wrong(f"other/{number}", "bad", "good", now)
        tell(book, now)
        book.well(f"other/{number}", now)
        tell(book, now)
    assert len(book.open) <= 92
    assert len(book.closed) <= 1
