"""The kinds of value that YAML and front matter may hold: every scalar arrives as text and is read strictly, or refused with a way out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from generator.digests import short_digest

MAX_SLUG_BYTES = 200  # a file system's 255, less ".html", a digest, a folder's index


class Shape(BaseModel):
    """A mapping with known keys only, frozen once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def refuse(code: str, message: str, fix: str) -> PydanticCustomError:
    """An error that the located reader turns into a Problem; braces in the message are plain characters."""
    return PydanticCustomError(code, "{text}", {"text": message, "fix": fix})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse("wrong-shape", f"a text is expected, not {_shape_of(value)}", "write one value on the line of the key")
    return value


def _shape_of(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a value of another kind"


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise refuse("not-yes-no", f'"{value}" is neither true nor false', "write true or false")
    return bool(value == "true")


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?\d{1,15}", value):
        raise refuse("not-a-number", f'"{value}" is not a whole number', "write digits only, without spaces or a decimal mark")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,12})?", value):
        raise refuse("not-a-number", f'"{value}" is not a number', "write digits with a point for decimals, for instance 12500 or 0.035")
    return float(value)


def _seconds(value: Any) -> int:
    found = re.fullmatch(r"(\d{1,3}) ?(s|min|h)", value) if isinstance(value, str) else None
    if isinstance(value, int):
        return value
    if found is None or found[1].strip("0") == "":
        raise refuse("not-a-span", f'"{value}" is not a span of time', "write for instance 1h or 30min")
    return int(found[1]) * {"h": 3600, "min": 60, "s": 1}[found[2]]


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value) if isinstance(value, str) else None
    if not match:
        raise refuse("not-a-date", f'"{value}" is not a date', "write year-month-day, for instance 2026-09-30")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise refuse("impossible-date", f"{value} does not exist in the calendar", "check the day and the month") from None


def read_instant(value: Any) -> datetime:
    """A moment as written: naive, to be read in the client's zone, unless it carries an offset."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?", value)
        if match:
            _day(match[1])
            try:
                return datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                raise refuse("impossible-date", f"{value} is not an hour of the day", "hours go from 00:00 to 23:59") from None
    raise refuse("not-a-date", f'"{value}" is not a date with an hour', "write for instance 2026-09-30T18:00")


def _zone(value: Any) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        raise refuse("unknown-zone", f'"{value}" is not a time zone', "write a name such as Europe/Paris or America/New_York") from None
    return str(value)


def _language(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", value):
        raise refuse(
            "unknown-language", f'"{value}" is no language', "write fr or en, or another one as de or pt-BR with words of the site's own"
        )
    return value


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise refuse("not-a-currency", f'"{value}" is not a currency code', "write three capitals, for instance EUR or GBP")
    return value


def _colour(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise refuse("not-a-colour", f'"{value}" is not a colour', 'write six hexadecimal digits in quotes, for instance "#1f4e4a"')
    return value.lower()


def _slug(value: Any) -> str:
    problem = slug_problem(value)
    if problem:
        raise refuse("bad-slug", problem, "use lower-case letters, digits and hyphens")
    return str(value)


def slug_problem(value: Any) -> str | None:
    """Why a text cannot be part of an address, or None when it can."""
    if not isinstance(value, str) or not value:
        return "the slug is empty"
    if len(value.encode()) > MAX_SLUG_BYTES:
        return f"the slug is longer than {MAX_SLUG_BYTES} bytes"
    if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", value):
        return f"{value!r} cannot be part of an address"
    return None


def slug_from(text: str) -> str:
    """A text as part of an address: accents off, everything else but letters and digits a hyphen."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    return slug or "m-" + short_digest(text.encode())


def tag_slug(label: str) -> str:
    """A tag's part of an address: the same for all spellings of it."""
    return slug_from(re.sub("['’]", " ", label.strip().removeprefix("#")))


def _address(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/\\\"'<>]+(/[^\s\"'<>\\]*)?", value):
        raise refuse("not-an-address", f'"{value}" is not a web address', "write it whole, for instance https://novea.example/")
    return value


def _one_line(value: Any) -> str:
    text = _text(value)
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise refuse("control-character", "line breaks and control characters are not allowed here", "write the text on one line")
    return text


def read_focus(value: Any) -> str:
    """The point of a picture that must be seen, from its left and its top."""
    found = re.fullmatch(r"(\d{1,3})% +(\d{1,3})%", value.strip()) if isinstance(value, str) else None
    if found is None or any(int(part) > 100 for part in found.groups()):
        raise refuse("not-a-focus", f'"{value}" is no point of a picture', "write how far it is from the left and from the top: 40% 20%")
    return f"{int(found[1])}% {int(found[2])}%"


Text = Annotated[str, BeforeValidator(_text)]
OneLine = Annotated[str, BeforeValidator(_one_line)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Seconds = Annotated[int, BeforeValidator(_seconds)]  # 30s, 30min, 1h
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(read_instant)]
Zone = Annotated[str, BeforeValidator(_zone)]
Language = Annotated[str, BeforeValidator(_language)]
Currency = Annotated[str, BeforeValidator(_currency)]
Colour = Annotated[str, BeforeValidator(_colour)]
Slug = Annotated[str, BeforeValidator(_slug)]
Focus = Annotated[str, BeforeValidator(read_focus)]
Address = Annotated[str, BeforeValidator(_address)]
