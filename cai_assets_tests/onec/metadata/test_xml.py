"""XML of strangers: it is read safely, or refused with the place and the reason."""

from __future__ import annotations

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.metadata.xml import (
    LOCAL,
    children,
    designer_texts,
    edt_texts,
    parse,
    text,
    xsi_type,
)

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def refusal(data: bytes, **options: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        parse(data, **options)
    return caught.value


def test_an_external_entity_is_refused_before_it_is_looked_at() -> None:
    data = HEAD + '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>'
    assert "DOCTYPE" in refusal(data.encode()).message


def test_billion_laughs_are_refused() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(30))
    data = f"{HEAD}<!-- joke --><!DOCTYPE a [{entities}]><a>&l29;</a>"
    assert "DOCTYPE" in refusal(data.encode()).message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-7"])
def test_a_doctype_in_another_encoding_is_refused_too(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "DOCTYPE" in refusal(data.encode(encoding)).message


def test_an_undefined_entity_is_damage() -> None:
    assert "damaged" in refusal(b"<a>&nbsp;</a>").message


def test_a_doctype_inside_text_is_text() -> None:
    assert text(parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>")) == "<!DOCTYPE html>"


def test_a_truncated_file_is_refused_with_the_line() -> None:
    error = refusal((HEAD + "<a>\n<b>\n<c>да").encode())
    assert "damaged" in error.message
    assert error.line == 4


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\t"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "empty" in refusal(data).message


def test_damage_is_told_with_its_line_and_the_remedy() -> None:
    error = refusal(b"<a>\n<b></a>")
    assert error.message == (
        "XML is damaged: Opening and ending tag mismatch: b line 2 and a; dump the file again"
    )
    assert error.line == 2
    assert (refusal(b"").message, refusal(b"").line) == ("XML file is empty; dump it again", 1)


def test_depth_is_bounded() -> None:
    assert "damaged" in refusal(b"<a>" * 100_000).message
    assert "depth" in refusal(b"<a>" * 300 + b"</a>" * 300).message.lower()


def test_the_depth_of_real_files_is_allowed() -> None:
    assert parse(b"<a>" * 100 + b"</a>" * 100) is not None


def test_size_is_bounded_by_a_parameter() -> None:
    error = refusal(b"<a>" + b" " * 1000 + b"</a>", max_bytes=1000)
    assert "1000 bytes" in error.message


def test_a_long_text_of_real_templates_is_read() -> None:
    value = "я" * 431_334
    assert text(parse(f"<a>{value}</a>".encode())) == value


def test_a_text_beyond_ten_megabytes_is_refused() -> None:
    assert "damaged" in refusal(b"<a>" + b"x" * 10_100_000 + b"</a>").message


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + (HEAD + "<a>Имя</a>").encode(),
        '<?xml version="1.0" encoding="windows-1251"?><a>Имя</a>'.encode("cp1251"),
        '<?xml version="1.0" encoding="windows-1251"?><a>Имя</a>'.encode(),
        '<?xml version="1.0" encoding="UTF-16"?><a>Имя</a>'.encode(),
        '<?xml version="1.0" encoding="UTF-16"?><a>Имя</a>'.encode("utf-16"),
        "<a>Имя</a>".encode(),
    ],
    ids=["bom", "declared", "wrongly declared", "declared wide", "wide", "undeclared"],
)
def test_the_encoding_is_found_out(data: bytes) -> None:
    assert text(parse(data)) == "Имя"


def test_bytes_of_another_encoding_are_refused() -> None:
    assert "damaged" in refusal(HEAD.encode() + "<a>Имя</a>".encode("cp1251")).message


def test_an_unknown_encoding_with_foreign_bytes_is_refused() -> None:
    data = '<?xml version="1.0" encoding="нет"?><a>Имя</a>'.encode("cp1251")
    assert refusal(data).message


def test_lines_beyond_65535_are_counted() -> None:
    root = parse(b"<a>" + b"\n" * 70_000 + b"<b/></a>")
    assert root[0].sourceline == 70_001


def test_local_names_do_not_grow_without_bound() -> None:
    for number in range(60_000):
        assert LOCAL[f"{{urn:x}}n{number}"] == f"n{number}"
    assert len(LOCAL) <= 20_000


def test_comments_are_left_out() -> None:
    assert [LOCAL[item.tag] for item in parse(b"<a><!-- no --><b/><?pi x?></a>")] == ["b"]


def test_texts_of_both_layouts_are_equal() -> None:
    edt = parse(
        "<a><synonym><key>ru</key><value>Товары</value></synonym>"
        "<synonym><key>en</key><value>Goods</value></synonym><synonym><key>de</key></synonym></a>".encode()
    )
    designer = parse(
        '<S xmlns:v8="http://v8.1c.ru/8.1/data/core">'
        "<v8:item><v8:lang>ru</v8:lang><v8:content>Товары</v8:content></v8:item>"
        "<v8:item><v8:lang>en</v8:lang><v8:content>Goods</v8:content></v8:item></S>".encode()
    )
    assert edt_texts(children(edt, "synonym")) == {"ru": "Товары", "en": "Goods"}
    assert designer_texts(designer) == {"ru": "Товары", "en": "Goods"}
    assert designer_texts(None) == {}


def test_the_type_of_an_instance_loses_its_prefix() -> None:
    root = parse(
        b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="core:StringValue"/>'
    )
    assert xsi_type(root) == "StringValue"


@pytest.mark.parametrize("namespace", ["urn:обмен", "http://Обмен.рф/a b", "Обмен"])
def test_a_namespace_in_russian_is_read(namespace: str) -> None:
    root = parse(f'<a xmlns:d="{namespace}"><b>d:Адрес</b></a>'.encode())
    assert root[0].nsmap == {"d": namespace}
    assert text(root[0]) == "d:Адрес"


def test_a_namespace_in_russian_excuses_no_other_fault() -> None:
    assert "damaged" in refusal('<a xmlns:d="обмен"><b></a>'.encode()).message
    deep = '<a xmlns:d="обмен">' + "<b>" * 300 + "</b>" * 300 + "</a>"
    assert "damaged" in refusal(deep.encode()).message


def test_a_prefix_without_a_namespace_is_refused() -> None:
    assert "damaged" in refusal(b"<a><x:b/></a>").message
