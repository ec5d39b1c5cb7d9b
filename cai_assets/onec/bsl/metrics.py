"""Complexity, nesting and line counts as BSL Language Server computes them.

The rules, their quirks and their thresholds are told in `docs/metrics.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.nodes import Directive, Empty, Label, Statement
from cai_assets.onec.bsl.preprocessor import EXTENSION_MARKS

CYCLOMATIC_THRESHOLD = 20
COGNITIVE_THRESHOLD = 15
SIZE_THRESHOLD = 200
NESTING_THRESHOLD = 4
PARAMETERS_THRESHOLD = 7
OPTIONAL_PARAMETERS_THRESHOLD = 3

NO_OPERATOR = k.END_OF_FILE


class Complexity:
    """Running counts of one routine or module body while its tree is walked.

    `last_operator` and `operators` describe the flat sequence of boolean operators of the
    expression that is being walked.
    """

    __slots__ = (
        "cognitive",
        "cyclomatic",
        "deepest",
        "depth",
        "last_operator",
        "nesting",
        "operators",
    )

    def __init__(self, cyclomatic: int) -> None:
        self.cyclomatic = cyclomatic
        self.cognitive = 0
        self.nesting = 0
        self.depth = 0
        self.deepest = 0
        self.last_operator = NO_OPERATOR
        self.operators = 0

    def structure(self) -> None:
        """A branch or loop: costs one more for each level around it, and is a level itself."""
        self.cyclomatic += 1
        self.cognitive += 1 + self.nesting
        self.nesting += 1

    def alternative(self) -> None:
        """`ИначеЕсли` or `Иначе`: costs one whatever is around, and is a level itself."""
        self.cyclomatic += 1
        self.cognitive += 1
        self.nesting += 1

    def leave(self) -> None:
        """The end of a structure or an alternative."""
        self.nesting -= 1

    def jump(self) -> None:
        """`Перейти` or a call of the routine by itself."""
        self.cyclomatic += 1
        self.cognitive += 1

    def boolean_operator(self, kind: int, parentheses: int) -> None:
        """`И` or `ИЛИ` inside so many parentheses of its expression.

        The reference looks at a group once for itself and once for each group around it.
        """
        self.cyclomatic += 1 + parentheses
        self.operators += 1
        if kind != self.last_operator:
            self.cognitive += 1
            self.last_operator = kind

    def enter_compound(self) -> None:
        """A compound statement, for the depth of nesting."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)

    def leave_compound(self) -> None:
        """The end of a compound statement."""
        self.depth -= 1


def count_statements(body: Sequence[Statement]) -> int:
    """Statements of one list, without those nested in them.

    A label counts with the statement it marks, a preprocessor line with the `;` behind it. Such
    a line and a lone `;` count as statements, the marks of an extension do not.
    """
    count = 0
    previous: Statement | None = None
    for statement in body:
        if isinstance(statement, Directive) and statement.kind in EXTENSION_MARKS:
            continue
        joined = (isinstance(previous, Label) and not isinstance(statement, Label)) or (
            isinstance(previous, Directive) and isinstance(statement, Empty)
        )
        count += not joined
        previous = statement
    return count


def count_lines(text: str) -> int:
    """Lines of a module up to the end of its text; 0 for an empty one."""
    return text.count("\n") + 1 if text else 0
