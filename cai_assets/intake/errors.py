"""What can go wrong with an upload, in words for people, Russian and English.

Every error names the upload, the member inside it where there is one, and the remedy.
`Refused` is final: the entry goes to quarantine. `Postponed` is not the upload's fault:
the entry stays where it is and the next attempt may succeed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from typing import NamedTuple


class Wording(NamedTuple):
    """One kind of error: what happened and what to do, in both languages."""

    en: str
    en_remedy: str
    ru: str
    ru_remedy: str


_REPACK_EN = "Pack the configuration folder again, with plain files only."
_REPACK_RU = "Упакуйте каталог конфигурации заново, только обычные файлы."
_AGAIN_EN = "Make the archive again and check it before uploading."
_AGAIN_RU = "Создайте архив заново и проверьте его перед загрузкой."
_LIMIT_EN = "If the upload is genuine, raise the limit in the settings or split the upload."
_LIMIT_RU = "Если данные настоящие, увеличьте предел в настройках или разделите загрузку."

WORDINGS: Mapping[str, Wording] = {
    # names of members
    "name_parent": Wording(
        "a name leads out of the archive through '..'",
        _REPACK_EN,
        "имя выводит за пределы архива через «..»",
        _REPACK_RU,
    ),
    "name_absolute": Wording(
        "a name is absolute",
        _REPACK_EN,
        "имя задано полным путём",
        _REPACK_RU,
    ),
    "name_drive": Wording(
        "a name starts with a drive letter",
        _REPACK_EN,
        "имя начинается с буквы диска",
        _REPACK_RU,
    ),
    "name_control": Wording(
        "a name holds a control character",
        "Rename the file and pack the folder again.",
        "в имени есть управляющий символ",
        "Переименуйте файл и упакуйте каталог заново.",
    ),
    "name_backslash": Wording(
        "a name holds a backslash, which separates folders on Windows",
        "Rename the file.",
        "в имени есть обратная косая черта, в Windows она разделяет каталоги",
        "Переименуйте файл.",
    ),
    "name_empty": Wording(
        "a file has no name",
        _AGAIN_EN,
        "у файла нет имени",
        _AGAIN_RU,
    ),
    "name_encoding": Wording(
        "a name is not valid text",
        "Pack again with names in UTF-8.",
        "имя не читается как текст",
        "Упакуйте заново, имена в UTF-8.",
    ),
    "name_windows": Wording(
        "Windows cannot store a file with this name",
        "Rename the file and pack the folder again.",
        "Windows не может хранить файл с таким именем",
        "Переименуйте файл и упакуйте каталог заново.",
    ),
    "name_long": Wording(
        "a name is too long: {actual}, the limit is {limit}",
        "Shorten the name and pack the folder again.",
        "слишком длинное имя: {actual}, предел {limit}",
        "Сократите имя и упакуйте каталог заново.",
    ),
    "name_deep": Wording(
        "folders are nested too deeply: {actual} levels, the limit is {limit}",
        _LIMIT_EN,
        "слишком глубокая вложенность каталогов: {actual}, предел {limit}",
        _LIMIT_RU,
    ),
    "name_twice": Wording(
        "the same name occurs twice",
        _AGAIN_EN,
        "одно и то же имя встречается дважды",
        _AGAIN_RU,
    ),
    "name_case_twin": Wording(
        "two names differ in letter case only ({twin}), this disk cannot hold both",
        "Remove one of the two files and pack the folder again.",
        "два имени различаются только регистром букв ({twin}), этот диск не хранит оба",
        "Удалите один из файлов и упакуйте каталог заново.",
    ),
    # kinds of members
    "link": Wording(
        "a member is a link",
        "Replace links by the files themselves and pack the folder again.",
        "внутри есть ссылка",
        "Замените ссылки самими файлами и упакуйте каталог заново.",
    ),
    "special": Wording(
        "a member is neither a file nor a folder",
        _REPACK_EN,
        "внутри есть не файл и не каталог",
        _REPACK_RU,
    ),
    "encrypted": Wording(
        "the archive is encrypted",
        "Pack the folder without a password.",
        "архив зашифрован",
        "Упакуйте каталог без пароля.",
    ),
    "overlap": Wording(
        "members share the same bytes of the archive, as in a zip bomb",
        _AGAIN_EN,
        "файлы архива занимают одни и те же байты, так устроены архивные бомбы",
        _AGAIN_RU,
    ),
    # limits
    "entries": Wording(
        "too many entries: {actual}, the limit is {limit}",
        _LIMIT_EN,
        "слишком много файлов: {actual}, предел {limit}",
        _LIMIT_RU,
    ),
    "directory_size": Wording(
        "the list of members is too large: {actual} bytes, the limit is {limit}",
        _LIMIT_EN,
        "слишком большое оглавление архива: {actual} байт, предел {limit}",
        _LIMIT_RU,
    ),
    "header_size": Wording(
        "the header of a member is too large (limit {limit} bytes)",
        _AGAIN_EN,
        "слишком большой заголовок файла в архиве (предел {limit} байт)",
        _AGAIN_RU,
    ),
    "total_size": Wording(
        "unpacked content is larger than {limit} bytes",
        _LIMIT_EN,
        "распакованное содержимое больше {limit} байт",
        _LIMIT_RU,
    ),
    "file_size": Wording(
        "a file is larger than {limit} bytes",
        _LIMIT_EN,
        "файл больше {limit} байт",
        _LIMIT_RU,
    ),
    "ratio": Wording(
        "the content is more than {limit} times larger than the archive, as in an archive bomb",
        _LIMIT_EN,
        "содержимое более чем в {limit} раз больше архива, так устроены архивные бомбы",
        _LIMIT_RU,
    ),
    # damage
    "truncated": Wording(
        "the archive is cut off",
        "Upload the whole file again.",
        "архив обрезан",
        "Загрузите файл целиком ещё раз.",
    ),
    "checksum": Wording(
        "a checksum does not match, the content is damaged",
        _AGAIN_EN,
        "контрольная сумма не совпадает, содержимое повреждено",
        _AGAIN_RU,
    ),
    "damaged": Wording(
        "the archive cannot be read: {detail}",
        _AGAIN_EN,
        "архив не читается: {detail}",
        _AGAIN_RU,
    ),
    "trailing": Wording(
        "there is data after the end of the archive",
        "Upload one archive per file.",
        "после конца архива есть ещё данные",
        "В одном файле должен быть один архив.",
    ),
    "method": Wording(
        "compression method {detail} is not supported",
        "Pack as an ordinary .zip (method Deflate) or as .tar.gz.",
        "способ сжатия {detail} не поддерживается",
        "Упакуйте в обычный .zip (метод Deflate) или в .tar.gz.",
    ),
    "sparse": Wording(
        "a member is stored as a sparse file",
        "Pack again without the option for sparse files.",
        "внутри есть разреженный файл",
        "Упакуйте заново без режима разреженных файлов.",
    ),
    # folders
    "link_leaves": Wording(
        "a link leads out of the folder ({detail})",
        "Replace the link by the files it names.",
        "ссылка выводит за пределы каталога ({detail})",
        "Замените ссылку самими файлами.",
    ),
    # what an upload must be
    "missing": Wording(
        "there is no such file or folder",
        "Check the path.",
        "такого файла или каталога нет",
        "Проверьте путь.",
    ),
    "kind": Wording(
        "this is neither a folder nor a .zip, .tar.gz, .tgz or .tar archive",
        "Upload the configuration saved to files: as a folder, a .zip or a .tar.gz.",
        "это не каталог и не архив .zip, .tar.gz, .tgz или .tar",
        "Загрузите конфигурацию, выгруженную в файлы: каталог, .zip или .tar.gz.",
    ),
    "kind_binary": Wording(
        "this is a binary file of 1C ({detail}), not files of a configuration",
        "Save the configuration to files in Designer (or export it from EDT) and upload that.",
        "это двоичный файл 1С ({detail}), а не файлы конфигурации",
        "Выгрузите конфигурацию в файлы в конфигураторе (или из EDT) и загрузите их.",
    ),
    "empty": Wording(
        "there are no files in it",
        "Upload a folder or an archive with the files of a configuration.",
        "внутри нет файлов",
        "Загрузите каталог или архив с файлами конфигурации.",
    ),
    "unidentified": Wording(
        "no 1C configuration was found in it ({detail})",
        "Upload an EDT project (src/Configuration/Configuration.mdo) or a Designer dump"
        " (Configuration.xml).",
        "внутри не найдена конфигурация 1С ({detail})",
        "Загрузите проект EDT (src/Configuration/Configuration.mdo) или выгрузку конфигуратора"
        " (Configuration.xml).",
    ),
    "flat_dump": Wording(
        "this is a flat dump (all files in one folder), a layout that is not supported",
        "Save the configuration to files with the hierarchical format.",
        "это плоская выгрузка (все файлы в одном каталоге), она не поддерживается",
        "Выгрузите конфигурацию в файлы в иерархическом формате.",
    ),
    "kind_binary_inside": Wording(
        "it holds a binary file of 1C instead of files of a configuration",
        "Save the configuration to files in Designer (or export it from EDT) and upload that.",
        "внутри двоичный файл 1С вместо файлов конфигурации",
        "Выгрузите конфигурацию в файлы в конфигураторе (или из EDT) и загрузите их.",
    ),
    "git_folder": Wording(
        "the commit has no folder {detail}",
        "Name the folder of the configuration in CAI_GIT: address#branch:folder.",
        "в коммите нет каталога {detail}",
        "Укажите каталог конфигурации в CAI_GIT: адрес#ветка:каталог.",
    ),
    # not the upload's fault
    "no_space": Wording(
        "the disk is full or has too little space ({detail})",
        "Free some space; the upload will be tried again. Earlier results are untouched.",
        "на диске нет или мало места ({detail})",
        "Освободите место, загрузка повторится. Прежние результаты не тронуты.",
    ),
    "inbox": Wording(
        "the inbox folder cannot be read ({detail})",
        "Check that the folder exists, is mounted and may be read.",
        "каталог входящих недоступен ({detail})",
        "Проверьте, что каталог существует, подключён и доступен для чтения.",
    ),
    "store": Wording(
        "the object store does not answer as it should ({detail})",
        "Check CAI_INBOX_URL, CAI_S3_ENDPOINT, the keys and whether the store runs.",
        "хранилище объектов не отвечает как нужно ({detail})",
        "Проверьте CAI_INBOX_URL, CAI_S3_ENDPOINT, ключи и работает ли хранилище.",
    ),
    "busy": Wording(
        "another process is accepting uploads now",
        "Wait: the next attempt comes by itself.",
        "сейчас загрузки принимает другой процесс",
        "Подождите, следующая попытка будет сама.",
    ),
    "changed": Wording(
        "the entry changed or vanished while it was read",
        "Wait until copying has ended; the next attempt comes by itself.",
        "содержимое изменилось или исчезло во время чтения",
        "Дождитесь конца копирования, следующая попытка будет сама.",
    ),
    "incomplete": Wording(
        "the archive is not whole, it may still be in copying",
        "It is tried again; not whole {limit} s after its last change, it goes to quarantine.",
        "архив неполный, возможно, он ещё копируется",
        "Попытка повторится; неполный и через {limit} с после изменения, он уйдёт в карантин.",
    ),
    "unreadable": Wording(
        "the entry cannot be read ({detail})",
        "Close the program that holds the file, or grant the right to read it.",
        "содержимое не читается ({detail})",
        "Закройте программу, которая держит файл, или дайте право на чтение.",
    ),
}


class IntakeError(Exception):
    """An upload could not be taken in. `text` gives the message in a language."""

    def __init__(
        self,
        code: str,
        subject: str,
        member: str = "",
        details: Mapping[str, str | int] | None = None,
    ) -> None:
        # All arguments go to `args`, so that the error survives pickling between processes.
        super().__init__(code, subject, member, details)
        self.code = code
        self.subject = subject
        self.member = member
        self.details: Mapping[str, str | int] = details or {}

    def text(self, lang: str = "en") -> str:
        """One sentence of what happened and one of what to do, `ru` or `en`."""
        wording = WORDINGS[self.code]
        what, remedy = (
            (wording.ru, wording.ru_remedy) if lang == "ru" else (wording.en, wording.en_remedy)
        )
        place = f"{self.subject}: {printable(self.member)}" if self.member else self.subject
        details = _Details(self.details)
        return f"{place}: {what.format_map(details)}. {remedy.format_map(details)}"

    def __str__(self) -> str:
        return self.text("en")


class _Details(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return "?"


class Refused(IntakeError):
    """The upload itself is at fault; it goes to quarantine."""


class HostileArchive(Refused):
    """The archive tries, or would serve, to do harm."""


class BrokenArchive(Refused):
    """The archive is damaged, or packed in a way that cannot be read."""


class UnsafeFolder(Refused):
    """A folder holds what must not be copied, such as a link that leaves it."""


class NotAnUpload(Refused):
    """Neither a folder nor an archive, or nothing of 1C in it."""


class Postponed(IntakeError):
    """Not the upload's fault; it stays in the inbox and is tried again."""


class NoSpace(Postponed):
    """The disk is full."""


class InboxUnavailable(Postponed):
    """The inbox could not be listed. This is not the same as an empty inbox."""


class InboxBusy(Postponed):
    """Another process holds the intake lock."""


class EntryChanged(Postponed):
    """The entry changed or vanished while it was read."""


class EntryUnreadable(Postponed):
    """The entry is locked by another program or may not be read."""


def printable(name: str, limit: int = 300) -> str:
    """Make a hostile name fit for a log: control characters and lone surrogates escaped."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode()
        for char in name[: limit + 1]
    )
    return shown if len(name) <= limit else shown[:limit] + "…"


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_WINDOWS = {39, 112}


def is_disk_full(error: OSError) -> bool:
    """Tell a full disk or an exhausted quota from other failures."""
    return error.errno in _FULL or getattr(error, "winerror", None) in _FULL_WINDOWS


@contextmanager
def disk_full_as_no_space(place: str | PathLike[str]) -> Iterator[None]:
    """Turn a full disk into `NoSpace`; everything else passes unchanged."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise NoSpace("no_space", fspath(place), details={"detail": str(error)}) from error
        raise
