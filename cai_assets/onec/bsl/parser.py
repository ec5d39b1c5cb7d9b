"""Parse a BSL module into its syntax tree: declarations, routines, and the module's body.

A broken routine costs that routine at most: parsing resumes at the next header. The tree always
comes back, with the errors beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.expressions import MAX_ERRORS, Failure
from cai_assets.onec.bsl.lexer import NAME_IN, Tokens, tokenize
from cai_assets.onec.bsl.nodes import (
    Annotation,
    AnnotationArgument,
    BrokenExpression,
    DeclaredVariable,
    Expression,
    FormalParameter,
    Module,
    RoutineNode,
    Statement,
    VariableDeclaration,
)
from cai_assets.onec.bsl.preprocessor import Preprocessor
from cai_assets.onec.bsl.statements import MODULE_BLOCK, NO_ENDS, StatementParser
from cai_assets.onec.facts import Problem

_HEADER_STARTS = frozenset((k.PROCEDURE, k.FUNCTION, k.ASYNC))
_HEADER_RESUME = frozenset(
    (k.RIGHT_PARENTHESIS, k.EXPORT, k.END_PROCEDURE, k.END_FUNCTION, k.END_OF_FILE, k.SEMICOLON)
)


class Parsed(NamedTuple):
    """A parsed module: tokens, preprocessor lines, tree, and syntax errors by place.

    At most `MAX_ERRORS` errors are listed; one more tells how many there are in all.
    """

    tokens: Tokens
    preprocessor: Preprocessor
    module: Module
    errors: list[Problem]


def parse(text: str) -> Parsed:
    """Parse a module. Never raises: what is not understood becomes an error and a broken node."""
    tokens = tokenize(text)
    preprocessor = Preprocessor(tokens)
    parser = ModuleParser(tokens, preprocessor)
    module = parser.module()
    errors = sorted([*parser.errors, *preprocessor.errors])
    count = parser.error_count + len(preprocessor.errors)
    if count > MAX_ERRORS:
        last = errors[MAX_ERRORS - 1]
        errors[MAX_ERRORS:] = [
            Problem(last.line, last.column, f"{count} syntax errors in all; the rest is not listed")
        ]
    return Parsed(tokens, preprocessor, module, errors)


class ModuleParser(StatementParser):
    """Reads what stands at the top of a module."""

    def module(self) -> Module:
        """The whole module."""
        module = Module(0, max(len(self.tokens.code) - 1, 0), directives=self.directives)
        pending: list[Statement] = []
        while True:
            if self.at >= self.next_directive_at and self.directives_here(MODULE_BLOCK, pending):
                continue
            kind = self.kinds[self.at]
            if kind == k.END_OF_FILE:
                break
            if kind in {k.VAR, k.ANNOTATION} or kind in _HEADER_STARTS:
                if self._declaration(module):
                    pending.clear()
                continue
            # Lines before the first declaration or statement belong to no block of code.
            if module.routines or module.body:
                module.body += pending
            pending.clear()
            module.body += self.block(NO_ENDS, of_module=True)
        if module.routines or module.body:
            module.body += pending
        return module

    def _declaration(self, module: Module) -> bool:
        """A routine or module variables, with their annotations."""
        start = self.at
        try:
            annotations = self._annotations()
            kind = self.kinds[self.at]
            if kind == k.VAR:
                module.variables.append(self._variables(start, annotations))
                return True
            if kind in _HEADER_STARTS:
                if kind == k.ASYNC or self.at_header():
                    module.routines.append(self._routine(start, annotations))
                    return True
                self.at += 1
                raise self.fail("the name of a routine")
            if self.skip_other_branch():
                return False
            raise self.fail("a procedure, a function or 'Перем' (Var)")
        except Failure as failure:
            self.depth = 0
            self.report(failure.index, failure.message)
            if self.kinds[self.at] not in _HEADER_STARTS and self.at == start:
                self.at += 1
        return False

    # --- annotations and variables ------------------------------------------------------

    def _annotations(self) -> list[Annotation]:
        found: list[Annotation] = []
        while self.kinds[self.at] == k.ANNOTATION:
            found.append(self._annotation())
        return found

    def _annotation(self) -> Annotation:
        start = self.at
        self.at += 1
        arguments: list[AnnotationArgument] | None = None
        if self.kinds[self.at] == k.LEFT_PARENTHESIS:
            self.enter()
            self.at += 1
            arguments = []
            while self.kinds[self.at] != k.RIGHT_PARENTHESIS:
                arguments.append(self._annotation_argument())
                if self.kinds[self.at] != k.COMMA:
                    break
                self.at += 1
            self.expect(k.RIGHT_PARENTHESIS)
            self.depth -= 1
        return Annotation(start, NAME_IN[self.values[start]], arguments, self.at - 1)

    def _annotation_argument(self) -> AnnotationArgument:
        start = self.at
        name = ""
        value: Expression | Annotation | None = None
        if self.kinds[start] == k.NAME:
            name = self.values[start]
            self.at += 1
            if self.kinds[self.at] == k.EQUAL:
                self.at += 1
                value = self._annotation_value()
        else:
            value = self._annotation_value()
        return AnnotationArgument(start, name, value, self.at - 1)

    def _annotation_value(self) -> Expression | Annotation:
        if self.kinds[self.at] == k.ANNOTATION:
            return self._annotation()
        return self.expression()

    def _variables(self, start: int, annotations: list[Annotation]) -> VariableDeclaration:
        """`Перем А, Б Экспорт;` at the word `Перем`."""
        self.at += 1
        variables: list[DeclaredVariable] = []
        while True:
            if not self._is_name(self.at):
                raise self.fail("the name of a variable")
            position = self.at
            self.at += 1
            export = self.kinds[self.at] == k.EXPORT
            if export:
                self.at += 1
            variables.append(DeclaredVariable(position, self.values[position], export))
            if self.kinds[self.at] != k.COMMA:
                break
            self.at += 1
        end = self.at - 1
        if self.kinds[self.at] == k.SEMICOLON:
            self.at += 1
        elif self.at < self.next_directive_at:
            self.report(self.at, f"expected ';', found {self.found(self.at)}")
        return VariableDeclaration(start, annotations, variables, end)

    def _is_name(self, index: int) -> bool:
        return self.kinds[index] in {k.NAME, k.AWAIT}

    # --- routines -----------------------------------------------------------------------

    def _routine(self, start: int, annotations: list[Annotation]) -> RoutineNode:
        """A routine at its header. Errors inside never lose it."""
        errors_before = self.error_count
        header = self.at
        asynchronous = self.kinds[self.at] == k.ASYNC
        if asynchronous:
            self.at += 1
        is_function = self.kinds[self.at] == k.FUNCTION
        self.at += 1
        position = self.at
        if not k.is_word(self.kinds[position]):
            raise self.fail("the name of a routine")
        if not self._is_name(position):
            self.report(position, f"a routine cannot be named {self.found(position)}")
        self.at += 1
        parameters = self._parameters_or_error()
        export = self.kinds[self.at] == k.EXPORT
        if export:
            self.at += 1
        routine = RoutineNode(
            start,
            header,
            position,
            self.values[position],
            is_function,
            asynchronous,
            export,
            annotations,
            parameters,
            [],
            [],
            self.at,
            self.at,
        )
        self.asynchronous = asynchronous
        self.in_routine = True
        self._local_variables(routine)
        routine.body += self.block(NO_ENDS)
        self.in_routine = False
        self.asynchronous = False
        self._end_of_routine(routine)
        routine.has_errors = self.error_count > errors_before
        return routine

    def _end_of_routine(self, routine: RoutineNode) -> None:
        right = k.END_FUNCTION if routine.is_function else k.END_PROCEDURE
        found = self.kinds[self.at]
        if found != right:
            self.report(self.at, f"expected {k.describe(right)}, found {self.found(self.at)}")
        routine.closed = found in {k.END_PROCEDURE, k.END_FUNCTION}
        if routine.closed:
            self.at += 1
        routine.end = self.at - 1

    def _local_variables(self, routine: RoutineNode) -> None:
        try:
            while self.kinds[self.at] in {k.VAR, k.ANNOTATION}:
                start = self.at
                annotations = self._annotations()
                if self.kinds[self.at] != k.VAR:
                    # The annotations of the next routine: this one is not closed.
                    self.at = start
                    break
                routine.variables.append(self._variables(start, annotations))
        except Failure as failure:
            self.depth = 0
            self.report(failure.index, failure.message)
            self._resume(self.at)
        if routine.variables:
            # Preprocessor lines among local variables are no statements of the body.
            self.pass_directives(routine.variables[-1].end)

    def _parameters_or_error(self) -> list[FormalParameter]:
        parameters: list[FormalParameter] = []
        try:
            self.expect(k.LEFT_PARENTHESIS)
            self._parameters(parameters)
        except Failure as failure:
            self.depth = 0
            self.report(failure.index, failure.message)
            at = self.at
            while self.kinds[at] not in _HEADER_RESUME and not self.tokens.begins_line(at):
                at += 1
            if self.kinds[at] == k.RIGHT_PARENTHESIS:
                at += 1
            self.at = at
        return parameters

    def _parameters(self, parameters: list[FormalParameter]) -> None:
        if self.kinds[self.at] == k.RIGHT_PARENTHESIS:
            self.at += 1
            return
        while True:
            parameters.append(self._parameter())
            if self.kinds[self.at] == k.COMMA:
                self.at += 1
                continue
            self.expect(k.RIGHT_PARENTHESIS)
            return

    def _parameter(self) -> FormalParameter:
        start = self.at
        annotations = self._annotations()
        by_value = self.kinds[self.at] == k.VAL
        if by_value:
            self.at += 1
        position = self.at
        if not self._is_name(position):
            raise self.fail("the name of a parameter")
        self.at += 1
        default: Expression | None = None
        if self.kinds[self.at] == k.EQUAL:
            self.at += 1
            value = self.at
            default = self.expression()
            if isinstance(default, BrokenExpression):
                raise Failure(value, "expected a value")
        return FormalParameter(
            start,
            position,
            self.values[position],
            by_value,
            default,
            annotations,
            self.at - 1,
        )
