"""Set globals of a program: its assignments get other values before it is compiled.

The file stays as it is, and so do line numbers: an assignment remains where it was, with a
constant instead of its expression.
"""

from __future__ import annotations

# The C module behind ast: ast itself costs time to import and only adds helpers.
import _ast

from guild.adapters.runner.paramnodes import Group, constant, merged, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

__all__ = ["compile_with"]


def compile_with(source: bytes, path: str, values: Mapping[str, object]) -> CodeType:
    """Compile a program so that it runs with other values of its globals.

    The first assignment of each global gets the value: one at the top level or in the body of
    a top-level `if`, also of `if`s in there but not of their else parts. Later assignments have
    their effect. A global that has no such assignment, or has it under a condition, is set at
    the start of the program also.

    Args:
        source: Text of the program, encoded as a Python file is.
        path: Path of its file.
        values: None, booleans, numbers, texts, lists and dicts of these by global; or a
            `Group` of items that are put into the dict or namespace that is assigned.

    Raises:
        SyntaxError: If the source has errors.
    """
    tree = compile(source, path, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, _ast.Module)
    injection = _Injection(values)
    body = injection.rewritten(tree.body, conditional=False)
    at = _start(body)
    first = body[at] if at < len(body) else None
    tree.body = body[:at] + injection.initial(first) + body[at:]
    return compile(tree, path, "exec", dont_inherit=True)


def _start(body: list[_ast.stmt]) -> int:
    """Index of the first statement that does not have to stay in front."""
    for index, statement in enumerate(body):
        docstring = (
            index == 0
            and isinstance(statement, _ast.Expr)
            and isinstance(statement.value, _ast.Constant)
        )
        future = isinstance(statement, _ast.ImportFrom) and statement.module == "__future__"
        if not docstring and not future:
            return index
    return len(body)


class _Injection:
    """Values on their way into a program.

    Attributes:
        _pending: Those without an assignment so far.
        _initial: Those to set at the start.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._pending = dict(values)
        self._initial: dict[str, object] = {}

    def rewritten(self, body: list[_ast.stmt], *, conditional: bool) -> list[_ast.stmt]:
        """Statements for a body, with the values of first assignments replaced."""
        statements: list[_ast.stmt] = []
        for statement in body:
            if not self._pending:
                statements.append(statement)
            elif isinstance(statement, _ast.Assign):
                statements += self._assignments(statement, conditional)
            else:
                self._rewrite(statement, conditional)
                statements.append(statement)
        return statements

    def initial(self, first: _ast.stmt | None) -> list[_ast.stmt]:
        """Assignments for the start of the program, before its first statement."""
        values = {**self._initial, **self._pending}
        return [_assignment(name, _node(value, None), first) for name, value in values.items()]

    def _rewrite(self, statement: _ast.stmt, conditional: bool) -> None:
        if isinstance(statement, _ast.If):
            statement.body = self.rewritten(statement.body, conditional=True)
        elif (
            isinstance(statement, _ast.AnnAssign)
            and isinstance(statement.target, _ast.Name)
            and statement.value is not None
            and statement.target.id in self._pending
        ):
            value = self._taken(statement.target.id, conditional)
            statement.value = place(_node(value, statement.value), statement.value)

    def _assignments(self, statement: _ast.Assign, conditional: bool) -> list[_ast.stmt]:
        """One assignment for each given name among the targets, and one for the others."""
        statements: list[_ast.stmt] = []
        others: list[_ast.expr] = []
        for target in statement.targets:
            if isinstance(target, _ast.Name) and target.id in self._pending:
                node = _node(self._taken(target.id, conditional), statement.value)
                statements.append(_assignment(target.id, place(node, statement.value), statement))
            else:
                others.append(target)
        if others:
            statement.targets = others
            statements.append(statement)
        return statements

    def _taken(self, name: str, conditional: bool) -> object:
        value = self._pending.pop(name)
        if conditional:
            self._initial[name] = value
        return value


def _node(value: object, old: _ast.expr | None) -> _ast.expr:
    return merged(value, old) if isinstance(value, Group) else constant(value)


def _assignment(name: str, value: _ast.expr, at: _ast.stmt | None) -> _ast.stmt:
    statement = _ast.Assign([_ast.Name(name, _ast.Store())], value)
    return place(statement, at)
