"""The studio page's import rules: a view knows the shell, the client and itself; the client knows no page."""

import re
from pathlib import Path, PurePosixPath

import pytest

WEB = Path(__file__).resolve().parents[2] / "services/gateway/src/gateway/web"
START = PurePosixPath("main.js")
GUARD = PurePosixPath("shell/guard.js")
"""A script of its own in the frame: it is there when the modules are not."""

MAY_IMPORT = {
    "client": {"client"},
    "shell": {"shell"},
    "shows": {"shows", "shell", "client"},
    "show": {"show", "shell", "client"},
    "tasks": {"tasks", "shell", "client"},
    "queue": {"queue", "shell", "client"},
    "": {"shows", "show", "tasks", "queue", "shell", "client"},
}
"""What each folder's modules may import; "" is the page's start. Types in comments are free: they load nothing."""

LONGEST = 300

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(
    r"""(?:^\s*(?:import|export)\b[^;"']*?\bfrom\s*|^\s*import\s*|\bimport\(\s*)["']([^"']+)["']""", re.MULTILINE
)
_LATE = re.compile(r"\bimport\([^)]*\)")
_SHEET = re.compile(r'(?:href="|stylesheet\("|styles: \["|", ")([\w./-]+\.css)"')


def _modules() -> dict[PurePosixPath, str]:
    """Return the page's modules by their path in its folder; the client's lie behind a link."""
    folders = [WEB, *(WEB / name for name in MAY_IMPORT if name)]
    files = [file for folder in folders for file in sorted(folder.glob("*.js"))]
    return {PurePosixPath(file.relative_to(WEB).as_posix()): file.read_text() for file in files}


MODULES = _modules()


def imports_of(module: PurePosixPath, *, at_start: bool = False) -> set[PurePosixPath]:
    """Return what a module imports, as paths in the page's folder; ``at_start`` leaves out what it loads later."""
    source = _COMMENT.sub("", MODULES[module])
    named = _IMPORT.findall(_LATE.sub("", source) if at_start else source)
    return {_resolved(module, name) for name in named}


def reached(*, at_start: bool = False) -> set[PurePosixPath]:
    """Return every module that the page's start leads to."""
    found, waiting = set[PurePosixPath](), [START]
    while waiting:
        module = waiting.pop()
        if module in MODULES and module not in found:
            found.add(module)
            waiting += imports_of(module, at_start=at_start)
    return found


def _resolved(module: PurePosixPath, name: str) -> PurePosixPath:
    assert name.startswith("."), f"{module} imports {name}: no build step turns that into an address"
    parts: list[str] = []
    for part in (module.parent / name).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)


def _folder(module: PurePosixPath) -> str:
    return module.parts[0] if len(module.parts) > 1 else ""


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_what_its_folder_may(module: PurePosixPath) -> None:
    foreign = {f"{name}" for name in imports_of(module) if _folder(name) not in MAY_IMPORT[_folder(module)]}

    assert not foreign


def test_every_import_leads_to_a_module() -> None:
    missing = {(f"{module}", f"{name}") for module in MODULES for name in imports_of(module) if name not in MODULES}

    assert not missing


def test_every_module_is_reached_from_the_start() -> None:
    """What nothing imports is a leftover; the client has entries of its own for other apps."""
    own = {module for module in MODULES if _folder(module) != "client"}

    assert {f"{module}" for module in own - reached()} == {f"{GUARD}"}
    assert f'<script src="{GUARD}">' in (WEB / "index.html").read_text()


def test_the_start_is_fetched_at_once() -> None:
    """A browser learns of an import only when it has the module before it: the frame names them all."""
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', (WEB / "index.html").read_text())

    assert sorted(preloaded) == sorted(f"{module}" for module in reached(at_start=True) - {START})


def test_every_stylesheet_is_used_and_there() -> None:
    sources = [(WEB / "index.html").read_text(), *MODULES.values()]
    named = {sheet for source in sources for sheet in _SHEET.findall(source)}
    there = {file.relative_to(WEB).as_posix() for file in WEB.glob("**/*.css")}

    assert named == there


def test_no_module_is_too_long_to_read() -> None:
    lengths = {f"{module}": source.count("\n") for module, source in MODULES.items()}

    assert {module: lines for module, lines in lengths.items() if lines > LONGEST} == {}
