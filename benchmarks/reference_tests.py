"""Read what the reference's tests of diagnostics expect, from their Java source.

A test method is run by a small interpreter that knows the few calls the tests are written with:
which fixture is read, which parameters are set, what a mock answers, and what is asserted. A
call that is not known has no effect; a test without any assertion that was understood is told as
such by `Run.stated`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_TOKEN = re.compile(
    r'"""[ \t]*\n(?P<block>.*?)(?<!\\)"""'
    r'|"(?P<string>(?:\\.|[^"\\\n])*)"'
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|'(?:\\.|[^'\\])'"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<mark>->|::|==|[^\s\w])",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "s": " ", "'": "'"}
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
_RANGES = {"hasRange", "hasMessageOnRange", "hasIssueOnRange"}
_DEPTH = 12


class Place(NamedTuple):
    """An expected range, lines and characters from 0; only the line is known if `end_line` < 0."""

    line: int
    start: int = 0
    end_line: int = -1
    end: int = 0


class Token(NamedTuple):
    """A Java token: `word`, `number`, `mark`, `string`, `block` (a text block) or `run`."""

    kind: str
    value: str
    run: Run | None = None


Tokens = list[Token]


@dataclass
class Run:
    """One look at one fixture, and what a test expects of it."""

    key: str
    test: str
    fixture: str = ""
    """Name of a fixture or path from the reference's root; empty if `text` is given."""
    text: str | None = None
    options: dict[str, object] = field(default_factory=dict)
    mocks: dict[str, str] = field(default_factory=dict)
    """What mocked getters answer: `isServer` → `TRUE`."""
    module_type: str = ""
    module_file: str = ""
    """The module that the fixture stands for, from the root of the configuration."""
    configuration: str = ""
    compatibility: tuple[int, ...] = ()
    """The mode that a test writes into the configuration."""
    places: list[Place] = field(default_factory=list)
    any_of: list[Place] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    """Messages expected at no stated place."""
    size: int | None = None

    @property
    def stated(self) -> bool:
        """Whether anything is expected."""
        return self.size is not None or bool(self.places or self.any_of or self.messages)

    @property
    def complete(self) -> bool:
        """Whether each finding has its place, so that an extra one can be told."""
        return self.size is not None and self.size <= len(self.places)

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two runs the same question with the same answer."""
        return (
            self.fixture, self.text, tuple(sorted(self.options.items(), key=str)),
            tuple(sorted(self.mocks.items())), self.module_type, self.module_file,
            self.configuration, self.compatibility, tuple(sorted(set(self.places))), self.size,
        )  # fmt: skip


@dataclass
class _Method:
    name: str
    annotations: Tokens
    parameters: list[str]
    body: Tokens


def read_test_class(path: Path, key: str) -> list[Run]:
    """All runs of a test class, each once. Raises OSError if there is no such file."""
    return _Class(path.read_text("utf-8"), key).runs()


def tokenize(text: str) -> Tokens:
    """The tokens of Java source without comments."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "block":
            yield Token(kind, _unescape(_strip_indent(match["block"])))
        elif kind == "string":
            yield Token(kind, _unescape(match["string"]))
        elif kind in {"number", "word", "mark"}:
            yield Token(kind, match[kind])


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)


def _strip_indent(text: str) -> str:
    """As Java does it: the least indentation of the lines, that of the closing quotes included."""
    lines = text.split("\n")
    counted = [line for line in lines[:-1] if line.strip()] + lines[-1:]
    least = min(len(line) - len(line.lstrip()) for line in counted)
    return "\n".join(line[least:].rstrip() for line in lines)


def _is(token: Token, value: str) -> bool:
    return token.value == value and token.kind in {"mark", "word"}


