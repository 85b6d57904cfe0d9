"""Jinja: a sandbox that fails on unknown names, notes every template it opens, and gives mistakes their line.

The only module that knows it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem, did_you_mean
from generator.render.formats import Formats, Messages, read_messages
from generator.render.prose import prose_html
from generator.render.reading import Reader
from generator.render.titles import breaks, letters
from generator.render.words import missing_message

MEMORY = 256 << 20  # bytes by which a template may make the process grow
STEP = 512 << 20  # bytes of address space that it may ask for: a margin for other threads, for which the limit holds too
TOO_MUCH = f"the template takes more than {MEMORY >> 20} MiB of memory"
GLANCE = 0.1  # seconds between looks at time and memory
METHODS = frozenset(dir(dict))
LONGEST = 1 << 20  # characters that a template's own multiplication may make
_reader: ContextVar[Reader] = ContextVar("reader")


class _Loader(BaseLoader):
    """Finds templates through the current reader; a cached one is checked, and noted, each time it is used."""

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        reader = _reader.get()
        found = reader.find(template)
        if found is None:
            raise TemplateNotFound(template)
        name, content = found
        return _text(name, content), name, partial(_unchanged, template, content)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        at = Location(path=name, line=content.count(b"\n", 0, error.start) + 1)
        message = f"byte {error.start} is not UTF-8; the file looks like Windows-1252"
        raise BilanError([Problem(code="not-utf-8", message=message, at=at, fix="save the file as UTF-8")]) from None


def _unchanged(template: str, content: bytes) -> bool:
    found = _reader.get().find(template)
    return found is not None and found[1] == content


class _UnknownNameError(UndefinedError):
    """A misspelt name, with those that are known in its place."""

    def __init__(self, name: str, owner: Any, message: str | None) -> None:
        super().__init__(message)
        self.name = name
        self.known: Sequence[str] | None = sorted(map(str, owner)) if isinstance(owner, Mapping) else None


class _Unknown(StrictUndefined):
    """Fails when it is used, and knows what else its owner has."""

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = UndefinedError) -> None:
        if hint is None and name is not None:
            exc = partial(_UnknownNameError, name, obj)
        super().__init__(hint, obj, name, exc)


class Unaddable(float):
    """The value of a ratio, a level or a reach of several days: no template may add it up, for the whole has a figure of its own."""

    def _refused(self, other: object) -> float:
        raise TemplateRuntimeError("a ratio, a level or a sum of daily reach is added up; ask for the figure of the whole instead")

    __add__ = __radd__ = _refused


class _Sandbox(ImmutableSandboxedEnvironment):
    """Also keeps a template from making giant texts, and from adding up what does not add up."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        found = super().getitem(obj, argument)
        return Unaddable(found) if argument == "value" and type(found) is float and _unaddable(obj) else found

    def getattr(self, obj: Any, attribute: str) -> Any:
        # values of a job are dictionaries: Jinja looks for an attribute of that name first, which costs a fifth of a page
        known = type(obj) is dict and attribute in obj and attribute not in METHODS
        found = obj[attribute] if known else super().getattr(obj, attribute)
        return Unaddable(found) if attribute == "value" and type(found) is float and _unaddable(obj) else found

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        sizes = [
            len(side) * other
            for side, other in ((left, right), (right, left))
            if isinstance(side, str | list | tuple) and isinstance(other, int)
        ]
        if (operator == "**" and isinstance(right, int | float) and abs(right) > 64) or any(size > LONGEST for size in sizes):
            raise SecurityError(f"a value beyond the limit of {LONGEST:,} characters")
        return super().call_binop(context, operator, left, right)


def _unaddable(figure: object) -> bool:
    return isinstance(figure, Mapping) and figure.get("additive") is False


@lru_cache(maxsize=8)
def _environment(folders: tuple[tuple[str, Path], ...], language: str) -> _Sandbox:
    """One a process, theme and language."""
    environment = _Sandbox(
        loader=_Loader(), autoescape=True, undefined=_Unknown, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )  # fmt: skip
    environment.filters.update(Formats(language).filters())
    environment.filters |= {"tones": tones, "breaks": breaks, "letters": letters}
    environment.globals.pop("lipsum")  # texts of any length, in one step
    return environment


def tones(medium: Mapping[str, Any]) -> str:
    """A brand's tones as properties of a style sheet."""
    single = [f"--{name.replace('_', '-')}:{tone};" for name, tone in medium.items() if name != "series"]
    return "".join([*single, *(f"--series-{number}:{tone};" for number, tone in enumerate(medium["series"], 1))])


