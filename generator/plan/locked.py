"""A client's room that a password opens: the same pages and PDFs, sealed under names that say nothing, and one page that opens them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generator.model.content import ClientReport
from generator.model.outputs import Job, Output
from generator.plan.bundles import Theme, brand_value, page_job, page_value, put_assets
from generator.plan.reports import plan_room
from generator.plan.scope import Scope, Shelf
from generator.problems import Location
from generator.seals import ROUNDS, Keys, salt_of, sealed, secret_name

CONTENTS = "contents.json"  # which file is which, sealed like the rest


def plan_locked(scope: Scope, over: Sequence[ClientReport], theme: Theme, keys: Keys) -> None:
    """Puts the room's sealed files on the shelf, and its front page. Style, script and fonts say nothing of anybody: they stay open."""
    inside = Shelf(scope.problems)
    plan_room(replace(scope, shelf=inside), over, theme)
    closed = [output for output in inside.outputs() if output.job.renderer != "asset"]
    names = {name: secret_name(keys, name) for output in closed if (name := output.path.removeprefix(f"{scope.folder}/"))}
    job = Job(renderer="text", language="en", data={"text": json.dumps(names, indent=0, sort_keys=True)})
    contents = Output(path=f"{scope.folder}/{CONTENTS}", job=job, owner=scope.client.slug, at=scope.client.at)
    for output in (*closed, contents):
        scope.shelf.put(sealed(output, keys, scope.folder))
    _put_opener(replace(scope, access="unlisted", media={}), theme, keys)


def _put_opener(scope: Scope, theme: Theme, keys: Keys) -> None:
    client = scope.client
    data: dict[str, Any] = {
        "page": page_value(scope, client.name, "locked"),
        "brand": brand_value(client.brand, scope),
        "assets": put_assets(scope, theme, opener=True),
        "home": None,
        "nav": [],
        "body": [],
        "client": {"name": client.name},
        "room": {
            "contents": secret_name(keys, CONTENTS),
            "salt": salt_of(scope.site.url or scope.site.title, client.slug).hex(),
            "rounds": ROUNDS,
        },
    }
    scope.put("index.html", page_job("locked.html", scope.language, data), Location(path=client.at.path))
