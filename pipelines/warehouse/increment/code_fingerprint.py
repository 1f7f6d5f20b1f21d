"""A fingerprint of code: what a built table or a published file rests on besides its rows, its SQL and its options.

Whole packages are read, so that nobody keeps a list of modules by hand. DuckDB is part of the code: another version may
round or order otherwise. Comments, docstrings and layout are not. What does not belong here: which packages make what
(models/, publish/).
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb

_WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def code_fingerprint(*modules: str) -> str:
    """A text that changes with the code of these packages and modules (dotted names) and with DuckDB's version."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for module in modules:
        for name, path in _sources(module):
            digest.update(f"\0{name}\0{_statements(path)}".encode())
    return digest.hexdigest()[:16]


def _sources(module: str) -> Iterator[tuple[str, Path]]:
    """The files of a module, or of a package and what is below it, each with a name that is the same everywhere."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    path = Path(spec.origin)
    if spec.submodule_search_locations is None:
        yield module, path
        return
    for source in sorted(path.parent.rglob("*.py")):
        yield f"{module}/{source.relative_to(path.parent).as_posix()}", source


def _statements(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)
