"""One client's figures, opened for a question: the way of a build from site.yaml to metrics, without pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.config import load_clients, load_site
from generator.exports import read_conversation, read_exports
from generator.metrics import compute_figures, load_dictionary
from generator.model.conversation import Conversation
from generator.model.figures import Figures
from generator.model.kpi import Data
from generator.model.site import Client
from generator.problems import BilanError, Location, Problem, Problems, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBook:
    """A client, what was read of it, and everything that can be asked about it."""

    client: Client
    data: Data
    talk: Conversation
    figures: Figures


def open_books(root: Path, problems: Problems, *, only: str | None = None) -> Iterator[OpenBook]:
    """Each client's book, in order of slug. Raises BilanError when `only` names no client."""
    site = load_site(root, problems)
    clients = load_clients(site, problems)
    if only is not None and only not in {client.slug for client in clients}:
        raise unknown("client", only, [client.slug for client in clients])
    dictionary = load_dictionary(root, problems)
    for client in clients:
        if only in (None, client.slug):
            folder = root / "content" / client.slug
            data = read_exports(folder / "kpi", root=root, client=client, limits=site.limits, problems=problems)
            talk = read_conversation(folder / "conversation", root=root, client=client, limits=site.limits, problems=problems)
            yield OpenBook(client=client, data=data, talk=talk, figures=compute_figures(client, data, talk, dictionary))


def unknown(what: str, name: str, known: list[str]) -> BilanError:
    """A name that stands for nothing, with the nearest one that does."""
    near = did_you_mean(name, known)
    message = f'there is no {what} "{name}"' + (f"; {near}" if near else "")
    return BilanError(
        [Problem(code=f"unknown-{what}", message=message, at=Location(path=what.upper()), fix=f"{what}s: {', '.join(known)}")]
    )
