"""The agency, its clients and what they declare: shapes of site.yaml, client.yaml, kpi.yaml, counters.yaml, annotations.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from generator.model.alerts import Alerts
from generator.model.fields import Address, Colour, Currency, Day, Language, Number, OneLine, Shape, Slug, Text, Whole, YesNo, Zone, refuse
from generator.model.listening import Calendar, Competitors, ConversationRule, Service, Space
from generator.model.mail import Contact, Contacts, MailFile
from generator.model.targets import Secret, Targets
from generator.model.vocabulary import DIMENSIONS, DRIFTS, NEEDED, SCALED, UNITS
from generator.problems import Location, did_you_mean

Platform = Literal[
    "facebook",
    "instagram",
    "x",
    "linkedin",
    "tiktok",
    "youtube",
    "ga4",
    "google_ads",
    "meta_ads",
    "mailchimp",
    "matomo",
    "google_search",
    "other",
]


class Brand(Shape):
    """What makes a page the client's: everything else is derived from it."""

    colour: Colour = "#33475b"
    accent: Colour | None = None
    logo: Text | None = None  # a picture beside the YAML file
    font: Literal["grotesque", "serif", "sans"] = "grotesque"  # display face, of those that the theme ships

    def under(self, own: Brand | None, logo: str | None) -> Brand:
        """This brand with what a narrower level says otherwise: agency, then client, then campaign. An accent goes with its colour, and a
        logo is nobody else's."""
        said = {name: getattr(own, name) for name in own.model_fields_set} if own else {}
        accent = {"accent": None} if "colour" in said else {}
        return self.model_copy(update={**accent, **said, "logo": logo})


class Limits(Shape):
    """Sizes beyond which a file is refused; the defaults are generous."""

    yaml_bytes: Whole = 1 << 20
    markdown_bytes: Whole = 1 << 20
    post_characters: Whole = 10_000
    csv_bytes: Whole = 300 << 20
    export_values: Whole = 1_000_000  # of one table, once the rows of the same day and campaign are added up
    workbook_bytes: Whole = 512 << 20  # unpacked
    workbook_ratio: Whole = 200  # unpacked to packed
    picture_pixels: Whole = 40_000_000
    recording_bytes: Whole = 64 << 20  # of a film or a sound
    template_seconds: Number = 10.0
    viewers: Whole = 10_000  # streams that a server holds open
    deletions: Whole = 100  # of pages and documents, by one publishing, before somebody confirms them


# for which pages pictures are drawn that networks show with their links: none; pages and people's cards; key moments and cards; all moments
Social = Literal["none", "pages", "key", "moments"]


class SiteFile(Shape):
    """site.yaml."""

    title: OneLine
    url: Address | None = None
    language: Language = "fr"
    timezone: Zone = "Europe/Paris"
    brand: Brand = Brand()
    social: Social = "key"
    limits: Limits = Limits()
    mail: MailFile | None = None
    targets: Targets = Field(default_factory=dict)


class Account(Shape):
    """A page or profile of the client, as its platform names it."""

    platform: Platform
    name: OneLine  # as exports write it: page name, handle without @, channel, property
    aliases: tuple[OneLine, ...] = ()  # other spellings found in exports: handles, page ids
    url: Address | None = None


class Goal(Shape):
    """A target on a metric."""

    metric: OneLine
    target: Number
    label: OneLine | None = None
    platform: Platform | None = None
    first: Day = Field(alias="from")
    last: Day = Field(alias="until")
    better: Literal["higher", "lower", "range"] = "higher"
    at_most: Number | None = None  # of a range, whose lower end is the target

    @model_validator(mode="after")
    def _two_ends_of_a_range(self) -> Goal:
        if (self.better == "range") != (self.at_most is not None):
            raise refuse(
                "bad-range", "a range has a target and at_most:, and only a range has", "write better: range, target: and at_most:"
            )
        if self.at_most is not None and self.at_most < self.target:
            raise refuse("bad-range", f"at_most {self.at_most:g} is below the target {self.target:g}", "exchange the two")
        return self