def _closing(tokens: Sequence[Token], start: int) -> int:
    """The position of the bracket that closes the one at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        if tokens[index].kind == "mark":
            depth += (tokens[index].value in _OPEN) - (tokens[index].value in _CLOSE)
            if not depth:
                return index
    return len(tokens) - 1


def _split(tokens: Sequence[Token], mark: str) -> list[Tokens]:
    """Parts between `mark` outside brackets."""
    parts: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.value in _OPEN) - (token.value in _CLOSE)
            if not depth and token.value == mark:
                parts.append([])
                continue
        parts[-1].append(token)
    return parts if parts != [[]] else []


def _statements(body: Sequence[Token]) -> Iterator[Tokens]:
    """Simple statements, with the bodies of blocks as if they stood alone."""
    current: Tokens = []
    depth = 0
    for token in body:
        if token.kind == "mark":
            if not depth and token.value in {";", "{", "}"}:
                if current:
                    yield current
                current = []
                continue
            depth += (token.value in _OPEN) - (token.value in _CLOSE)
        current.append(token)
    if current:
        yield current


class _Class:
    """The members of one test class."""

    def __init__(self, text: str, key: str) -> None:
        self.key = key
        self.fields: dict[str, Tokens] = {}
        self.methods: dict[tuple[str, int], _Method] = {}
        tokens = tokenize(text)
        at = next(n for n, token in enumerate(tokens) if _is(token, "class"))
        at = next(n for n in range(at, len(tokens)) if _is(tokens[n], "{")) + 1
        while at < len(tokens) - 1:
            at = self._member(tokens, at)

    def _member(self, tokens: Tokens, at: int) -> int:
        annotations: Tokens = []
        head: Tokens = []
        while at < len(tokens):
            token = tokens[at]
            if _is(token, "@"):
                end = at + 1
                if end + 1 < len(tokens) and _is(tokens[end + 1], "("):
                    end = _closing(tokens, end + 1)
                annotations += tokens[at : end + 1]
                at = end + 1
                continue
            if _is(token, ";"):
                self._field(head)
                return at + 1
            if _is(token, "{") and not any(_is(item, "=") for item in head):
                end = _closing(tokens, at)
                self._method(annotations, head, tokens[at + 1 : end])
                return end + 1
            if token.kind == "mark" and token.value in _OPEN:
                end = _closing(tokens, at)
                head += tokens[at : end + 1]
                at = end + 1
                continue
            head.append(token)
            at += 1
        return at

    def _field(self, head: Tokens) -> None:
        for number, token in enumerate(head):
            if _is(token, "="):
                self.fields[head[number - 1].value] = head[number + 1 :]
                return

    def _method(self, annotations: Tokens, head: Tokens, body: Tokens) -> None:
        start = next((n for n, token in enumerate(head) if _is(token, "(")), 0)
        if not start:
            return
        inner = head[start + 1 : _closing(head, start)]
        parameters = [part[-1].value for part in _split(inner, ",") if part]
        method = _Method(head[start - 1].value, annotations, parameters, body)
        self.methods[method.name, len(parameters)] = method

    def runs(self) -> list[Run]:
        """Runs of all test methods, in order."""
        found: dict[tuple[object, ...], Run] = {}
        for method in self.methods.values():
            words = {token.value for token in method.annotations if token.kind == "word"}
            if not words & {"Test", "ParameterizedTest"}:
                continue
            values = [token for token in method.annotations if token.kind == "string"]
            if "ParameterizedTest" in words and not ("ValueSource" in words and values):
                continue
            for value in values if "ValueSource" in words else [None]:
                test = _Test(self, method.name)
                test.run(method, [[value]] if value else [])
                for run in test.found:
                    if run.size is not None and len(run.places) > run.size:
                        run.places = list(dict.fromkeys(run.places))
                    if run.stated:
                        found.setdefault(run.identity, run)
        return list(found.values())


class _Test:
    """One execution of a test method."""

    def __init__(self, owner: _Class, name: str) -> None:
        self.owner = owner
        self.name = name
        self.found: list[Run] = []
        self.pending: dict[str, object] = {}
        self.options: dict[str, object] = {}
        self.mocks: dict[str, str] = {}
        self.configuration = ""
        self.compatibility: tuple[int, ...] = ()
        self.module_files: dict[str, str] = {}
        self.shared: dict[str, Tokens] = {}
        """Fields of the class."""
        self.depth = 0

    def run(self, method: _Method, arguments: list[Tokens]) -> None:
        for name, value in self.owner.fields.items():
            self.shared[name] = self._evaluate(value, {})
        for other in self.owner.methods.values():
            if other.name == self.owner.key + "DiagnosticTest" or any(
                token.value == "BeforeEach" for token in other.annotations
            ):
                self._call(other, [])
        self._call(method, arguments)

    def _call(self, method: _Method, arguments: list[Tokens]) -> Tokens:
        local = dict(zip(method.parameters, arguments, strict=False))
        result: Tokens = []
        self.depth += 1
        if self.depth <= _DEPTH:
            for statement in _statements(method.body):
                if _is(statement[0], "return"):
                    result = self._evaluate(statement[1:], local)
                else:
                    self._statement(statement, local)
        self.depth -= 1
        return result

    def _statement(self, tokens: Tokens, local: dict[str, Tokens]) -> None:
        equal = next((n for n, token in enumerate(tokens) if _is(token, "=")), 0)
        if equal > 0 and not any(_is(token, "(") for token in tokens[:equal]):
            name = tokens[equal - 1].value
            value = tokens[equal + 1 :]
            if any(_is(token, "getDefaultConfiguration") for token in value):
                self.pending = {}
            resolved = self._evaluate(value, local)
            (self.shared if equal == 1 and name not in local else local)[name] = resolved
            return
        resolved = self._evaluate(tokens, local)
        words = [token.value for token in resolved if token.kind == "word"]
        for token in resolved:
            if token.kind == "string" and token.value.startswith("Version8_"):
                self.compatibility = tuple(map(int, token.value[7:].split("_")))
        if "assertThat" in words:
            self._assertion(resolved)
        elif "thenReturn" in words or "doReturn" in words:
            self._mock(resolved)
        elif "put" in words:
            self._put(resolved)
        elif "configure" in words:
            self.options = dict(self.pending)
        elif "initServerContext" in words:
            strings = _joined_strings(resolved)
            self.configuration = next((text for text in strings if "/" in text), "")
            if "PATH_TO_METADATA" in words:
                self.configuration = "src/test/resources/metadata/designer"

    def _evaluate(self, tokens: Sequence[Token], local: dict[str, Tokens]) -> Tokens:
        """Tokens with variables, own methods and `getDiagnostics` replaced by what they give."""
        result: Tokens = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            calls = at + 1 < len(tokens) and _is(tokens[at + 1], "(")
            member = at > 0 and _is(tokens[at - 1], ".")
            owner = tokens[at - 2].value if member and at > 1 else ""
            if token.kind == "word" and calls and (not member or owner in {"this", self._subject}):
                end = _closing(tokens, at + 1)
                inner = [self._evaluate(part, local) for part in _split(tokens[at + 2 : end], ",")]
                own = self.owner.methods.get((token.value, len(inner)))
                if own is not None and not member:
                    result += self._call(own, inner)
                    at = end + 1
                    continue
                if token.value == "getDiagnostics":
                    del result[len(result) - 2 * member :]
                    run = self._new_run([item for part in inner for item in part])
                    result.append(Token("run", "run", run))
                    at = end + 1
                    continue
            if token.kind == "word" and not calls and not member:
                value = local.get(token.value, self.shared.get(token.value))
                if value is not None:
                    result += value
                    at += 1
                    continue
            result.append(token)
            at += 1
        return result

    _subject = "diagnosticInstance"

    # --- what a run looks at --------------------------------------------------------------

    def _new_run(self, tokens: Tokens) -> Run:
        run = Run(
            self.owner.key, self.name, options=dict(self.options), mocks=dict(self.mocks),
            configuration=self.configuration, compatibility=self.compatibility,
        )  # fmt: skip
        self._fixture(run, tokens)
        types = [
            tokens[n + 2].value
            for n in range(len(tokens) - 2)
            if _is(tokens[n], "ModuleType") and _is(tokens[n + 1], ".")
        ]
        run.module_type = self.mocks.get("getModuleType", "") or (types[0] if types else "")
        files = [text for text in _joined_strings(tokens) if text.endswith(".bsl")]
        if run.module_type in self.module_files:
            files = [self.module_files[run.module_type]]
        for text in files:
            _, _, inside = text.rpartition("metadata/designer/")
            if "resources/diagnostics" not in inside:
                run.module_file = inside.lstrip("/")
        if run.module_file and not run.fixture and run.text is None:
            run.fixture = f"{run.configuration}/{run.module_file}"
        if not run.fixture and run.text is None:
            run.fixture = f"{self.owner.key}Diagnostic"
        self.found.append(run)
        return run

    def _fixture(self, run: Run, tokens: Tokens) -> None:
        words = {token.value for token in tokens if token.kind == "word"}
        for before, token in zip([Token("", ""), *tokens], tokens, strict=False):
            if token.kind == "block" or (token.kind == "string" and "\n" in token.value):
                run.text = token.value
                return
            if token.kind != "string":
                continue
            if "resources/diagnostics/" in token.value:
                run.fixture = token.value.rpartition("/")[2].removesuffix(".bsl")
                return
            if token.value.endswith(".bsl") or "/" in token.value:
                continue
            if "TestUtils" in words and _is(before, "(") and "getText" not in words:
                run.text = token.value
                return
            if token.value.startswith(self.owner.key):
                run.fixture = token.value
                return
            if len(tokens) == 1:
                run.fixture = token.value
                return
        if "getText" in words or not words & {"readFileToString", "readString"}:
            run.fixture = f"{self.owner.key}Diagnostic"

    def _mock(self, tokens: Tokens) -> None:
        name = ""
        for number, token in enumerate(tokens):
            if (
                token.kind != "word"
                or number + 1 >= len(tokens)
                or not _is(tokens[number + 1], "(")
            ):
                continue
            inner = tokens[number + 2 : _closing(tokens, number + 1)]
            if token.value in {"thenReturn", "doReturn"}:
                names = [item.value for item in inner if item.kind != "mark"]
                answer = names[-1] if names else ""
                if token.value == "thenReturn":
                    self.mocks[name] = answer
                else:
                    self.mocks[tokens[-3].value] = answer
                return
            if not inner:
                name = token.value

    def _put(self, tokens: Tokens) -> None:
        at = next(n for n, token in enumerate(tokens) if _is(token, "put"))
        parts = _split(tokens[at + 2 : _closing(tokens, at + 1)], ",")
        if len(parts) != 2:
            return
        name, value = parts
        texts = _joined_strings(value)
        if _is(name[0], "ModuleType") and texts:
            self.module_files[name[-1].value] = texts[0]
        elif name[0].kind == "string":
            self.pending[name[0].value] = _constant(value, texts)

    # --- what is asserted -----------------------------------------------------------------

    def _assertion(self, tokens: Tokens) -> None:
        at = next(n for n, token in enumerate(tokens) if _is(token, "assertThat"))
        end = _closing(tokens, at + 1)
        subject = tokens[at + 2 : end]
        run = next((token.run for token in subject if token.run), None)
        words = {token.value for token in subject if token.kind == "word"}
        if run is None or words & {"getRelatedInformation", "getMessage", "getQuickFixes"}:
            return
        derived = bool(words & {"stream", "get", "getFirst", "getRange", "size"})
        at = end + 1
        while at + 2 < len(tokens) and _is(tokens[at], "."):
            name = tokens[at + 1].value
            end = _closing(tokens, at + 2)
            self._claim(run, name, tokens[at + 3 : end], words, derived)
            at = end + 1

    def _claim(self, run: Run, name: str, inner: Tokens, words: set[str], derived: bool) -> None:
        numbers = [int(token.value) for token in inner if token.kind == "number"]
        if name == "isEmpty" and not derived:
            run.size = 0
        elif (name == "hasSize" and not derived) or (name == "isEqualTo" and "size" in words):
            run.size = numbers[0] if numbers else None
        elif name in _RANGES:
            self._place(run, numbers)
        elif name == "satisfiesAnyOf":
            for number, token in enumerate(inner):
                if _is(token, "hasRange"):
                    part = inner[number + 2 : _closing(inner, number + 1)]
                    run.any_of.append(
                        Place(*[int(item.value) for item in part if item.kind == "number"])
                    )
        elif name in {"anyMatch", "isEqualTo"}:
            ranges = [n for n, token in enumerate(inner) if _is(token, "create")]
            for number in ranges:
                part = inner[number + 2 : _closing(inner, number + 1)]
                self._place(run, [int(item.value) for item in part if item.kind == "number"])
            strings = [token.value for token in inner if token.kind == "string"]
            if not ranges and strings and not derived:
                run.messages.append(max(strings, key=len))
        elif name == "containsExactly" and "getLine" in words:
            run.places += [Place(number) for number in numbers]

    def _place(self, run: Run, numbers: list[int]) -> None:
        if len(numbers) == 3:
            numbers = [numbers[0], numbers[1], numbers[0], numbers[2]]
        if len(numbers) == 4:
            place = Place(*numbers)
            if run.size is None or len(run.places) < run.size or place not in run.places:
                run.places.append(place)


def _joined_strings(tokens: Tokens) -> list[str]:
    """String constants, those joined by `+` as one."""
    texts: list[str] = []
    joined = False
    for token in tokens:
        if token.kind in {"string", "block"}:
            if joined:
                texts[-1] += token.value
            else:
                texts.append(token.value)
        joined = bool(texts) and _is(token, "+")
    return texts


def _constant(tokens: Tokens, texts: list[str]) -> object:
    if texts:
        return texts[0]
    if tokens and tokens[0].kind == "number":
        return int(tokens[0].value)
    return any(token.value.lower() == "true" for token in tokens)