def render_template(output: Output, reader: Reader, remarks: list[Problem], *, medium: str) -> tuple[str, list[str]]:
    """A job's template with its data: HTML, and the drawings that a PDF shows as pictures.

    Raises BilanError with the template's line for whatever the template has wrong.
    """
    job = output.job
    assert job.template is not None
    environment = _environment(reader.theme.folders, job.language)
    formats = Formats(job.language)
    catalogue = reader.find(f"messages/{job.language}.po") if job.language != "en" else None
    messages = read_messages(job.language, catalogue[1] if catalogue else None)
    messages.missing.clear()
    drawings: list[str] = []
    general = {"language": job.language, "medium": medium, **_words(messages, formats), **_text_helpers(formats, medium)}
    general["once"] = partial(_once, environment, reader, messages, general)
    names = {**job.data, **general, **_drawing_helpers(job.data, formats, medium, drawings)}
    token = _reader.set(reader)
    try:
        with _limited(reader.theme.limits.template_seconds):
            html = environment.get_template(job.template).render(names)
    except BilanError:
        raise
    except Exception as error:
        raise BilanError([_problem(error, output, names, reader)]) from error
    finally:
        _reader.reset(token)
    remarks += [missing_message(text, job.language, f"rendering {output.path}") for text in messages.missing]
    return html, drawings


def _words(messages: Messages, formats: Formats) -> Mapping[str, Callable[..., Markup]]:
    """Messages of templates, whose values are escaped. The extension's own functions look for the same each time, for a tenth of a page."""

    def one(message: str, /, **values: Any) -> Markup:
        text = _safe(messages.gettext(message))
        return text % values if "%" in text else text

    def counted(singular: str, plural: str, num: int, /, **values: Any) -> Markup:
        return _safe(messages.ngettext(singular, plural, num)) % {"num": formats.number(num), **values}

    return {"_": one, "gettext": one, "ngettext": counted}


def _once(environment: _Sandbox, reader: Reader, messages: Messages, general: Mapping[str, Any], template: str, /, **values: Any) -> Markup:
    """A part that many pages share, as a moment's card or a campaign's foot: its template, given these values and no others, is rendered
    once for all pages of a run that give it the same."""
    key = (template, general["language"], general["medium"], *values, *map(id, values.values()))
    known = reader.files.parts.get(key)
    if known is None:
        own, missing = Reader(reader.files), dict(messages.missing)
        messages.missing.clear()
        token = _reader.set(own)
        try:
            html = _safe(environment.get_template(template).render({**general, **values}))
        finally:
            _reader.reset(token)
            reader.note_all(own.so_far)
        known = reader.files.parts[key] = (html, own.so_far, dict(messages.missing), values)  # the values stay: nothing else gets their ids
        messages.missing.update(missing)
    shown: tuple[Markup, Mapping[str, str | None], Mapping[str, None], Any] = known
    html, noted, lacking, _ = shown
    reader.note_all(noted)
    messages.missing.update(lacking)
    return html


def _text_helpers(formats: Formats, medium: str) -> Mapping[str, Callable[..., Any]]:
    """What templates may call beside filters, for words."""
    return {
        "prose": lambda value: _safe(prose_html(value, formats, medium)),
        "markdown": lambda text: _safe(prose_html({"text": text, "figures": {}, "links": {}}, formats, medium)),
        "plain": lambda text: _safe(formats.typo("<br>".join(str(escape(line)) for line in str(text or "").splitlines()))),
    }


def _drawing_helpers(data: Mapping[str, Any], formats: Formats, medium: str, drawings: list[str]) -> Mapping[str, Callable[..., Any]]:
    """And for charts."""
    from generator.render.charts import draw, draw_cover, draw_progress, draw_spark, sentence, trend
    from generator.render.charts.vega import draw_vega

    tones = data["brand"]["print"] if medium == "print" else None

    def shown(svg: str, words: str) -> Markup:
        """Inline on screen, where it takes the page's colours and fonts; a picture in print: faster, and its words are read out."""
        drawings.append(svg)
        if medium == "screen":
            return _safe(svg.replace("url(#gap)", f"url(#gap-{len(drawings)})").replace('id="gap"', f'id="gap-{len(drawings)}"'))
        return Markup('<img class="drawing" src="bilan:drawing/{}" alt="{}">').format(len(drawings) - 1, words)

    return {
        "chart": lambda segment, width=720, height=300: shown(draw(segment, formats, tones, width, height), sentence(segment, formats)),
        "chart_sentence": lambda segment: sentence(segment, formats),
        "vega": lambda segment, width=960, height=360: shown(
            draw_vega(segment, formats.language, tones, width, height), segment["sentence"]
        ),
        "spark": lambda figure, width=160, height=36: shown(draw_spark(figure["spark"], tones, width, height), trend(figure, formats)),
        "cover_art": lambda values, width=1000, height=700, words="": shown(
            draw_cover(values, data["brand"]["print"], width, height), words
        ),
        "progress": lambda goal, width=320: shown(draw_progress(goal, tones, width), formats.percent(goal["progress"])),
    }


def _safe(html: str) -> Markup:
    """HTML that Bilan made itself: texts in it are escaped, Markdown in it is cleaned."""
    return Markup(html)  # noqa: S704  # the one door for it; each caller above escapes or cleans


