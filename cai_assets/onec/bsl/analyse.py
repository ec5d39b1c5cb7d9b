"""Turn a BSL module into the rows that `onec.facts` defines.

`analyse` is the only entry that tables need; rules and resolvers that want the tree itself use
`parser.parse` and hand the result to `facts_of`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from hashlib import blake2b

from cai_assets.onec.bsl.bodies import BodyReader
from cai_assets.onec.bsl.doc_comments import ParsedComment, parse_doc_comment
from cai_assets.onec.bsl.metrics import count_lines
from cai_assets.onec.bsl.names import names_of
from cai_assets.onec.bsl.nodes import Annotation, Node, RoutineNode, VariableDeclaration
from cai_assets.onec.bsl.parser import Parsed, parse
from cai_assets.onec.bsl.queries import query_literals
from cai_assets.onec.bsl.suppressions import find_suppressions, may_suppress, vendor_code
from cai_assets.onec.facts import (
    DocComment,
    FileFacts,
    ModuleFacts,
    Parameter,
    QueryText,
    Reference,
    Routine,
    Suppression,
    Variable,
)
from cai_assets.onec.query.facts import add_query
from cai_assets.onec.sources import SourceFile
from cai_assets.onec.text import decode_module, encoding_problem

_DIRECTIVES = frozenset(
    {
        "наклиенте",
        "atclient",
        "насервере",
        "atserver",
        "насерверебезконтекста",
        "atservernocontext",
        "наклиентенасервере",
        "atclientatserver",
        "наклиентенасерверебезконтекста",
        "atclientatservernocontext",
    }
)
_GAP_IN_TOKEN = re.compile(r"(\0[&~])[ \t\u00a0]+")
_DIGEST_SIZE = 8


def analyse(text: str) -> ModuleFacts:
    """All facts of a module's text. Never raises; what is broken is told in `errors`."""
    return facts_of(parse(text))


def read_module(source: SourceFile, data: bytes) -> FileFacts:
    """The facts of a `.bsl` file.

    Property chains, which no table keeps, are left out. Raises NotSupported for a compiled
    module. Syntax errors and unreadable bytes are problems.
    """
    decoded = decode_module(data)
    module = facts_of(parse(decoded.text), chains=False)
    facts = FileFacts(module=module)
    prefix = module_id(source)
    for query in module.queries:
        routine = query.routine
        owner = f"{prefix}.{module.routines[routine].name}" if routine >= 0 else prefix
        named_by = owner if routine >= 0 else f"{source.owner}.{source.module_kind}"
        add_query(facts, QueryText(owner, "literal", "", *query[1:5]), query.places, named_by)
    facts.references += _references(source, module)
    lossy = encoding_problem(decoded)
    if lossy is not None:
        facts.problems.append(lossy)
    facts.problems.extend(module.errors)
    return facts


def _references(source: SourceFile, module: ModuleFacts) -> list[Reference]:
    """The edges that the module itself decides, from the routine or the module that has them."""
    prefix = module_id(source)
    body = f"{source.owner}.{source.module_kind}"
    found = []
    for routine, line, kind, target, note in module.named:
        origin = f"{prefix}.{module.routines[routine].name}" if routine >= 0 else body
        named = target
        if target[0] == ".":
            named = prefix + target
        elif target[0] == "#":
            named = f"{source.owner}.{target[1:]}"
        found.append(Reference(origin, named, kind, line, note))
    return list(dict.fromkeys(found))


def module_id(source: SourceFile) -> str:
    """What the ids of a module's routines begin with."""
    if source.module_kind in {"", "Module"}:
        return source.owner
    return f"{source.owner}.{source.module_kind}"


def facts_of(parsed: Parsed, *, chains: bool = True) -> ModuleFacts:
    """The facts of a parsed module, with or without its property chains."""
    return _ModuleReader(parsed, chains=chains).read()


