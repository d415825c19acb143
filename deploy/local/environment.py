"""Make the checkout's own environment: uv in ``.tools``, then everything ``requirements.lock`` pins in ``.venv``.

Runs on a bare Python 3.11 or newer, so it imports only the standard library. Nothing is installed that the locks do not
name with a hash. Where packages come from is the machine's business: uv gets the settings pip would use.

    python deploy/local/environment.py sync     make .venv what the locks say
    python deploy/local/environment.py lock     write requirements.lock again from the pyproject.toml files

Exits 1 with one sentence when something is missing.
"""

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
TOOLS_LOCK = ROOT / "tools.lock"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".synced"
"""Touched when the environment is whole; the Makefile compares its age with the locks'."""

OLDEST = (3, 11)

PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "cert": "SSL_CERT_FILE",
}
"""Settings of pip that say where packages come from, and the variables by which uv takes the same.

Not ``find-links``: a lock made over a folder of wheels would pin the hashes of that folder's files only.
"""


class Unable(Exception):
    """Something this machine lacks; the message is a sentence that says what to do."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    commands = {"sync": sync, "lock": lock}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: environment.py {{{','.join(commands)}}}", file=sys.stderr)
        return 2
    try:
        if sys.version_info < OLDEST:
            raise Unable("Greenroom needs Python 3.11 or newer: make PYTHON=/path/to/python3")
        with alone():
            commands[arguments[0]]()
    except Unable as problem:
        print(f"{problem}", file=sys.stderr)
        return 1
    return 0


def sync() -> None:
    """Make ``.venv`` hold exactly what the lock pins, and our own packages as they stand in the checkout."""
    print("Preparing the environment in .venv (the first time takes a minute)", flush=True)
    uv = Uv.installed()
    if not usable(VENV / "bin" / "python"):
        uv.run("venv", "--clear", "--no-project", "--python", sys.executable, str(VENV))
    python = ("--python", str(VENV / "bin" / "python"))
    uv.run("pip", "sync", *python, "--require-hashes", str(LOCK))
    members = [f"--editable={folder}" for folder in packages()]
    uv.run("pip", "install", *python, "--no-deps", "--no-build-isolation", *members)
    STAMP.touch()


def lock() -> None:
    """Resolve the workspace anew and write what came out: versions and hashes, no download addresses."""
    uv = Uv.installed()
    uv.run("lock", "--python", sys.executable)
    everything = ("--all-packages", "--all-extras", "--all-groups", "--no-emit-workspace", "--no-header")
    uv.run("export", *everything, "--locked", "--output-file", str(LOCK))
    addresses = re.findall(r"^.*://.*$", LOCK.read_text(), flags=re.MULTILINE)
    if addresses:
        raise Unable(f"requirements.lock would name a download address: {addresses[0]}")


def packages() -> list[Path]:
    """Return the folders of our own packages: ``shared`` first, then the services."""
    return [ROOT / "shared", *sorted(path.parent for path in ROOT.glob("services/*/pyproject.toml"))]


def usable(python: Path) -> bool:
    """Whether an interpreter is there, starts, and is new enough."""
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return python.exists() and subprocess.run([python, "-c", check], check=False, capture_output=True).returncode == 0


@contextmanager
def alone() -> Iterator[None]:
    """Wait for any other run in this checkout: two terminals may ask for the environment at once."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class Uv:
    """The pinned uv, run in the checkout with the settings pip would use."""

    def __init__(self, program: Path, environ: Mapping[str, str]) -> None:
        self._program = program
        self._environ = environ

    @classmethod
    def installed(cls) -> "Uv":
        """Return the uv of ``tools.lock``, installing it into ``.tools`` first where needed."""
        folder = TOOLS / f"uv-{pinned_version(TOOLS_LOCK.read_text())}"
        program = folder / "bin" / "uv"
        if not program.exists():
            install_uv(folder)
        return cls(program, uv_environment(os.environ, pip_settings(pip_listing(), os.environ)))

    def run(self, *arguments: str) -> None:
        """Run one uv command; its own words tell what went wrong, ours only which step it was."""
        done = subprocess.run([self._program, "--quiet", *arguments], cwd=ROOT, env=dict(self._environ), check=False)
        if done.returncode:
            raise Unable(
                f"`uv {' '.join(arguments[:2])}` failed with exit code {done.returncode}; its reason is above."
            )