@lru_cache(maxsize=1)
def _own_memory() -> int | None:
    """An open file that tells the memory of this process; None where the system has none (macOS)."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


os.register_at_fork(after_in_child=_own_memory.cache_clear)


def _memory() -> tuple[int, int]:
    """Bytes of address space, and of memory, that this process holds now; without /proc, the most that it ever held."""
    file = _own_memory()
    if file is None:
        return 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    size, resident = os.pread(file, 64, 0).split()[:2]
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends a runaway template, by its time or the memory it takes. What it would take in one step, the system refuses."""
    size, resident = _memory()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    step = size + STEP if size and (soft == resource.RLIM_INFINITY or soft > size + STEP) else soft
    resource.setrlimit(resource.RLIMIT_AS, (step, hard))
    try:
        with _timed(seconds, resident + MEMORY):
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _timed(seconds: float, most: int) -> Iterator[None]:
    end = time.monotonic() + seconds

    def excess() -> str | None:
        if time.monotonic() > end:
            return f"the template takes longer than template_seconds = {seconds:g}"
        return TOO_MUCH if _memory()[1] > most else None

    with _looking(excess) if threading.current_thread() is threading.main_thread() else _watched(excess):
        yield


@contextmanager
def _looking(excess: Callable[[], str | None]) -> Iterator[None]:
    """Interrupts itself: the main thread of a process."""

    def look(number: int, frame: FrameType | None) -> None:
        if message := excess():
            raise TemplateRuntimeError(message)

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, GLANCE, GLANCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watched(excess: Callable[[], str | None]) -> Iterator[None]:
    """Any other thread, of a server or of a cluster's worker, is watched by one that raises the error in it."""
    watched, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch() -> None:
        while not over.wait(GLANCE):
            if message := excess():
                with lock:
                    if not over.is_set():
                        _raise_in(watched, message)
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            over.set()


def _raise_in(thread: int, message: str) -> None:
    """Python makes the error itself, from a class, between two steps of the thread."""
    words = {"__init__": lambda error: TemplateRuntimeError.__init__(error, message)}
    kind = type("TemplateRuntimeError", (TemplateRuntimeError,), words)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


# ---- mistakes -------------------------------------------------------------------------------------------------------


def _problem(error: Exception, output: Output, names: Mapping[str, Any], reader: Reader) -> Problem:
    during = f"rendering {output.path}"
    at = _place(error, output, reader)
    excerpt = _line_of(at, reader)
    if isinstance(error, TemplateSyntaxError):
        return Problem(code="template-syntax", message=str(error.message), at=at, excerpt=excerpt,
                       fix="mend this line, or what it closes", during=during)  # fmt: skip
    if isinstance(error, TemplateNotFound):
        known = reader.theme.templates()
        near = did_you_mean(str(error.name), known)
        message = f'there is no template "{error.name}"' + (f"; {near}" if near else "")
        return Problem(
            code="missing-template",
            message=message,
            at=at,
            excerpt=excerpt,
            fix="templates lie in templates/ of the site or of Bilan",
            during=during,
        )
    if isinstance(error, UndefinedError):
        known, message = sorted({*names, *(["segment"] if at.path.startswith("templates/blocks/") else [])}), str(error.message)
        if isinstance(error, _UnknownNameError):
            known = known if error.known is None else list(error.known)
            near = did_you_mean(str(error.name), known)
            message = f'nothing is called "{error.name}" here' + (f"; {near}" if near else "")
        return Problem(
            code="unknown-variable", message=message, at=at, excerpt=excerpt, fix=f"known names: {', '.join(known)}", during=during
        )
    if isinstance(error, RecursionError):
        return Problem(
            code="template-recursion",
            message="templates include one another without end",
            at=at,
            fix="take one of the includes out; Bilan's own template of the same name is extended as in "
            + '{% extends "bilan:page.html" %}',
            during=during,
        )
    if isinstance(error, MemoryError):
        error = TemplateRuntimeError(TOO_MUCH)
    fix = (
        "the sandbox allows small loops and texts; data is prepared by Bilan"
        if isinstance(error, SecurityError | OverflowError)
        else "mend this line"
    )
    return Problem(code="template-error", message=f"{type(error).__name__}: {error}", at=at, excerpt=excerpt, fix=fix, during=during)


def _place(error: Exception, output: Output, reader: Reader) -> Location:
    """The innermost line of a template; Jinja rewrites tracebacks so that they name them."""
    if isinstance(error, TemplateSyntaxError):
        return Location(path=error.filename or error.name or str(output.job.template), line=error.lineno)
    prefixes = tuple(prefix for prefix, _ in reader.theme.folders)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(prefixes)]
    if frames:
        return Location(path=frames[-1].filename, line=frames[-1].lineno)
    return Location(path=f"templates/{output.job.template}")


def _line_of(at: Location, reader: Reader) -> str | None:
    for prefix, folder in reader.theme.folders:
        content = reader.theme.content(prefix, folder, at.path.removeprefix(prefix)) if at.path.startswith(prefix) else None
        if at.line and content is not None:
            lines = content.decode("utf-8", "replace").splitlines()
            return lines[at.line - 1] if at.line <= len(lines) else None
    return None
