"""Which branches a setting names; what could turn into an option or a leak is refused."""

from __future__ import annotations

import pytest

from cai_assets.intake.git.command import server_call
from cai_assets.intake.git.source import Credentials, GitSource, parse_sources


def test_several_branches_stand_in_one_setting() -> None:
    text = "https://git.example.com/1c/trade.git#main:src ; git@example.com:erp.git#develop;\n"
    assert parse_sources(text) == (
        GitSource("https://git.example.com/1c/trade.git", "main", "src"),
        GitSource("git@example.com:erp.git", "develop", ""),
    )


def test_without_branch_and_folder_it_is_the_head_and_the_whole_tree() -> None:
    (source,) = parse_sources("ssh://git@example.com:2222/trade.git")
    assert (source.branch, source.folder, source.remote_ref) == ("", "", "HEAD")
    assert source.name == "trade"


def test_nothing_is_watched_without_a_setting() -> None:
    assert parse_sources(" ; \n") == ()


def test_a_password_is_kept_apart_from_the_address_and_never_shown() -> None:
    (source,) = parse_sources("https://robot:t0k%3Aen@git.example.com/trade.git#main")
    assert source.url == "https://git.example.com/trade.git"
    assert source.credentials == Credentials("robot", "t0k:en")
    assert "t0k" not in repr(source)
    assert "robot" not in repr(source)


@pytest.mark.parametrize(
    "text",
    [
        "--upload-pack=touch x",
        "-u",
        "ext::sh -c touch% x",
        "http://example.com/trade.git",
        "git://example.com/trade.git",
        "ftp://example.com/trade.git",
        "https:///trade.git",
        "ssh://-oProxyCommand=x/trade.git",
        "/srv/trade.git",
        "C:\\trade",
        "-host:trade.git",
        "host:-trade.git",
        "https://example.com/trade.git?x=1",
        "https://example.com/trade.git\x00",
        "https://example.com/t.git#-main",
        "https://example.com/t.git#a..b",
        "https://example.com/t.git#a b",
        "https://example.com/t.git#a~1",
        "https://example.com/t.git#x/-y",
        "https://example.com/t.git#main.lock",
        "https://example.com/t.git#main:../secret",
        "https://example.com/t.git#main:a//b",
        "https://example.com/t.git#main:-x",
        "https://example.com/t.git#main::(exclude)x",
        "https://robot:b%0A#x@example.com/t.git",
        "https://a:b%0Ahost=evil@example.com/t.git#main",
        "https://example.com/t.git#main; https://example.com/t.git#main",
    ],
)
def test_what_is_no_plain_branch_of_a_plain_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_sources(text)
    assert "b%0A" not in str(caught.value)


def test_an_error_about_the_branch_does_not_tell_the_password() -> None:
    with pytest.raises(ValueError, match="source 1") as caught:
        parse_sources("https://robot:t0ken@git.example.com/trade.git#..")
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize("branch", ["main", "release/1.2", "feature/№7", "задача-15", "a#b"])
def test_usual_names_of_branches_are_taken(branch: str) -> None:
    (source,) = parse_sources(f"https://example.com/t.git#{branch}:каталог/с пробелом")
    assert (source.branch, source.folder) == (branch, "каталог/с пробелом")


def test_each_branch_has_a_mirror_of_its_own_whatever_its_folder() -> None:
    text = "https://h/t.git#a:x; https://h/t.git#a:y; https://h/t.git#b; https://g/t.git#a"
    names = [source.mirror_name for source in parse_sources(text)]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert all(name.startswith("t-") for name in names)


def test_a_password_is_in_no_command_line_that_others_on_the_machine_can_see() -> None:
    (source,) = parse_sources("https://robot:t0ken@git.example.com/trade.git#main")
    command, environment = server_call(source, ["ls-remote", "--", source.url])
    assert "t0ken" not in " ".join(command)
    assert "credential.https://git.example.com.helper=" in command
    assert environment["CAI_GIT_PASSWORD"] == "t0ken"
