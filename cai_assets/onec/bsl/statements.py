"""The statement half of the parser: blocks, and what a broken statement costs.

A failure inside a statement ends that statement alone; parsing resumes behind the next `;`, at
a word that begins a statement or at one that ends a block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.expressions import ExpressionParser, Failure
from cai_assets.onec.bsl.lexer import NAME_IN, Tokens
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Await,
    Branch,
    Break,
    BrokenExpression,
    BrokenStatement,
    Call,
    CallStatement,
    Chain,
    Continue,
    Directive,
    Empty,
    Execute,
    Expression,
    For,
    ForEach,
    Goto,
    Handler,
    If,
    Index,
    Label,
    MethodCall,
    Name,
    Property,
    Raise,
    Return,
    Statement,
    Try,
    While,
)
from cai_assets.onec.bsl.preprocessor import OF_MODULE, Preprocessor

_STATEMENT_WORDS = frozenset(
    (
        k.IF,
        k.FOR,
        k.WHILE,
        k.TRY,
        k.RETURN,
        k.CONTINUE,
        k.BREAK,
        k.RAISE,
        k.GOTO,
        k.EXECUTE,
        k.ADD_HANDLER,
        k.REMOVE_HANDLER,
        k.VAR,
        k.LABEL,
    )
)
_HEADERS = frozenset((k.PROCEDURE, k.FUNCTION))
_ROUTINE_ENDS = frozenset((k.END_PROCEDURE, k.END_FUNCTION))
_BLOCK_ENDS = frozenset((k.ELSIF, k.ELSE, k.END_IF, k.END_DO, k.EXCEPT, k.END_TRY))
_OUTER_ENDS = _ROUTINE_ENDS | _HEADERS | {k.END_OF_FILE, k.ANNOTATION, k.ASYNC}
_ENDS = _BLOCK_ENDS | _OUTER_ENDS
_RESUME = _STATEMENT_WORDS | _ENDS | {k.SEMICOLON}
_CLOSER = {k.ELSIF: k.END_IF, k.ELSE: k.END_IF, k.EXCEPT: k.END_TRY}
_IF_ENDS = frozenset((k.ELSIF, k.ELSE, k.END_IF))
_ELSE_ENDS = frozenset((k.END_IF,))
_LOOP_ENDS = frozenset((k.END_DO,))
_TRY_ENDS = frozenset((k.EXCEPT,))
_HANDLER_ENDS = frozenset((k.END_TRY,))
NO_ENDS: frozenset[int] = frozenset()
MODULE_BLOCK = 0
_NEVER = 1 << 62


class StatementParser(ExpressionParser):
    """Reads statements. `open_blocks` counts the blocks around by the word that closes them."""

    def __init__(self, tokens: Tokens, preprocessor: Preprocessor) -> None:
        super().__init__(tokens, preprocessor)
        self.open_blocks = {k.END_IF: 0, k.END_DO: 0, k.END_TRY: 0}
        self.in_routine = False
        self._end_of = preprocessor.end_of
        self._block_number = 0
        self._condition_blocks: list[int] = []
        """Number of the block in which each open `#Если` stands, or -1 if inside a statement."""
        self.next_directive = 0
        self.next_directive_at = self.directives[0].start if self.directives else _NEVER

    # --- blocks -------------------------------------------------------------------------

    def block(self, ends: frozenset[int], of_module: bool = False) -> list[Statement]:
        """Statements up to a word of `ends`, or to one that ends a block around this one."""
        kinds = self.kinds
        parsers = self._statements
        depth = self.depth
        self._block_number += 1
        number = MODULE_BLOCK if of_module else self._block_number
        body: list[Statement] = []
        while True:
            start = self.at
            if start >= self.next_directive_at and self.directives_here(number, body):
                continue
            kind = kinds[start]
            try:
                if kind == k.NAME:
                    statement = self.simple_statement()
                else:
                    parse = parsers[kind]
                    if parse is None:
                        errors = self.error_count
                        if self._ends_here(kind, ends):
                            return body
                        if self.error_count > errors:
                            body.append(BrokenStatement(start, self.at - 1))
                        continue
                    statement = parse(self)
            except Failure as failure:
                self.depth = depth
                self.report(failure.index, failure.message)
                self._resume(start)
                body.append(BrokenStatement(start, max(self.at - 1, start)))
                continue
            body.append(statement)
            kind = kinds[self.at]
            if kind == k.SEMICOLON:
                self.at += 1
            elif kind not in _ENDS and self._needs_semicolon(statement):
                self._missing_semicolon()

    def directives_here(self, block: int, body: list[Statement]) -> bool:
        """Take the preprocessor lines before the cursor; True if the cursor moved.

        Those that stand between statements join `body`. An `#Иначе` whose `#Если` began in
        another block holds another version of what was read, and is stepped over.
        """
        at = self.at
        self.pass_directives(at - 1)
        while self.next_directive_at == at:
            number = self.next_directive
            directive = self.directives[number]
            self._advance_directive()
            if directive.kind in {"elsif", "else"}:
                end = self._end_of[number]
                if end >= 0 and self._condition_blocks and self._condition_blocks[-1] != block:
                    self._step_to_end_of_condition(end)
                    return self.at != at
            else:
                self._track_condition(directive, block)
            if directive.kind not in OF_MODULE:
                body.append(directive)
        return False

    def pass_directives(self, limit: int) -> None:
        """Pass the preprocessor lines up to the token `limit`: they stand inside a statement."""
        while self.next_directive_at <= limit:
            directive = self.directives[self.next_directive]
            self._advance_directive()
            self._track_condition(directive, -1)

    def _track_condition(self, directive: Directive, block: int) -> None:
        if directive.kind == "if":
            self._condition_blocks.append(block)
        elif directive.kind == "endif" and self._condition_blocks:
            self._condition_blocks.pop()

    def _advance_directive(self) -> None:
        self.next_directive += 1
        if self.next_directive < len(self.directives):
            self.next_directive_at = self.directives[self.next_directive].start
        else:
            self.next_directive_at = _NEVER

    def _step_to_end_of_condition(self, end: int) -> None:
        self.at = self.directives[end].start
        while self.next_directive <= end:
            self._advance_directive()
        self._condition_blocks.pop()

    def _ends_here(self, kind: int, ends: frozenset[int]) -> bool:
        """Whether this token ends the block; if it ends none, report it and step over it."""
        if kind in ends or kind == k.END_OF_FILE:
            return True
        if kind in _BLOCK_ENDS:
            if self.open_blocks[_CLOSER.get(kind, kind)]:
                return True
        elif kind in _ROUTINE_ENDS:
            if self.in_routine:
                return not self.skip_other_branch()
        elif kind in _HEADERS:
            if self.at_header():
                return not (self.in_routine and self.skip_other_branch())
        elif kind in {k.ANNOTATION, k.ASYNC}:
            return not (self.in_routine and self.skip_other_branch())
        start = self.at
        if self.skip_other_branch():
            return False
        self.report(start, f"unexpected {self.found(start)}")
        self.at += 1
        if kind in _BLOCK_ENDS or kind in _ROUTINE_ENDS:
            if self.kinds[self.at] == k.SEMICOLON:
                self.at += 1
        elif not self.tokens.begins_line(self.at):
            self._resume(start)
        return False

    def at_header(self) -> bool:
        """Whether `Процедура` or `Функция` at the cursor begins a routine."""
        name = self.kinds[self.at + 1]
        is_header_itself = name in _HEADERS and k.is_word(self.kinds[self.at + 2])
        return k.is_word(name) and not is_header_itself

    def _resume(self, start: int) -> None:
        """Step to where parsing can go on after an error in a statement that began at `start`."""
        kinds = self.kinds
        at = max(self.at, start)
        if at == start and kinds[at] != k.SEMICOLON and kinds[at] != k.END_OF_FILE:
            at += 1
        while (kind := kinds[at]) not in _RESUME or (
            kind in _HEADERS and not k.is_word(kinds[at + 1])
        ):
            if kind == k.NAME and kinds[at + 1] == k.EQUAL and self.tokens.begins_line(at):
                break
            at += 1
        self.at = at + 1 if kinds[at] == k.SEMICOLON else at

    def _needs_semicolon(self, statement: Statement) -> bool:
        return not isinstance(statement, Label | Empty) and self.at < self.next_directive_at

    def _missing_semicolon(self) -> None:
        at = self.at
        self.report(at, f"expected ';', found {self.found(at)}")
        if not self.tokens.begins_line(at):
            self._resume(at)

    def _close(self, kind: int) -> int:
        """Step over the word that closes a block; its token, or the last one if it is missing."""
        if self.kinds[self.at] == kind:
            self.at += 1
        else:
            self.report(self.at, f"expected {k.describe(kind)}, found {self.found(self.at)}")
        return self.at - 1

    def _body(self, closer: int, ends: frozenset[int]) -> list[Statement]:
        self.enter()
        self.open_blocks[closer] += 1
        body = self.block(ends)
        self.open_blocks[closer] -= 1
        self.depth -= 1
        return body

    # --- statements ---------------------------------------------------------------------

    def simple_statement(self) -> Statement:
        """An assignment or a call."""
        start = self.at
        target = self.named()
        if self.kinds[self.at] == k.EQUAL:
            self.at += 1
            if not _is_assignable(target):
                raise Failure(start, "a value cannot be assigned to the result of a call")
            return Assignment(target, self.expression())
        if isinstance(target, Call) or (
            isinstance(target, Chain) and isinstance(target.links[-1], MethodCall)
        ):
            return CallStatement(target)
        raise self.fail("'=' or a call")

    def _parenthesised_statement(self) -> Statement:
        """A call or assignment that begins with an expression in parentheses or `Новый`."""
        start = self.at
        target = self.operand()
        if isinstance(target, Chain):
            if self.kinds[self.at] == k.EQUAL and _is_assignable(target):
                self.at += 1
                return Assignment(target, self.expression())
            if isinstance(target.links[-1], MethodCall):
                return CallStatement(target)
        raise Failure(start, f"expected a statement, found {self.found(start)}")

    def _await_statement(self) -> Statement:
        if not self.asynchronous:
            return self.simple_statement()
        operand = self.operand()
        if isinstance(operand, Await):
            return CallStatement(operand)
        raise self.fail("a call")

    def _header(self, closing: int) -> Expression:
        """The condition or collection of a compound statement, up to `Тогда` or `Цикл`."""
        start = self.at
        depth = self.depth
        try:
            value = self.expression()
            self.expect(closing)
            return value
        except Failure as failure:
            self.depth = depth
            self.report(failure.index, failure.message)
            kinds = self.kinds
            while kinds[self.at] != closing and kinds[self.at] not in _RESUME:
                self.at += 1
            # Where nothing stands at all, it is the word before.
            end = self.at - 1
            if kinds[self.at] in {closing, k.SEMICOLON}:
                self.at += 1
            return BrokenExpression(min(start, end), end)

    def _if(self) -> Statement:
        start = self.at
        branches: list[Branch] = []
        kinds = self.kinds
        while True:
            branch = self.at
            self.at += 1
            if kinds[branch] == k.ELSE:
                body = self._body(k.END_IF, _ELSE_ENDS)
                branches.append(Branch(branch, None, body, self.at - 1))
                break
            condition = self._header(k.THEN)
            body = self._body(k.END_IF, _IF_ENDS)
            branches.append(Branch(branch, condition, body, self.at - 1))
            if kinds[self.at] not in {k.ELSIF, k.ELSE}:
                break
        return If(start, branches, self._close(k.END_IF))

    def _while(self) -> Statement:
        start = self.at
        self.at += 1
        condition = self._header(k.DO)
        body = self._body(k.END_DO, _LOOP_ENDS)
        return While(start, condition, body, self._close(k.END_DO))

    def _for(self) -> Statement:
        start = self.at
        self.at += 1
        each = self.kinds[self.at] == k.EACH
        if each:
            self.at += 1
        variable = Name(start, "")
        depth = self.depth
        try:
            variable = self._loop_variable()
            if each:
                self.expect(k.IN)
            else:
                self.expect(k.EQUAL)
                first = self.expression()
                self.expect(k.TO)
        except Failure as failure:
            self.depth = depth
            self.report(failure.index, failure.message)
            while self.kinds[self.at] != k.DO and self.kinds[self.at] not in _RESUME:
                self.at += 1
            first = BrokenExpression(start, max(self.at - 1, start))
            last: Expression = first
            if self.kinds[self.at] == k.DO:
                self.at += 1
        else:
            last = self._header(k.DO)
        body = self._body(k.END_DO, _LOOP_ENDS)
        end = self._close(k.END_DO)
        if each:
            return ForEach(start, variable, last, body, end)
        return For(start, variable, first, last, body, end)

    def _loop_variable(self) -> Name:
        at = self.at
        if self.kinds[at] not in {k.NAME, k.AWAIT}:
            raise self.fail("the loop's variable")
        self.at = at + 1
        return Name(at, self.values[at])

    def _try(self) -> Statement:
        start = self.at
        self.at += 1
        body = self._body(k.END_TRY, _TRY_ENDS)
        if self.kinds[self.at] == k.END_TRY:
            self.report(self.at, f"expected {k.describe(k.EXCEPT)}, found {self.found(self.at)}")
            self.at += 1
            return Try(start, body, self.at - 1, [], self.at - 1)
        middle = self._close(k.EXCEPT)
        handler = self._body(k.END_TRY, _HANDLER_ENDS)
        return Try(start, body, middle, handler, self._close(k.END_TRY))

    def _return(self) -> Statement:
        start = self.at
        self.at += 1
        value = None if self._statement_ends() else self.expression()
        return Return(start, value, self.at - 1)

    def _raise(self) -> Statement:
        start = self.at
        self.at += 1
        if self._statement_ends():
            return Raise(start, None, None, start)
        if self.kinds[self.at] == k.LEFT_PARENTHESIS and self._is_argument_list():
            return Raise(start, None, self.arguments(), self.at - 1)
        return Raise(start, self.expression(), None, self.at - 1)

    def _is_argument_list(self) -> bool:
        """Whether the parentheses at the cursor hold the whole rest of the statement."""
        kinds = self.kinds
        at = self.at
        depth = 0
        while True:
            kind = kinds[at]
            if kind == k.LEFT_PARENTHESIS:
                depth += 1
            elif kind == k.RIGHT_PARENTHESIS:
                depth -= 1
                if depth == 0:
                    after = kinds[at + 1]
                    return after == k.SEMICOLON or after in _ENDS or after in _STATEMENT_WORDS
            elif kind in _RESUME:
                return False
            at += 1

    def _statement_ends(self) -> bool:
        kind = self.kinds[self.at]
        return kind == k.SEMICOLON or kind in _ENDS or kind in _STATEMENT_WORDS

    def _execute(self) -> Statement:
        start = self.at
        self.at += 1
        if self.kinds[self.at] == k.LEFT_PARENTHESIS and self._is_argument_list():
            return Execute(start, self.arguments(), self.at - 1)
        return Execute(start, [self.expression()], self.at - 1)

    def _goto(self) -> Statement:
        start = self.at
        self.at += 1
        self.expect(k.LABEL)
        return Goto(start, NAME_IN[self.values[self.at - 1]], self.at - 1)

    def _label(self) -> Statement:
        start = self.at
        self.at += 1
        self.expect(k.COLON)
        return Label(start, NAME_IN[self.values[start]], self.at - 1)

    def _handler(self) -> Statement:
        start = self.at
        self.at += 1
        event = self.expression()
        self.expect(k.COMMA)
        handler = self.expression()
        return Handler(start, self.kinds[start] == k.ADD_HANDLER, event, handler)

    def _break(self) -> Statement:
        self.at += 1
        return Break(self.at - 1)

    def _continue(self) -> Statement:
        self.at += 1
        return Continue(self.at - 1)

    def _empty(self) -> Statement:
        # The block steps over the `;` itself.
        return Empty(self.at)

    def _late_variables(self) -> Statement:
        raise Failure(self.at, "variables are declared before the first statement")

    _statements: ClassVar[list[Callable[[StatementParser], Statement] | None]] = [None] * k.COUNT


def _is_assignable(target: Expression) -> bool:
    if isinstance(target, Chain):
        return isinstance(target.links[-1], Property | Index)
    return isinstance(target, Name)


for _kind, _parse in {
    k.NAME: StatementParser.simple_statement,
    k.AWAIT: StatementParser._await_statement,
    k.LEFT_PARENTHESIS: StatementParser._parenthesised_statement,
    k.NEW: StatementParser._parenthesised_statement,
    k.QUESTION: StatementParser._parenthesised_statement,
    k.IF: StatementParser._if,
    k.WHILE: StatementParser._while,
    k.FOR: StatementParser._for,
    k.TRY: StatementParser._try,
    k.RETURN: StatementParser._return,
    k.RAISE: StatementParser._raise,
    k.EXECUTE: StatementParser._execute,
    k.GOTO: StatementParser._goto,
    k.LABEL: StatementParser._label,
    k.ADD_HANDLER: StatementParser._handler,
    k.REMOVE_HANDLER: StatementParser._handler,
    k.BREAK: StatementParser._break,
    k.CONTINUE: StatementParser._continue,
    k.SEMICOLON: StatementParser._empty,
    k.VAR: StatementParser._late_variables,
}.items():
    StatementParser._statements[_kind] = _parse