class _ModuleReader:
    """Collects the facts of one module."""

    def __init__(self, parsed: Parsed, *, chains: bool) -> None:
        self._parsed = parsed
        self._tokens = parsed.tokens
        routines = [routine.name for routine in parsed.module.routines]
        self._bodies = BodyReader(parsed.tokens, routines, chains=chains)
        self._facts = ModuleFacts()
        tokens = parsed.tokens
        self._comment_offsets, self._comments = tokens.comments()
        self._code_lines = tokens.code_lines()

    def read(self) -> ModuleFacts:
        """All facts."""
        parsed, facts, bodies = self._parsed, self._facts, self._bodies
        module = parsed.module
        facts.blocks = parsed.preprocessor.blocks
        facts.errors = parsed.errors
        facts.lines = count_lines(self._tokens.text)
        facts.ncloc = len(self._code_lines)
        facts.comment_lines = len(self._comments)
        of_module = {
            variable.name.lower()
            for declaration in module.variables
            for variable in declaration.variables
        }
        for declaration in module.variables:
            self._declared(-1, "module", declaration)
        for number, routine in enumerate(module.routines):
            self._routine(number, routine, of_module)
        complexity, facts.body_statements = bodies.read(-1, "", set(of_module), module.body)
        facts.statements = facts.body_statements + sum(r.statements for r in facts.routines)
        facts.cyclomatic = complexity.cyclomatic + sum(r.cyclomatic for r in facts.routines)
        facts.cognitive = complexity.cognitive + sum(r.cognitive for r in facts.routines)
        facts.variables += bodies.variables
        facts.calls = bodies.calls
        facts.assignments = bodies.assignments
        facts.chains = bodies.chains
        facts.queries = query_literals(self._tokens, module, bodies.queries)
        facts.named = list(dict.fromkeys(bodies.mentions.named))
        facts.mentions = list(dict.fromkeys(bodies.mentions.mentions))
        facts.suppressions = self._suppressions()
        facts.names = names_of(self._tokens)
        return facts

    # --- routines -----------------------------------------------------------------------

    def _routine(self, number: int, node: RoutineNode, of_module: set[str]) -> None:
        tokens, facts = self._tokens, self._facts
        line, column = tokens.place_of(node.header)
        end_line = tokens.line_of(node.end)
        known = {parameter.name.lower() for parameter in node.parameters}
        known |= of_module
        for declaration in node.variables:
            known.update(variable.name.lower() for variable in declaration.variables)
            self._declared(number, "declared", declaration)
        complexity, statements = self._bodies.read(number, node.name, known, node.body)
        comment = tokens.comment_above(node.start)
        doc = parse_doc_comment(comment) if comment else None
        self._parameters(number, node, doc)
        directive, annotations = self._annotations(node.annotations)
        region, condition = self._parsed.preprocessor.enclosing(node.header)
        facts.routines.append(
            Routine(
                name=node.name,
                is_function=node.is_function,
                export=node.export,
                asynchronous=node.asynchronous,
                line=line,
                column=column,
                end_line=end_line,
                directive=directive,
                annotations=annotations,
                region=region,
                preprocessor=condition,
                ncloc=bisect_right(self._code_lines, end_line)
                - bisect_left(self._code_lines, line),
                comment_lines=self._comments_within(node),
                statements=statements,
                cyclomatic=complexity.cyclomatic,
                cognitive=complexity.cognitive,
                nesting=complexity.deepest,
                parameters=len(node.parameters),
                optional_parameters=sum(p.default is not None for p in node.parameters),
                doc=_doc_fact(doc) if doc else None,
                body_digest=self._digest(node),
                has_errors=node.has_errors,
            )
        )

    def _parameters(self, number: int, node: RoutineNode, doc: ParsedComment | None) -> None:
        for order, parameter in enumerate(node.parameters):
            line, column = self._tokens.place_of(parameter.position)
            described = doc.parameter(parameter.name) if doc else None
            self._facts.parameters.append(
                Parameter(
                    number,
                    order,
                    parameter.name,
                    parameter.by_value,
                    self._source(parameter.default) if parameter.default else None,
                    described.type_names if described else (),
                    described.full_description if described else "",
                    line,
                    column,
                )
            )

    def _annotations(self, nodes: Sequence[Annotation]) -> tuple[str, tuple[str, ...]]:
        """The compilation directive, and the other annotations as written."""
        directive = ""
        others: list[str] = []
        for node in nodes:
            if not directive and node.name.lower() in _DIRECTIVES:
                directive = node.name
            else:
                others.append(self._source(node)[1:].lstrip())
        return directive, tuple(others)

    def _source(self, node: Node) -> str:
        """The text of a node as written."""
        code = self._tokens.code
        last = node.end
        end = code.offsets[last] + len(code.values[last])
        return self._tokens.text[code.offsets[node.start] : end]

    def _digest(self, node: RoutineNode) -> str:
        """Digest of the tokens from the parameters to the closing word, exclusive.

        Without the name, so that a copy under another name is recognised.
        """
        tokens = self._tokens
        last = node.end if node.closed else node.end + 1
        joined = "\0".join(["", *tokens.code.values[node.position + 1 : last]])
        joined = joined.replace("\0.\0", "\0.")
        if "\0&" in joined or "\0~" in joined:
            joined = _GAP_IN_TOKEN.sub(r"\1", joined)
        # UTF-16 because it is a plain copy of memory; the digest stands for itself.
        data = joined.encode("utf-16-le", "surrogatepass")
        return blake2b(data, digest_size=_DIGEST_SIZE).hexdigest()

    # --- variables and comments ---------------------------------------------------------

    def _declared(self, routine: int, kind: str, declaration: VariableDeclaration) -> None:
        directive, _ = self._annotations(declaration.annotations)
        above = self._tokens.comment_above(declaration.start)
        for variable in declaration.variables:
            line, column = self._tokens.place_of(variable.start)
            comments = above or self._comment_beside(variable.start)
            description = "\n".join(text.lstrip("/").strip() for text in comments)
            self._facts.variables.append(
                Variable(
                    routine,
                    variable.name,
                    kind,
                    variable.export,
                    directive,
                    line,
                    column,
                    description.strip(),
                )
            )

    def _comment_beside(self, index: int) -> list[str]:
        """The comment behind a code token on its line."""
        start = self._tokens.offset_of(index)
        number = bisect_left(self._comment_offsets, start)
        if number < len(self._comments):
            offset = self._comment_offsets[number]
            if "\n" not in self._tokens.text[start:offset]:
                return [self._comments[number]]
        return []

    def _comments_within(self, node: RoutineNode) -> int:
        """Comments from the header to the end of the last line."""
        tokens = self._tokens
        end = tokens.line_starts[tokens.line_of(node.end)]
        offsets = self._comment_offsets
        return bisect_left(offsets, end) - bisect_left(offsets, tokens.offset_of(node.header))

    def _suppressions(self) -> list[Suppression]:
        parsed, tokens = self._parsed, self._tokens
        found = vendor_code(parsed.module, self._facts.routines, parsed.preprocessor.blocks)
        if may_suppress(self._comments):
            lines = [tokens.place(offset)[0] for offset in self._comment_offsets]
            found += find_suppressions(
                zip(lines, self._comments, strict=True),
                set(self._code_lines),
                tokens.place(tokens.all.offsets[-1])[0],
            )
        return list(dict.fromkeys(found))


def _doc_fact(parsed: ParsedComment) -> DocComment:
    return DocComment(
        text=parsed.text,
        description=parsed.description,
        returns=parsed.returns,
        return_types=tuple(dict.fromkeys(item.name for item in parsed.return_types)),
        examples=parsed.examples,
        call_options=parsed.call_options,
        deprecated=parsed.deprecated,
        deprecation=parsed.deprecation,
    )
