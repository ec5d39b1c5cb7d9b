"""What is masked, and what only looks like a secret."""

from __future__ import annotations

import pytest

from cai_assets.learning.dataset.masking import is_secret_name, mask_text, secret_literals
from cai_assets.onec.bsl.lexer import tokenize


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Пишите: ivanov@firma-test.ru, срочно", "Пишите: <EMAIL>, срочно"),
        ("ftp://admin:qwerty@10.1.2.3/x", "ftp://<CREDENTIALS>@<IP>/x"),
        ("тел. +7 (912) 345-67-89", "тел. <PHONE>"),
        ("8 912 345-67-89", "<PHONE>"),
        ("ИНН 7707083893", "ИНН <INN>"),
        ("ИНН 500100732259", "ИНН <INN>"),
        ("СНИЛС 112-233-445 95", "СНИЛС <SNILS>"),
        ("сервер 192.168.12.7:8080", "сервер <IP>:8080"),
        ('Usr=""u"";Pwd=""s3cret"";', 'Usr=""u"";Pwd=""<PASSWORD>"";'),
        ("https://x.test/?client_id=1a6990aa636648e9", "https://x.test/?client_id=<KEY>"),
        ("Bearer abcdef0123456789abcdef", "Bearer <KEY>"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "<KEY>"),
        ("a@b.ru и c@d.ru", "<EMAIL> и <EMAIL>"),
    ],
)
def test_what_has_the_shape_of_a_secret_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == (masked, masked.count("<"))


@pytest.mark.parametrize(
    "text",
    [
        "обновление до версии 10.3.62.1",
        "2.4.1.15",
        "127.0.0.1",
        "0.0.0.0",
        "300.1.2.3",
        "ИНН 7707083894",
        "1234567890",
        "0000000000",
        "999-999-999 99",
        "+1234567890",
        "2026-01-31 12:30:45",
        "// @skip-check module-structure",
        'Usr=""{0}"";Pwd=""{1}"";',
        "Password=%1;",
        "ftp://<user>:<password>@host",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert mask_text(text) == (text, 0)


def test_masking_what_is_masked_changes_nothing() -> None:
    once, _ = mask_text("a@b.ru +7 (912) 345-67-89 ftp://u:p@10.0.0.1 Pwd=x12345")
    assert mask_text(once) == (once, 0)


def _secrets(code: str) -> list[str]:
    tokens = tokenize(f"Процедура П()\n{code}\nКонецПроцедуры")
    found = secret_literals(tokens.code, 0, len(tokens.code.values))
    return [tokens.code.values[at] for at in found]


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        ('Пароль = "qwe123";', '"qwe123"'),
        ('Настройки.AccessToken = "abc";', '"abc"'),
        ('Настройки["Пароль"] = "abc";', '"abc"'),
        ('Если Пароль = "abc" Тогда КонецЕсли;', '"abc"'),
        ('Параметры.Вставить("Пароль", "abc");', '"abc"'),
        ('С = Новый Структура("Логин, Пароль", "admin", "abc");', '"abc"'),
        ('ApiKey = "123-456";', '"123-456"'),
        ('КлючДоступа = "123";', '"123"'),
    ],
)
def test_a_literal_beside_the_name_of_a_secret_is_one(code: str, secret: str) -> None:
    assert _secrets(code) == [secret]


@pytest.mark.parametrize(
    "code",
    [
        'Пароль = "";',
        'Пароль = "*****";',
        'ИмяПоля = "Пароль";',
        'Пароль = "Пароль";',
        'ЗаголовокПароля = "Введите";',
        'Ключ = "ОбщиеНастройки";',
        'Пароль = "%1";',
        'С = Новый Структура("Логин, Пароль", "admin", Пароль);',
        'Параметры.Вставить("Пароль", НовыйПароль);',
        'Адреса.Вставить("/oauth/token", "Токен");',
        'Адреса.Вставить("ПолучитьToken", "/oauth/token");',
        'Ф("Пароль", (1), "abc");',
        '"Пароль", "abc"',
    ],
)
def test_a_literal_that_only_speaks_of_a_secret_is_none(code: str) -> None:
    assert _secrets(code) == []


def test_names_of_secrets_are_told_by_their_words() -> None:
    assert is_secret_name("WSПароль")
    assert is_secret_name("client_secret")
    assert not is_secret_name("ИмяПользователя")
    assert not is_secret_name("Tokenizer")
    assert not is_secret_name("")
