"""content/<client>/<campaign>/ → Campaign, with its pages and moments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.content.cards import with_address
from generator.content.moments import Moments, read_moments
from generator.content.pages import picture_path, read_aliases, read_dates, read_markdown, read_page, read_unlisted
from generator.content.press import read_press
from generator.content.rights import read_records, refuse_unknown, with_rights
from generator.content.walk import in_zone, relative
from generator.facts.readings import Readings
from generator.located import Document
from generator.model.content import PHASES, Campaign, CampaignFile, Cards, Moment, Page, PhaseFile, Told
from generator.model.fields import slug_problem
from generator.model.site import Client, Site
from generator.problems import Location, Problems, did_you_mean

RESERVED = frozenset({"room", "reports", "kpi", "conversation", "brand", "assets", "posts"})  # folders of a client that are no campaign


def read_campaigns(site: Site, client: Client, folder: Path, readings: Readings, problems: Problems) -> tuple[Campaign, ...]:
    """The client's campaigns, latest first."""
    for path in sorted(path for path in folder.glob("*/") if path.name not in RESERVED and not path.name.startswith(".")):
        _refuse_headless(path, site, problems)
    found = (
        read_campaign(site, client, path.parent, problems, read_moments(site, client, path.parent, readings, problems))
        for path in sorted(folder.glob("*/index.md"))
        if path.parent.name not in RESERVED
    )
    return latest_first(campaign for campaign in found if campaign)


def latest_first(campaigns: Iterable[Campaign]) -> tuple[Campaign, ...]:
    return tuple(sorted(campaigns, key=lambda campaign: (campaign.starts, campaign.slug), reverse=True))


def _refuse_headless(folder: Path, site: Site, problems: Problems) -> None:
    """Moments without an index.md beside them are a problem: what was published of that campaign is then kept."""
    if not (folder / "index.md").is_file() and any(
        next(folder.glob(names), None) for names in ("moments/*.md", "moments*.csv", "cards.csv")
    ):
        at = Location(path=f"{relative(folder, site.root)}/index.md")
        problems.add("no-campaign", "this folder has moments and no index.md", at, fix="add it, or move the folder away")


def read_campaign(site: Site, client: Client, folder: Path, problems: Problems, moments: Moments) -> Campaign | None:
    """A campaign with the moments that were read of it."""
    name = relative(folder, site.root)
    if refusal := slug_problem(folder.name):
        problems.add("bad-slug", refusal, Location(path=name), fix="rename the folder: lower-case letters, digits and hyphens")
    records = read_records(site, client, folder, problems)
    refuse_unknown(records, moments.ids, problems)
    pages = tuple(_pages(site, client, folder, problems))
    phases = tuple(_phases(site, folder, problems))
    press = read_press(folder, site, problems)
    read = read_markdown(folder / "index.md", site, CampaignFile, problems)
    if read is None or read[0].draft:
        return None
    file, document, body = read
    zone = ZoneInfo(client.timezone)
    starts, ends = in_zone(file.starts, zone), in_zone(file.ends, zone)
    if ends <= starts:
        at = document.place(("ends",))
        problems.add("ends-before-start", "the campaign ends before it starts", at, fix="check both dates", excerpt=document.excerpt(at))
    logo_at = document.place(("brand", "logo"))
    logo = picture_path(file.brand.logo if file.brand else None, folder, site, logo_at, document.excerpt(logo_at), problems)
    at = document.place(("cover",))
    opens, until = read_dates(file.at, file.until, client.timezone, document, problems)
    shown = with_rights(_addressed(moments.approved, file.cards, folder.name, client, problems), records, folder.name, file.consent)
    _tell_unrecorded(shown, file, document, problems)
    return Campaign(
        slug=folder.name,
        client=client.slug,
        title=file.title,
        hashtag=file.hashtag,
        starts=starts,
        ends=ends,
        recap=in_zone(file.recap, zone) if file.recap else ends,
        live=file.live,
        url=file.url,
        summary=file.summary,
        cover=picture_path(file.cover, folder, site, at, document.excerpt(at), problems),
        cover_alt=file.cover_alt,
        brand=client.brand.under(file.brand, logo or client.brand.logo),
        credits=file.credits,
        body=body,
        pages=pages,
        moments=_on_wall(shown, file.cards),
        held=moments.held,
        cards=file.cards,
        participants=tuple(moment for moment in shown if moment.card),
        social=file.social or site.social,
        folder=name,
        at=Location(path=f"{name}/index.md"),
        opens=opens,
        until=until,
        unlisted=read_unlisted(file.unlisted, folder.name, client, document, problems),
        aliases=read_aliases(file.aliases, document),
        cover_focus=file.cover_focus,
        phases=phases,
        press=press,
        brand_at=document.places_in("brand"),
    )


def _addressed(moments: tuple[Moment, ...], cards: Cards, campaign: str, client: Client, problems: Problems) -> tuple[Moment, ...]:
    if all(moment.card is None for moment in moments):
        return moments
    found = (with_address(moment, cards, campaign, client, problems) if moment.card else moment for moment in moments)
    return tuple(moment for moment in found if moment)


def _on_wall(moments: tuple[Moment, ...], cards: Cards) -> tuple[Moment, ...]:
    """A private card is nobody's but whoever has its address."""
    if all(moment.card is None for moment in moments):
        return moments
    return tuple(moment for moment in moments if moment.card is None or (cards.wall and not moment.card.segment))


def _phases(site: Site, folder: Path, problems: Problems) -> Iterator[Told]:
    """index.<phase>.md: what the page says in one phase."""
    for path in sorted(folder.glob("index.*.md")):
        at, word = Location(path=relative(path, site.root), line=1), path.name[len("index.") : -len(".md")]
        phase = next((phase for phase in PHASES if phase == word), None)
        if phase is None:
            near = did_you_mean(word, PHASES)
            message = f'a campaign has no phase "{word}"' + (f"; {near}" if near else "")
            problems.add("unknown-phase", message, at, fix=f"phases: {', '.join(PHASES)}")
        elif read := read_markdown(path, site, PhaseFile, problems):
            yield Told(phase=phase, summary=read[0].summary, body=read[2], at=at)


def _tell_unrecorded(moments: Sequence[Moment], file: CampaignFile, document: Document, problems: Problems) -> None:
    """Moments from people of whose consent nothing is known are said to be such."""
    count = sum(moment.of_people and moment.rights is None for moment in moments)
    if count and file.consent is None:
        message = f"{count} moment{'s' * (count != 1)} from people {'are' if count != 1 else 'is'} shown, and no consent is on record"
        fix = "keep a consent.csv beside moments.csv, or say consent: elsewhere where it is kept in another place"
        problems.add("consent-unrecorded", message, document.place(()), fix=fix, severity="warning")


def _pages(site: Site, client: Client, folder: Path, problems: Problems) -> Iterator[Page]:
    """The campaign's further pages; two of one address are refused, both."""
    pages = [
        page
        for path in sorted(folder.glob("*.md"))
        if not path.name.startswith("index.")
        if (page := read_page(path, site, client.timezone, problems, client))
    ]
    for page in pages:
        others = [other for other in pages if other.slug == page.slug and other is not page]
        for other in others:
            problems.add(
                "address-taken", f"the address {page.slug}.html is also that of {other.at}", page.at, fix="give one of them another slug:"
            )
        if not others:
            yield page
