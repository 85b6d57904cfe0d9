"""A site's catalogues for those who plan: English words → those of another language, and a problem for each that is missing."""

from __future__ import annotations

from collections.abc import Callable

from generator.problems import Location, Problem, Problems
from generator.render.reading import Files, Theme


def missing_message(text: str, language: str, during: str | None = None) -> Problem:
    at = Location(path=f"templates/messages/{language}.po")
    message, fix = f'no "{language}" words for "{text}"', "add the message to the catalogue"
    return Problem(code="missing-message", message=message, at=at, fix=fix, during=during)


def words_of(theme: Theme, problems: Problems) -> Callable[[str], Callable[[str], str]]:
    """By language: what turns English words into its own."""
    from generator.render.formats import is_known, read_messages  # not for the languages that Bilan speaks by itself

    def of(language: str) -> Callable[[str], str]:
        found = Files(theme).look(f"messages/{language}.po")[0]
        messages = read_messages(language, found[1] if found else None)
        if not is_known(language):
            at = Location(path=f"templates/messages/{language}.po")
            problems.add("unknown-language", f'nobody knows how "{language}" writes numbers and days', at, fix="check the name of the file")

        def say(text: str) -> str:
            messages.missing.clear()
            said = messages.gettext(text)
            problems.extend(missing_message(each, language) for each in messages.missing)
            return said

        return say

    return of
