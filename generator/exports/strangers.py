"""Exports that are known and not read: what each is, and what to export in its place. A table, as the kinds that are read are."""

from __future__ import annotations

from dataclasses import dataclass

from generator.exports.headers import normal

_LINES = 15  # in which they show themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A kind of file that is named instead of being read."""

    words: tuple[str, ...]  # all of them stand in its first lines
    what: str
    fix: str
    code: str = "unknown-export"


_COMPARED = "a comparison of two periods, which would be added up"
_STRANGERS = (
    Stranger(words=("email campaign report",), what="Mailchimp's report of one mailing, which is not read",
             fix="export the list of all campaigns instead: it has the same figures, and those of the others"),
    Stranger(words=("message author", "sentiment"), what="a list of messages with the names of their authors, which holds no figures",
             fix="put it into conversation/, and map its headings in conversation.yaml"),
    Stranger(words=("video overview", "watch time (ms)"), what="X's overview of videos, which is not read",
             fix="export the account overview and the content: they have the views of videos"),
    Stranger(words=("no data available",), what="empty: the tool says that there is no data", code="empty-export",
             fix="export it again over a period that has data"),
    Stranger(words=("previous", "clicks"), what=_COMPARED, code="comparison-export", fix="export it without a comparison"),
    Stranger(words=("precedents", "clics"), what=_COMPARED, code="comparison-export", fix="export it without a comparison"),
)  # fmt: skip


def stranger(text: str) -> Stranger | None:
    """Which of them a text is."""
    head = normal(" ".join(text.splitlines()[:_LINES])[:4000])
    return next((each for each in _STRANGERS if all(word in head for word in each.words)), None)