def pinned_version(tools_lock: str) -> str:
    """Return the version of uv that the text of ``tools.lock`` names."""
    found = re.search(r"^uv==([\w.]+)", tools_lock, flags=re.MULTILINE)
    if found is None:
        raise Unable("tools.lock does not pin uv.")
    return found[1]


def install_uv(folder: Path) -> None:
    """Install the pinned uv into ``folder`` by the first means this machine has, or raise :class:`Unable`."""
    reasons = []
    for name, means in INSTALLERS.items():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            means(unfinished)
        except (OSError, subprocess.CalledProcessError) as problem:
            reasons.append(f"  {name}: {reason(problem)}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)
            return
    raise Unable(
        "uv could not be installed. Give this Python pip or the venv module (on Debian: python3-pip or python3-venv),"
        " or put any uv on the PATH, and check that the package index can be reached.\n" + "\n".join(reasons)
    )


def with_pip(folder: Path) -> None:
    """Install by the interpreter's own pip; ``--target`` leaves the interpreter itself untouched."""
    pip_install([sys.executable, "-m", "pip"], folder)


def with_venv(folder: Path) -> None:
    """Install by the pip of a throwaway virtual environment, for a Python without pip."""
    venv = folder.with_name("pip")
    try:
        capture([sys.executable, "-m", "venv", "--clear", str(venv)])
        pip_install([str(venv / "bin" / "python"), "-m", "pip"], folder)
    finally:
        shutil.rmtree(venv, ignore_errors=True)


def with_uv(folder: Path) -> None:
    """Install by a uv of another version, for a Python with neither pip nor venv."""
    capture(["uv", "pip", "install", "--python", sys.executable, "--target", str(folder), *PINNED])


PINNED = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(TOOLS_LOCK))
INSTALLERS: dict[str, Callable[[Path], None]] = {"pip": with_pip, "venv": with_venv, "uv": with_uv}


def pip_install(pip: list[str], folder: Path) -> None:
    """Run ``pip install --target``."""
    capture([*pip, "install", "--quiet", "--no-input", "--disable-pip-version-check", "--target", str(folder), *PINNED])


def capture(command: list[str]) -> str:
    """Run a command, return what it printed; what it complained of travels in the error."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def reason(problem: OSError | subprocess.CalledProcessError) -> str:
    """Say in one line why a means of installing did not work."""
    if isinstance(problem, OSError):
        return f"{problem.filename or 'it'} is not here"
    said = (problem.stderr or problem.stdout or "").strip().splitlines()
    return said[-1] if said else f"exit code {problem.returncode}"


def pip_listing() -> str:
    """Return pip's own listing of its settings, empty where there is no pip."""
    try:
        return capture([sys.executable, "-m", "pip", "config", "list"])
    except subprocess.CalledProcessError:
        return ""


def pip_settings(listing: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings by their bare names. Variables win over files, ``install`` over ``global``."""
    found: dict[str, str] = {}
    rows = [row.partition("=") for row in listing.splitlines()]
    for section in ("global.", "install."):
        found |= {
            name.removeprefix(section): ast.literal_eval(value) for name, _, value in rows if name.startswith(section)
        }
    variables = {name.removeprefix("PIP_"): value for name, value in environ.items() if name.startswith("PIP_")}
    return found | {name.lower().replace("_", "-"): value for name, value in variables.items()}


def uv_environment(environ: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to run uv with: what is set, plus pip's settings where uv has none of its own.

    uv reads none of pip's files, so a machine whose index is set only there would be asked to reach another.
    """
    result = {**environ, "UV_PYTHON_DOWNLOADS": "never"}
    configured = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "uv" / "uv.toml"
    if configured.exists() or {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE"} & environ.keys():
        return result
    for setting, variable in PIP_TO_UV.items():
        if value := pip.get(setting, "").split():
            result.setdefault(variable, " ".join(value))
    # pip sees all indexes as one; the hashes in the lock make that safe here
    result.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
