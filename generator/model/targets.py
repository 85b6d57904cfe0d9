"""Where a site is published: the targets of site.yaml. Their secrets are never in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from generator.model.fields import Address, Number, OneLine, Shape, Slug, Whole, YesNo, refuse
from generator.model.mail import LOOPBACK

TargetKind = Literal["folder", "sftp", "s3", "gs", "azure"]
Host = Literal["apache", "cloudflare", "github", "netlify", "nginx"]
COMMON = ("kind", "what", "url", "private", "without", "host", "keep", "grace", "at_once")
BUCKET = ("bucket", "prefix", "endpoint", "ca_file")
KEYS: Mapping[str, tuple[str, ...]] = {
    "folder": ("path", "layout"),
    "sftp": ("path", "layout", "server", "port", "user", "key_file", "known_hosts"),
    "s3": (*BUCKET, "region", "credentials_file", "profile"),
    "gs": (*BUCKET, "credentials_file"),
    "azure": (*BUCKET, "account"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "folder": ("path",),
    "sftp": ("server", "path"),
    "s3": ("bucket",),
    "gs": ("bucket",),
    "azure": ("bucket", "account"),
}


def _no_secret(value: Any) -> Any:
    raise refuse(
        "secret-in-file",
        "a password or key does not belong into a file that is shared",
        "set it in the environment, or name a key_file or credentials_file outside the site: see docs/publishing.md",
    )


def _no_user(value: Any) -> Any:
    if isinstance(value, str) and re.match(r"[a-z][a-z0-9+.-]*://[^/@]*@", value, re.IGNORECASE):
        return _no_secret(value)
    return value


def _part_of_the_site(value: Any) -> str:
    if value != "site" and not (isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)?", value)):
        raise refuse(
            "bad-part", f'"{value}" is no part of a site', "write site, a client, or CLIENT/CAMPAIGN or CLIENT/room: what: novea/novacardz"
        )
    return str(value)


Secret = Annotated[Any, BeforeValidator(_no_secret)]
Web = Annotated[Address, BeforeValidator(_no_user)]


class Target(Shape):
    """One place. Secrets come from the environment (BILAN_<TARGET>_…, AWS_…), an SSH agent, or files outside the site."""

    kind: TargetKind
    what: Annotated[str, BeforeValidator(_part_of_the_site)] = "site"
    url: Web | None = None  # at which it is read; what was published is then also looked at there
    private: YesNo = False  # whether only those may read it whom private pages are made for
    without: Literal["private"] | None = None  # what of it stays here
    host: Host | None = None  # whose rules for headers, redirects and the domain are published with it
    keep: Whole = 5  # releases that can be restored
    grace: Number = 5.0  # seconds for which readers of the old pages still find what these show
    at_once: Whole = 16  # files on their way together
    path: OneLine | None = None
    layout: Literal["releases", "in-place"] = "releases"  # a folder a release and a link to the current one, or files at their address
    server: OneLine | None = None
    port: Whole = 22
    user: OneLine | None = None
    key_file: OneLine | None = None
    known_hosts: OneLine = "~/.ssh/known_hosts"
    bucket: OneLine | None = None
    prefix: OneLine | None = None
    endpoint: Web | None = None
    region: OneLine | None = None
    account: OneLine | None = None
    ca_file: OneLine | None = None  # of a server with a certificate of its own
    credentials_file: OneLine | None = None
    profile: OneLine = "default"  # the section of it
    password: Secret = None
    passphrase: Secret = None
    key: Secret = None
    secret: Secret = None
    secret_key: Secret = None
    access_key: Secret = None
    access_key_id: Secret = None
    secret_access_key: Secret = None
    token: Secret = None

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Target:
        lacking = [key for key in NEEDED[self.kind] if getattr(self, key) is None]
        if lacking:
            raise refuse("missing-key", f'a target of kind {self.kind} needs "{lacking[0]}"', f"add a line `{lacking[0]}: …`")
        known = (*COMMON, *KEYS[self.kind])
        other = sorted(self.model_fields_set - set(known))
        if other:
            raise refuse("unknown-key", f'a target of kind {self.kind} has no "{other[0]}"', f"known keys: {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _in_bounds(self) -> Target:
        if self.keep < 1 or not 0 <= self.grace <= 600 or not 1 <= self.at_once <= 64:
            raise refuse("bad-range", "a number of this target is out of bounds", "keep: from 1, grace: 0 to 600, at_once: 1 to 64")
        if self.private and self.without:
            raise refuse("contradicting-keys", "private pages are published here and left out", "remove one of private: and without:")
        place = (self.endpoint or "").removeprefix("http://").split("/")[0].rpartition(":")[0]
        if (self.endpoint or "").startswith("http://") and place.strip("[]") not in LOOPBACK:
            raise refuse("publish-in-the-open", "without encryption files go to this machine only", "write an endpoint with https://")
        return self


Targets = Mapping[Slug, Target]
