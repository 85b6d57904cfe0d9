"""Where templates, style sheets and fonts come from: the site's own folder first, then the theme that Bilan ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from generator.digests import digest
from generator.extensions import template_folders

LANGUAGES = ("en", "fr")  # that Bilan speaks by itself, reports and figures included
COPIED = ("assets", "fonts")  # folders of a theme whose files become part of each bundle
DRAWN_WITH = ("cards", "print/fonts")
WORDS = (".html", ".json", ".po")
SUFFIXES = (".css", ".js", ".woff2", ".svg", ".png", ".ico")

Folders = Sequence[tuple[str, Path]]  # name of each folder in facts and messages, and where it is


def own_templates() -> Path:
    """The theme that comes with Bilan: inside the package once installed, beside it in a checkout."""
    installed = Path(str(files("generator"))) / "templates"
    return installed if installed.is_dir() else Path(str(files("generator"))).parent / "templates"


def theme_folders(root: Path) -> Folders:
    """Folders to search, in order: the site's, Bilan's own, those of extensions. A site that is Bilan's checkout has two in one."""
    own, site = own_templates(), root / "templates"
    if site.resolve() == own.resolve():
        return (("templates/", own), *template_folders())
    return (("templates/", site), ("bilan:", own), *template_folders())


def speaks(root: Path, language: str) -> bool:
    """Whether the theme, or the site, has words of a language."""
    return language in LANGUAGES or any((folder / "messages" / f"{language}.po").is_file() for _, folder in theme_folders(root))


def theme_assets(folders: Folders) -> Mapping[str, str]:
    """Name → digest of every file that bundles get, the first folder's first."""
    found: dict[str, Path] = {}
    for _, folder in folders:
        for kind in COPIED:
            for path in sorted((folder / kind).rglob("*")):
                if path.is_file() and path.suffix in SUFFIXES:
                    found.setdefault(path.relative_to(folder).as_posix(), path)
    return {name: digest(path.read_bytes()) for name, path in sorted(found.items())}


def drawn_digest(folders: Folders) -> str:
    """A digest of every file with which cards are drawn: their pictures are called by it, for networks fetch a name once."""
    found = ((name, path) for name, folder in folders for kind in DRAWN_WITH for path in sorted((folder / kind).rglob("*")))
    return digest("".join(f"{name}{path.name} {digest(path.read_bytes())}\n" for name, path in found if path.is_file()).encode())


def typefaces(root: Path) -> list[Path]:
    """Files of the faces with which the theme prints, besides those that are installed."""
    return [path for _, folder in theme_folders(root) for path in sorted((folder / "print/fonts").glob("*.[ot]tf"))]


def templates_digest(folders: Folders) -> str:
    """A digest of every template and catalogue, hidden ones too: it changes whenever what is made with one of them may."""
    found = ((name, path) for name, folder in folders for path in sorted(folder.rglob("*")) if path.suffix in WORDS)
    return digest("".join(f"{name}{path.name} {digest(path.read_bytes())}\n" for name, path in found if path.is_file()).encode())
