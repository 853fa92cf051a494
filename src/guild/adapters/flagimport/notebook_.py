"""Flags of notebooks, found by reading them."""

from __future__ import annotations

import ast
import os

from guild.adapters.flagimport.globals_ import globals_flags
from guild.adapters.flagimport.source import read_source
from guild.domain.cellsource import parse_cell, unified_breaks
from guild.domain.cellvalues import PARAMETERS, assigned
from guild.domain.errors import GuildError
from guild.domain.importedflags import ImportedFlags

__all__ = ["notebook_flags"]


def notebook_flags(path: str, shown: str, dest: str | None) -> ImportedFlags:
    """Flags of the constants that a notebook's code cells assign at their top level.

    The first assignment of a name counts, over all cells; of a chain (`a = b = 1`) the
    right-most name. Where cells have the tag `parameters` only those are looked at. Neither
    IPython nor any package of Jupyter is needed.

    Args:
        path: Absolute path of the notebook.
        shown: The path for messages.
        dest: Where it takes flags from, if that is known. Only `globals` brings any.

    Raises:
        GuildError: If the file can't be read or is no notebook.
    """
    if dest not in (None, "globals"):
        warning = f"cannot import flags from {shown}: notebooks take flags as globals, not {dest}"
        return ImportedFlags(dest=dest or "", warnings=() if dest == "none" else (warning,))
    document = _document(read_source(path, shown), shown)
    if _language(document) != "python":
        return ImportedFlags()
    cells = _code_cells(document)
    chosen = [cell for cell in cells if PARAMETERS in cell[2]] or cells
    body: list[ast.stmt] = []
    warnings = []
    for number, source, _ in chosen:
        try:
            tree, _ = parse_cell(source)
        except SyntaxError as error:
            line = f" on line {error.lineno}" if error.lineno else ""
            warnings.append(
                f"cannot import flags from {shown}: invalid syntax in cell {number}{line}"
            )
            continue
        body += _single_assignments(tree)
    flags = globals_flags(ast.Module(body, []), os.path.dirname(path))
    return ImportedFlags(flags=tuple(flags), warnings=tuple(warnings))


def _single_assignments(tree: ast.Module) -> list[ast.stmt]:
    """The assignments that count, of one name each."""
    statements: list[ast.stmt] = []
    for name, statement, value in assigned(tree):
        target = ast.Name(name, ast.Store())
        if isinstance(statement, ast.Assign):
            statements.append(ast.Assign([target], value))
        else:
            statements.append(ast.AnnAssign(target, statement.annotation, value, 1))
    return statements


def _document(data: bytes, shown: str) -> dict[str, object]:
    import json  # few operations are notebooks

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GuildError(
            f"cannot import flags from {shown}: it is no notebook: {error}"
        ) from error
    if not isinstance(document, dict) or not _is_notebook(document):
        raise GuildError(f"cannot import flags from {shown}: it is no notebook: it has no cells")
    return document


def _is_notebook(document: dict[str, object]) -> bool:
    return isinstance(document.get("cells", document.get("worksheets")), list)


def _language(document: dict[str, object]) -> str:
    metadata = _mapping(document.get("metadata"))
    kernel = _mapping(metadata.get("kernelspec"))
    info = _mapping(metadata.get("language_info"))
    language = kernel.get("language") or info.get("name") or "python"
    return "python" if language == "ipython" else str(language).lower()


def _code_cells(document: dict[str, object]) -> list[tuple[int, str, list[object]]]:
    """Number from 1 among all cells, text and tags of each code cell."""
    cells = document.get("cells")
    if not isinstance(cells, list):
        # Notebooks of before 2014, which Jupyter still converts.
        sheets = document.get("worksheets")
        sheet = _mapping(sheets[0]) if isinstance(sheets, list) and sheets else {}
        cells = sheet.get("cells")
    found = []
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        known = _mapping(cell)
        source = known.get("source", known.get("input"))
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if known.get("cell_type") == "code" and isinstance(source, str):
            tags = _mapping(known.get("metadata")).get("tags")
            found.append((number, unified_breaks(source), tags if isinstance(tags, list) else []))
    return found


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