class PastCampaign(Shape):
    """A campaign without a page here, known by its days: what later ones are compared with."""

    name: OneLine
    first: Day = Field(alias="from")
    last: Day = Field(alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> PastCampaign:
        if self.last < self.first:
            raise refuse("ends-before-start", f"{self.last} is before {self.first}", "exchange the two")
        return self


class Room(Shape):
    """How a client's room is kept from others."""

    password_env: Annotated[OneLine, Field(pattern=r"^[A-Z][A-Z0-9_]{2,60}$")] | None = None  # the variable that holds the password
    password: Secret = None
    unlisted: YesNo = False  # at an address that nobody guesses and nothing leads to


def _segment(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{32}", value):
        raise refuse("bad-address", "this is no address that bilan unlist wrote", "put the file back as it was, or run bilan unlist again")
    return value


Segment = Annotated[str, BeforeValidator(_segment)]


class UnlistedAddress(Shape):
    """Where something unlisted is found, and was before."""

    of: OneLine  # campaign, campaign/page, or room
    segment: Segment
    former: tuple[Segment, ...] = ()


class AddressesFile(Shape):
    """addresses.yaml, which `bilan unlist` writes."""

    addresses: tuple[UnlistedAddress, ...] = ()


class ClientFile(Shape):
    """client.yaml."""

    name: OneLine
    language: Language | None = None
    timezone: Zone | None = None
    currency: Currency = "EUR"
    brand: Brand = Brand()
    url: Address | None = None
    accounts: tuple[Account, ...] = ()
    goals: tuple[Goal, ...] = ()
    spaces: tuple[Space, ...] = ()
    brand_names: tuple[OneLine, ...] = ()  # as monitoring tools write the client's name, beside `name`
    competitors: Competitors = ()
    service: Service | None = None
    alerts: Alerts = Alerts()
    past_campaigns: tuple[PastCampaign, ...] = ()
    contacts: Contacts = ()
    room: Room = Room()
    holidays: Calendar | None = None  # of working days, by which reports are due; those of the service by default


def _column(value: Any) -> str:
    known = (*DIMENSIONS, *UNITS, *SCALED)
    if value not in known:
        near = did_you_mean(str(value), known)
        raise refuse(
            "unknown-column", f'"{value}" is not a column that Bilan knows' + (f"; {near}" if near else ""), f"columns: {', '.join(known)}"
        )
    return str(value)


Column = Annotated[str, BeforeValidator(_column)]
Headings = Annotated[tuple[OneLine, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


def _drift(value: Any) -> str:
    known = (*DRIFTS, *DIMENSIONS, *UNITS, *SCALED)
    if value not in known:
        near = did_you_mean(str(value), known)
        raise refuse(
            "unknown-change",
            f'"{value}" is no change that can be accepted' + (f"; {near}" if near else ""),
            f"write {', '.join(DRIFTS)}, or the name of a column",
        )
    return str(value)


Drift = Annotated[str, BeforeValidator(_drift)]


class FileRule(Shape):
    """kpi.yaml: what cannot be told from a file. The first rule whose pattern matches applies."""

    files: OneLine  # pattern relative to kpi/, as in "meta/daily/*.csv"
    platform: Platform | None = None
    account: OneLine | None = None
    kind: OneLine | None = None
    # of a table that Bilan does not know: what each heading holds; beside `kind`, further headings of that kind
    columns: Mapping[Column, Headings] = Field(default_factory=dict)
    grain: Literal["day", "post", "campaign_day"] = "day"  # what a row of such a table is about
    metric: OneLine | None = None  # of a one-metric file whose title is not known
    locale: Literal["fr", "en", "en-US", "en-GB", "de", "es", "pt"] | None = None
    timezone: Zone | None = None
    currency: Currency | None = None
    downloaded: Day | None = None
    accept: tuple[Drift, ...] = ()  # changes since the last download of this kind that are as they should be
    absent: Literal["missing", "zero"] = "missing"  # what a day without a row means
    ignore: YesNo = False
    why: OneLine | None = None

    @model_validator(mode="after")
    def _whole_rows(self) -> FileRule:
        lacking = [column for column in NEEDED[self.grain] if self.columns and not self.kind and column not in self.columns]
        if lacking:
            raise refuse(
                "column-missing", f"a row of grain {self.grain} needs the column {' and '.join(lacking)}", f"add {lacking[0]}: its heading"
            )
        return self


class KpiFile(Shape):
    """kpi.yaml."""

    files: tuple[FileRule, ...] = ()


class Counter(Shape):
    """A figure kept by hand: its value at a date, who noted it, and from what."""

    name: Slug
    label: OneLine
    value: Number
    date: Day
    author: OneLine
    source: OneLine
    unit: OneLine = "count"


def _one_a_day(counters: tuple[Counter, ...]) -> tuple[Counter, ...]:
    """Of two values of one day nobody knows which is meant."""
    for number, counter in enumerate(counters):
        if any((counter.name, counter.date) == (other.name, other.date) for other in counters[:number]):
            raise refuse("counter-twice", f'the counter "{counter.name}" has two values on {counter.date}', "keep one of them")
    return counters


class CountersFile(Shape):
    """counters.yaml."""

    counters: Annotated[tuple[Counter, ...], AfterValidator(_one_a_day)] = ()


class Annotation(Shape):
    """A dated note on curves; internal ones never reach a client's output."""

    date: Day
    until: Day | None = None
    text: OneLine
    audience: Literal["internal", "client"] = "internal"
    platform: Platform | None = None


class AnnotationsFile(Shape):
    """annotations.yaml."""

    annotations: tuple[Annotation, ...] = ()


class Site(Shape):
    """The agency's site as the stages see it."""

    root: Path
    title: str
    url: str | None
    language: str
    timezone: str
    brand: Brand
    social: Social = "key"
    limits: Limits
    mail: MailFile | None = None
    targets: Targets = Field(default_factory=dict)
    at: Location
    brand_at: Mapping[str, Location] = Field(default_factory=dict)  # of each part of the brand that is said here


class Client(Shape):
    """One client, with every inherited value filled in."""

    slug: str
    name: str
    language: str
    timezone: str
    currency: str
    brand: Brand
    url: str | None
    accounts: tuple[Account, ...]
    goals: tuple[Goal, ...]
    counters: tuple[Counter, ...]
    annotations: tuple[Annotation, ...]
    rules: tuple[FileRule, ...]
    at: Location
    spaces: tuple[Space, ...] = ()
    brand_names: tuple[str, ...] = ()
    competitors: Competitors = ()
    service: Service | None = None
    conversation: tuple[ConversationRule, ...] = ()
    alerts: Alerts = Alerts()
    past_campaigns: tuple[PastCampaign, ...] = ()
    contacts: tuple[Contact, ...] = ()
    holidays: str | None = None
    room: Room = Room()
    addresses: Mapping[str, UnlistedAddress] = Field(default_factory=dict)  # of what is unlisted, by what it is
    brand_at: Mapping[str, Location] = Field(default_factory=dict)


def agency_as_client(site: Site) -> Client:
    """The agency in a client's place, for its own page: it has no accounts and no numbers."""
    return Client(
        slug="",
        name=site.title,
        language=site.language,
        timezone=site.timezone,
        currency="EUR",
        brand=site.brand,
        url=site.url,
        accounts=(),
        goals=(),
        counters=(),
        annotations=(),
        rules=(),
        at=site.at,
    )
