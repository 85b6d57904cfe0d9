"""Files that tell a static host how to serve what is published: headers, redirects, the domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from generator.model.targets import Target
from generator.publish.kinds import ASK, FOR_EVER, HEAD, SHORTLY, immutable
from generator.publish.place import RESERVED

Redirects = Sequence[tuple[str, str]]  # from a path, to a path or an address
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
PRIVATE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}

# how names end that other bytes would not have
NAMED = r"\.[0-9a-f]{10}\.(css|js)|-[0-9a-f]{10}-[0-9]+\.(jpg|png|webp|avif)|[0-9]\.[0-9][^/]*\.woff2"


def host_files(target: Target, addresses: Collection[str], redirects: Redirects = ()) -> Mapping[str, bytes]:
    """What the target's host reads, by address; nothing without one."""
    match target.host:
        case "github":
            texts = _github(target)
        case "netlify" | "cloudflare":
            texts = _underscored(target, addresses, redirects)
        case "apache":
            texts = {".htaccess": _apache(target, redirects)}
        case "nginx":
            texts = {".bilan-nginx.conf": _nginx(target, redirects)}
        case None:
            texts = {}
    return {address: text.encode() for address, text in texts.items()}


def _github(target: Target) -> Mapping[str, str]:
    """GitHub Pages reads its domain from a file, and leaves out names with an underscore unless it is told not to."""
    domain = urlsplit(target.url or "").hostname
    return {".nojekyll": "", **({"CNAME": f"{domain}\n"} if domain and not domain.endswith(".github.io") else {})}


def _underscored(target: Target, addresses: Collection[str], redirects: Redirects) -> Mapping[str, str]:
    """_headers and _redirects. Values of rules that overlap are joined by these hosts: of a kind, each address has one rule."""
    folders = sorted({address.rpartition("/")[0] for address in addresses if immutable(address)})
    fixed = [folder for folder in folders if all(immutable(address) for address in addresses if address.startswith(f"{folder}/"))]
    widest = [folder for folder in fixed if not any(folder.startswith(f"{other}/") for other in fixed)]
    rules: list[tuple[str, Mapping[str, str]]] = [("/*", PRIVATE if target.private else SAFE)]
    if not target.private:
        rules += [(pattern, {"Cache-Control": FOR_EVER}) for pattern in _patterns(widest)]
        rules += [(f"/{address}", {"Cache-Control": SHORTLY}) for address in sorted(addresses) if HEAD.fullmatch(address)]
    headers = "".join(f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in said.items()) for path, said in rules)
    moved = "".join(f"{old} {new} 301\n" for old, new in redirects)
    return {"_headers": headers, **({"_redirects": moved} if moved else {})}


def _patterns(folders: Sequence[str]) -> list[str]:
    """One pattern for all folders of a name at a depth: hosts take about a hundred rules."""
    shapes = sorted({(folder.count("/"), folder.rpartition("/")[2]) for folder in folders})
    return ["/" + "".join(f":part{number}/" for number in range(depth)) + f"{name}/*" for (depth, name), _ in groupby(shapes)]


def _apache(target: Target, redirects: Redirects) -> str:
    said = PRIVATE if target.private else SAFE
    always = "".join(f'  Header always set {name} "{value}"\n' for name, value in said.items())
    caching = "" if target.private else (
        f'  Header set Cache-Control "{ASK}"\n'
        f'  <FilesMatch "({NAMED})$">\n'
        f'    Header set Cache-Control "{FOR_EVER}"\n  </FilesMatch>\n'
        f'  <FilesMatch "^head\\.json$">\n    Header set Cache-Control "{SHORTLY}"\n  </FilesMatch>\n'
    )  # fmt: skip
    moved = "".join(f"RedirectMatch 301 ^{_plain(old)}$ {new}\n" for old, new in redirects)
    hidden = f"RedirectMatch 404 ^(/.*)?/{_plain(RESERVED)}(/|$)\n"
    return f"Options -Indexes\nAddDefaultCharset utf-8\n{hidden}{moved}<IfModule mod_headers.c>\n{always}{caching}</IfModule>\n"


def _nginx(target: Target, redirects: Redirects) -> str:
    """To be included in the server block of the site."""
    said = PRIVATE if target.private else SAFE
    always = "".join(f'add_header {name} "{value}" always;' for name, value in said.items())
    places = [
        (f"~ ^(/.*)?/{_plain(RESERVED)}(/|$)", "return 404;"),
        ("= /.bilan-nginx.conf", "return 404;"),
        *([] if target.private else [
            (f"~ ({NAMED}|/live/[0-9a-f]{{10,}}\\.json)$",
             f'add_header Cache-Control "{FOR_EVER}" always; {always}'),
            ("~ /live/head\\.json$", f'add_header Cache-Control "{SHORTLY}" always; {always}'),
        ]),
        *((f"= {old}", f"return 301 {new};") for old, new in redirects),
        ("/", f'add_header Cache-Control "{"private, no-cache" if target.private else ASK}" always; {always}'),
    ]  # fmt: skip
    return "".join(f"location {_quoted(where)} {{ {what} }}\n" for where, what in places)


def _quoted(where: str) -> str:
    """A pattern with braces has to be quoted in nginx."""
    mark, _, pattern = where.partition(" ")
    return f'{mark} "{pattern}"' if pattern and "{" in pattern else where


def _plain(text: str) -> str:
    """A text as itself in a regular expression."""
    return "".join(f"\\{letter}" if letter in ".^$*+?()[]{}|\\" else letter for letter in text)
