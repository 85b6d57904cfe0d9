"""site.yaml → Site, and each client's YAML files → Client: the agency, its clients, and what they declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from generator.located import Document, inside, read_shape
from generator.model.fields import Shape, slug_problem
from generator.model.listening import ConversationFile
from generator.model.site import AddressesFile, AnnotationsFile, Brand, Client, ClientFile, CountersFile, KpiFile, Limits, Site, SiteFile
from generator.problems import SHARED, Location, Problems, did_you_mean
from generator.seals import LEAST, Keys, Secrets, can_seal, salt_of
from generator.theme import speaks

READ = ("client.yaml", "kpi.yaml", "counters.yaml", "annotations.yaml", "conversation.yaml", "addresses.yaml", "moderation.yaml")
AnyShape = TypeVar("AnyShape", bound=Shape)


def load_site(root: Path, problems: Problems) -> Site:
    """The agency's settings, or a stand-in when site.yaml has errors."""
    read = read_shape(root / "site.yaml", "site.yaml", SiteFile, problems)
    file = read[0] if read else SiteFile(title="-")  # a stand-in, so that the other files' problems are found in the same run
    return Site(
        root=root,
        title=file.title,
        url=file.url,
        language=_spoken(file.language, root, read[1], problems) if read else file.language,
        timezone=file.timezone,
        brand=with_logo(file.brand, root, root, read[1], problems) if read else file.brand,
        social=file.social,
        limits=file.limits,
        mail=file.mail,
        targets=file.targets,
        at=Location(path="site.yaml"),
        brand_at=read[1].places_in("brand") if read else {},
    )


def load_clients(site: Site, problems: Problems) -> Sequence[Client]:
    """Every folder of content/ that holds a client.yaml, in order of slug."""
    folders = sorted(path for path in (site.root / "content").glob("*/") if not path.name.startswith("."))
    clients = (load_client(site, folder, problems) for folder in folders if _is_client(folder, site, problems))
    return [client for client in clients if client is not None]


def _is_client(folder: Path, site: Site, problems: Problems) -> bool:
    """A folder that holds something and no client.yaml is a problem: what was published of that client is then kept."""
    if (folder / "client.yaml").exists():
        return True
    if folder.name != SHARED and any(path.is_file() for path in folder.rglob("*")):
        at = Location(path=folder.relative_to(site.root).as_posix())
        problems.add("no-client", "there is no client.yaml in this folder", at, fix="add one, or move the folder out of content/")
    return False


def load_client(site: Site, folder: Path, problems: Problems) -> Client | None:
    """One client with everything inherited from the agency filled in."""
    name = folder.relative_to(site.root).as_posix()
    limits = site.limits
    if refusal := slug_problem(folder.name):
        problems.add("bad-slug", refusal, Location(path=name), fix="rename the folder: lower-case letters, digits and hyphens")
        return None
    _refuse_strays(folder, name, problems)
    read = read_shape(folder / "client.yaml", f"{name}/client.yaml", ClientFile, problems, limit=limits.yaml_bytes)
    kpi = _optional(folder / "kpi.yaml", f"{name}/kpi.yaml", KpiFile, problems, limits)
    counters = _optional(folder / "counters.yaml", f"{name}/counters.yaml", CountersFile, problems, limits)
    annotations = _optional(folder / "annotations.yaml", f"{name}/annotations.yaml", AnnotationsFile, problems, limits)
    conversation = _optional(folder / "conversation.yaml", f"{name}/conversation.yaml", ConversationFile, problems, limits)
    unlisted = _optional(folder / "addresses.yaml", f"{name}/addresses.yaml", AddressesFile, problems, limits)
    file = read[0] if read else ClientFile(name=folder.name)  # a stand-in: its errors keep this client from being written
    return Client(
        slug=folder.name,
        name=file.name,
        language=_spoken(file.language, site.root, read[1], problems) if read and file.language else site.language,
        timezone=file.timezone or site.timezone,
        currency=file.currency,
        brand=site.brand.under(file.brand, with_logo(file.brand, site.root, folder, read[1], problems).logo if read else None),
        url=file.url,
        accounts=file.accounts,
        goals=file.goals,
        counters=counters.counters,
        annotations=annotations.annotations,
        rules=kpi.files,
        spaces=file.spaces,
        brand_names=file.brand_names,
        competitors=file.competitors,
        service=file.service,
        alerts=file.alerts,
        past_campaigns=file.past_campaigns,
        contacts=file.contacts,
        room=file.room,
        addresses={each.of: each for each in unlisted.addresses},
        holidays=file.holidays or (file.service.holidays if file.service else None),
        conversation=conversation.files,
        at=Location(path=f"{name}/client.yaml"),
        brand_at=read[1].places_in("brand") if read else {},
    )


def _spoken(language: str, root: Path, document: Document, problems: Problems) -> str:
    """The language; one of which there are no words is a problem, and English in its place."""
    if speaks(root, language):
        return language
    at = document.place(("language",))
    message = f'there are no words in "{language}"'
    fix = f"write fr or en, or translate the messages of the templates into templates/messages/{language}.po"
    problems.add("unknown-language", message, at, fix=fix, excerpt=document.excerpt(at))
    return "en"


def load_keys(site: Site, clients: Sequence[Client], secrets: Secrets, problems: Problems) -> Mapping[str, Keys | None]:
    """Of rooms that a password opens, by client; None where the password is not at hand: such a room stays as it was last made."""
    found = {}
    for client in clients:
        if variable := client.room.password_env:
            found[client.slug] = secrets.keys(variable, salt_of(site.url or site.title, client.slug)) if can_seal() else None
            if found[client.slug] is None:
                _tell_locked(client, variable, secrets, problems)
    return found


def _tell_locked(client: Client, variable: str, secrets: Secrets, problems: Problems) -> None:
    if not can_seal():
        message, fix = "rooms with a password need the library cryptography, which is not installed", 'pip install "bilan[private]"'
    elif secrets.is_short(variable):
        message, fix = (
            f"the password in {variable} has fewer than {LEAST} characters",
            "take one that a machine made: five random words, or more",
        )
    else:
        message, fix = f"the environment has no {variable}, the password of this room", f"set {variable}, then build again"
    problems.add("room-locked", f"{message}; the room stays as it was", client.at, fix=fix, severity="warning")


def _refuse_strays(folder: Path, name: str, problems: Problems) -> None:
    """A YAML file of another name would be left out without a word."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in READ:
            near = did_you_mean(path.name, READ)
            message = f'nothing reads "{path.name}"' + (f"; {near}" if near else "")
            problems.add("unknown-file", message, Location(path=f"{name}/{path.name}"), fix=f"files of a client: {', '.join(READ)}")


def _optional(path: Path, name: str, shape: type[AnyShape], problems: Problems, limits: Limits) -> AnyShape:
    if not path.exists():
        return shape()
    read = read_shape(path, name, shape, problems, limit=limits.yaml_bytes)
    return read[0] if read else shape()


def with_logo(brand: Brand, root: Path, folder: Path, document: Document, problems: Problems) -> Brand:
    """The brand with its logo's path relative to the site. One that is no file of its own folder is a problem, and left out."""
    if brand.logo is None:
        return brand
    path = folder / brand.logo
    if inside(path, folder):
        return brand.model_copy(update={"logo": path.resolve().relative_to(root.resolve()).as_posix()})
    at = document.place(("brand", "logo"))
    problems.add(
        "missing-file",
        f'the logo "{brand.logo}" is not in this folder',
        at,
        fix="check the name, or put the file there",
        excerpt=document.excerpt(at),
    )
    return brand.model_copy(update={"logo": None})
