"""content/<client>/posts.csv → pictures of posts that exports tell of, which carry none themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.content.pages import picture_path
from generator.content.rights import people_on_record
from generator.content.rows import Row, read_rows
from generator.model.content import PostPicture
from generator.model.fields import read_focus
from generator.model.site import Client, Site
from generator.problems import Problems

POSTS = "posts.csv"
COLUMNS = ("id", "permalink", "picture", "alt", "focus", "who")


def read_posts(site: Site, client: Client, folder: Path, problems: Problems) -> tuple[PostPicture, ...]:
    """The pictures of a client's posts, in the order of the rows."""
    path = folder / POSTS
    if not path.exists():
        return ()
    return tuple(_posts(path, site, client, folder, problems))


def _posts(path: Path, site: Site, client: Client, folder: Path, problems: Problems) -> Iterator[PostPicture]:
    seen: dict[str, Row] = {}
    on_record = people_on_record(site, client, folder)
    for row in read_rows(path, site, COLUMNS, ("picture", "alt"), problems):
        cells = {column: row.cells.get(column, "") for column in COLUMNS}
        key = cells["id"] or cells["permalink"]
        if not key:
            row.refuse("bad-cell", "permalink", "the row does not say of which post it is", "write its address, or its id")
        elif key in seen:
            row.refuse("contradicting-rows", "permalink", f'"{key}" has a picture already ({seen[key].at})', "keep one of the two")
            continue
        seen[key] = row
        picture, focus = picture_path(cells["picture"], folder, site, row.at, None, problems), row.read("focus", read_focus)
        if picture and key:
            yield PostPicture(
                post=cells["id"] or None,
                permalink=cells["permalink"] or None,
                picture=picture,
                alt=cells["alt"] or None,
                focus=focus,
                at=row.at,
                rights=on_record(cells["who"]) if cells["who"] else None,
            )
