"""A Markdown file → its front matter as a shape, and its body; and Page, for files that are just that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from generator.content.body import split_body
from generator.content.walk import clients_folder, in_zone, relative
from generator.located import Document, check, inside, read_text, split_front_matter
from generator.model.content import Alias, Body, Page, PageFile
from generator.model.fields import Shape, slug_problem
from generator.model.media import ELSEWHERE
from generator.model.site import Client, Site, UnlistedAddress
from generator.problems import Location, Problems

AnyShape = TypeVar("AnyShape", bound=Shape)


def read_markdown(
    path: Path, site: Site, shape: type[AnyShape], problems: Problems, *, name: str | None = None
) -> tuple[AnyShape, Document, Body] | None:
    """Front matter checked against `shape`, with places, and the body; None when the file cannot be used. `name`: its path in the site,
    where that is known."""
    name = name or relative(path, site.root)
    text = read_text(path, name, problems, limit=site.limits.markdown_bytes)
    matter = split_front_matter(text, name, problems) if text is not None else None
    if matter is None:
        return None
    head = check(matter.head, shape, problems)
    body = split_body(matter.body, name, matter.head.lines, matter.body_line, problems)
    return (head, matter.head, body) if head is not None else None


def read_page(path: Path, site: Site, timezone: str, problems: Problems, client: Client | None = None) -> Page | None:
    """A page; drafts and files that cannot be used give None."""
    read = read_markdown(path, site, PageFile, problems)
    if read is None or read[0].draft:
        return None
    file, document, body = read
    slug = file.slug or slug_of_file(path, document, problems)
    opens, until = read_dates(file.at, file.until, timezone, document, problems)
    return Page(
        slug=slug,
        title=file.title,
        summary=file.summary,
        body=body,
        folder=relative(path.parent, site.root),
        at=document.place(("slug",) if file.slug else ()),
        opens=opens,
        until=until,
        aliases=read_aliases(file.aliases, document),
        unlisted=read_unlisted(file.unlisted, f"{path.parent.name}/{slug}", client, document, problems) if client else None,
    )


def read_aliases(slugs: Sequence[str], document: Document) -> tuple[Alias, ...]:
    return tuple(Alias(slug=slug, at=document.place(("aliases", index))) for index, slug in enumerate(slugs))


def read_unlisted(wanted: bool, of: str, client: Client, document: Document, problems: Problems) -> UnlistedAddress | None:
    """Where something unlisted is found. One that says so and has no address, or has one and does not say so, is an error: neither
    may become public by a slip."""
    found = client.addresses.get(of)
    at = document.place(("unlisted",))
    if wanted and not found:
        problems.add("no-address", "it is unlisted, and no address is recorded for it", at, fix=f"run: bilan unlist {client.slug}/{of}",
                     excerpt=document.excerpt(at))  # fmt: skip
    if found and not wanted:
        message = "an unlisted address is recorded for it, and it does not say unlisted: true"
        problems.add("not-unlisted", message, at, fix=f"say so; or, if it may be public, take {of} out of addresses.yaml")
    return found


def read_dates(
    opens: datetime | None, until: datetime | None, timezone: str, document: Document, problems: Problems, *, key: str = "until"
) -> tuple[datetime | None, datetime | None]:
    """When something appears and goes, in the zone of its client; one that goes before it appears is refused."""
    zone = ZoneInfo(timezone)
    first, last = (in_zone(instant, zone) if instant else None for instant in (opens, until))
    if first and last and last <= first:
        at = document.place((key,))
        problems.add("ends-before-start", "it goes before it appears", at, fix="check both dates", excerpt=document.excerpt(at))
    return first, last


def slug_of_file(path: Path, document: Document, problems: Problems) -> str:
    """The file's own name as an address; refused when it cannot be one."""
    slug = path.stem.lower().replace(" ", "-")
    if refusal := slug_problem(slug):
        problems.add("bad-slug", refusal, Location(path=document.path), fix="rename the file, or give it a slug: in its front matter")
    return slug


def picture_path(
    given: str | None, folder: Path, site: Site, at: Location, excerpt: str | None, problems: Problems, *, what: str = "picture"
) -> str | None:
    """The path, relative to the site, of a file named relative to `folder`; one that is missing, elsewhere, or another client's, is a
    problem."""
    if not given:
        return None
    if ELSEWHERE.match(given):
        message = f'the {what} "{given[:80]}" is elsewhere; pages show nothing that is not in the site'
        problems.add("outside-file", message, at, fix="save it beside this file, and write its name", excerpt=excerpt)
        return None
    path = folder / given
    if not inside(path, clients_folder(folder, site.root)):
        problems.add("missing-file", f'there is no {what} "{given}" here', at, fix="check the name, or put the file there", excerpt=excerpt)
        return None
    return relative(path.resolve(), site.root.resolve())
