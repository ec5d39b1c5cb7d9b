"""The scripts of the index on disk."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from cai_assets.site.search import Document, write_index
from cai_assets.site.search.records import CHUNK, chunks, summary
from cai_assets_tests.site.search.searched import DOCUMENTS, routine, thing


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _data(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    begin = f'caiSearch.put("{file.stem}",'
    assert text.startswith(begin) and text.endswith(")\n")
    return json.loads(text[len(begin) : -2])


def test_the_order_of_documents_does_not_matter(tmp_path: Path) -> None:
    mixed = list(DOCUMENTS)
    random.Random(1).shuffle(mixed)
    write_index(DOCUMENTS, tmp_path / "a", "ru")
    write_index(mixed, tmp_path / "b", "ru")
    assert _files(tmp_path / "a") == _files(tmp_path / "b")


def test_files_are_counted_and_left_alone_when_nothing_changed(tmp_path: Path) -> None:
    first = write_index(DOCUMENTS, tmp_path, "ru")
    assert first.files == first.written == len(list(tmp_path.iterdir()))
    assert first.bytes == sum(map(len, _files(tmp_path).values()))
    times = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert write_index(DOCUMENTS, tmp_path, "ru").written == 0
    assert times == {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}


def test_a_changed_text_touches_few_scripts_and_changes_the_version(tmp_path: Path) -> None:
    many = [routine("CommonModule.М", f"Процедура{n:04d}") for n in range(5 * CHUNK)]
    all_files = write_index(many, tmp_path, "ru").files
    version = _data(tmp_path / "index.js")["version"]
    many[7] = routine("CommonModule.М", "Процедура0007", "Иное описание")
    written = write_index(many, tmp_path, "ru").written
    assert 1 < written < all_files
    assert _data(tmp_path / "index.js")["version"] != version


def test_scripts_of_an_earlier_index_go_and_other_files_stay(tmp_path: Path) -> None:
    write_index([routine("CommonModule.М", f"П{n}") for n in range(3 * CHUNK)], tmp_path, "ru")
    (tmp_path / "notes.txt").write_text("mine")
    assert (tmp_path / "r2.js").exists()
    report = write_index(DOCUMENTS, tmp_path, "ru")
    assert not (tmp_path / "r2.js").exists()
    assert len(list(tmp_path.iterdir())) == report.files + 1


def test_an_index_of_nothing_is_an_index(tmp_path: Path) -> None:
    assert write_index([], tmp_path, "en").files == 1
    assert _data(tmp_path / "index.js")["count"] == 0


def test_many_words_are_cut_into_scripts_in_order(tmp_path: Path) -> None:
    letters = "абвгдежзиклмнопрст"
    names = [a + b + c + "ъ" * 8 for a in letters for b in letters for c in letters]
    write_index([Document(f"{n}.html", n.title(), "page") for n in names], tmp_path, "ru")
    firsts = _data(tmp_path / "index.js")["names"]
    assert len(firsts) > 2
    assert firsts == sorted(firsts)
    for at, first in enumerate(firsts):
        keys, lists = _data(tmp_path / f"n{at}.js")
        assert keys.split(" ")[0][1:] == first
        assert len(keys.split(" ")) == len(lists.split(" "))


def test_texts_are_in_the_language_of_the_site(tmp_path: Path) -> None:
    write_index([thing("Catalog.А")], tmp_path, "en")
    described = _data(tmp_path / "index.js")
    assert described["kinds"] == [["Catalog", "Catalogs"]]
    assert described["texts"]["none"] == "Nothing found"


def test_odd_texts_do_not_leave_their_line() -> None:
    odd = Document("a#b", 'x"</script>\n\u2028y', "page", "с\tи", "т\r\nт")
    titles, addresses, synonyms, summaries = next(chunks([odd]))
    assert titles[1:] == 'x"</script> y'
    assert (addresses[1:], synonyms, summaries) == ("a#b", "с и", "т т")


def test_an_address_does_not_repeat_the_name() -> None:
    (record,) = chunks([routine("CommonModule.М", "Найти")])
    assert record[1][1:] == "objects/CommonModule.М.html#\t"


def test_a_summary_is_the_first_sentence_or_whole_words() -> None:
    assert summary("Первое. Второе.") == "Первое."
    assert summary("") == ""
    cut = summary("слово, " * 100)
    assert len(cut) <= 141
    assert cut.endswith("слово…")
    assert summary("а" * 500) == "а" * 140 + "…"
