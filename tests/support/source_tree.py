"""Greenroom's own modules as text: what each imports, wherever the import stands, without running any of them."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "shared" / "src", *sorted(ROOT.glob("services/*/src"))]
"""The folders whose modules ship; tests, benchmarks and deployment may import what they like."""


@dataclass(frozen=True)
class Module:
    """One module: its dotted name and its source. A package goes by its own name, without ``__init__``."""

    name: str
    path: Path
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source, str(self.path))

    @property
    def package(self) -> str:
        """The package relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def imports(self, known: frozenset[str]) -> Iterator[str]:
        """Yield what is imported, by its full name, also under ``TYPE_CHECKING`` and inside functions.

        ``from a import b`` is ``a.b`` where ``known`` has such a module, else ``a``.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = self._start(node)
                for alias in node.names:
                    yield name if (name := f"{start}.{alias.name}") in known else start

    def _start(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        parents = parts[: len(parts) - node.level + 1]
        return ".".join([*parents, node.module] if node.module else parents)


def modules() -> list[Module]:
    """Return every module that ships."""
    return [_read(path, folder) for folder in SOURCES for path in sorted(folder.rglob("*.py"))]


def _read(path: Path, folder: Path) -> Module:
    parts = path.relative_to(folder).with_suffix("").parts
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path, path.read_text())


def within(name: str, prefix: str) -> bool:
    """Whether ``name`` is ``prefix`` or stands below it."""
    return name == prefix or name.startswith(f"{prefix}.")


def is_standard(name: str) -> bool:
    """Whether a module comes with Python."""
    return name.partition(".")[0] in sys.stdlib_module_names


def environment_uses(module: Module) -> list[int]:
    """Return the lines that read the process's environment."""
    lines = []
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name("os"), attr="environ" | "environb" | "getenv" | "putenv"):
                lines.append(node.lineno)
            case ast.ImportFrom(module="os", names=names) if {"environ", "getenv"} & {alias.name for alias in names}:
                lines.append(node.lineno)
    return lines


def undocumented(module: Module) -> list[str]:
    """Return what is public and says nothing: the module, its classes, functions and their methods."""
    found = [] if ast.get_docstring(module.tree) else [module.name]
    return [*found, *_silent(module.tree, module.name)]


def _silent(parent: ast.AST, path: str) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            name = f"{path}.{node.name}"
            if not ast.get_docstring(node) and not _overloads(node):
                yield name
            if isinstance(node, ast.ClassDef):
                yield from _silent(node, name)


def _overloads(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id in {"overload", "override"} for one in node.decorator_list)
