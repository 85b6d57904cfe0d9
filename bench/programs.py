"""Programs to compare with, installed into .bench/ of the checkout: Python ones into an environment of their own, others by npm."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".bench"


class UnavailableError(Exception):
    """A program that cannot be had on this machine, with the reason."""


def python_program(name: str, packages: Sequence[str]) -> Path:
    """The path of a command from Python packages, installed if need be."""
    folder = CACHE / "python"
    command = folder / "bin" / name
    if not command.exists():
        if not (folder / "bin" / "python").exists():
            _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
    if not command.exists():
        raise UnavailableError(f"{', '.join(packages)} has no command {name}")
    return command


def node_folder(packages: Sequence[str]) -> Path:
    """The folder node_modules with these packages, installed if need be."""
    folder = CACHE / "node"
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise UnavailableError("Node.js is not installed")
    if not all((folder / "node_modules" / name.partition("@")[0] / "package.json").is_file() for name in packages):
        folder.mkdir(parents=True, exist_ok=True)
        _run([npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), *packages])
    return folder / "node_modules"


def said(command: Sequence[str | Path]) -> str:
    """What a command prints."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout.strip()


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError((done.stderr or done.stdout).strip().splitlines()[-1:][0] if done.stderr or done.stdout else command[0])
