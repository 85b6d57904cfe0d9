"""content/<client>/reports/ → ClientReport: its definition, its sections, and the commentary of each period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from generator.content.body import split_body
from generator.content.pages import read_dates, read_markdown, slug_of_file
from generator.content.sent import read_sent
from generator.content.walk import relative
from generator.located import Document, check, read_shape, read_text, split_front_matter
from generator.model.approval import Approval, ApprovalFile
from generator.model.content import ClientReport, Commentary, CommentaryFile, ReportFile, Section
from generator.model.fields import slug_from
from generator.model.figures import Grain
from generator.model.periods import containing, period_name, read_period
from generator.model.site import Client, Site
from generator.problems import SHARED, Location, Problems, did_you_mean

_FIGURE = re.compile(r"\{\{\s*[a-z_]")
_HEADING = re.compile(r"^##\s+(.+?)\s*(?:\{#([\w-]+)(?:\s+for=([\w,-]+))?\})?\s*$")


def read_reports(site: Site, client: Client, folder: Path, problems: Problems) -> tuple[ClientReport, ...]:
    """Every report of a client: its own, and those of content/reports/ that it has no file of the same name for; drafts are left out."""
    own = {path.name: path for path in folder.glob("*.md")}
    shared = {path.name: path for path in (site.root / "content" / SHARED).glob("*.md")}
    paths = [(shared | own)[name] for name in sorted(shared | own)]
    whole = (report for path in paths if (report := _read_report(site, client, path, folder, problems)))
    cuts = (cut for report in whole for cut in _cuts(report, site, folder, problems))
    return tuple(replace(cut, sent=read_sent(site.root, cut, problems)) for cut in cuts)


def _cuts(report: ClientReport, site: Site, folder: Path, problems: Problems) -> Iterator[ClientReport]:
    """A report, and its cuts for other readers: from one set of facts, the sections that are for everybody and those for them. Each cut
    is signed off in a folder of its own name."""
    for section in report.sections:
        for reader in section.readers:
            if reader not in report.cuts:
                near = did_you_mean(reader, report.cuts)
                message = f'the section is for "{reader}", and the report has no such cut' + (f"; {near}" if near else "")
                problems.add(
                    "unknown-cut", message, section.at, fix=f"cuts: {', '.join(report.cuts) or 'none; say cuts: in the front matter'}"
                )
    yield replace(report, sections=tuple(section for section in report.sections if not section.readers))
    for cut in report.cuts:
        sections = tuple(section for section in report.sections if not section.readers or cut in section.readers)
        slug = f"{report.slug}-{cut}"
        periods = [path.name for path in sorted((folder / slug).glob("*")) if _is_of(path.name, report.cadence)]
        approvals = _approvals(folder / slug, site, periods, problems)
        yield replace(report, slug=slug, sections=sections, approvals=approvals, cuts=())


def refuse_strangers(site: Site, clients: Sequence[Client], problems: Problems) -> None:
    """A shared report for a client that does not exist is an error, not silence."""
    known = [client.slug for client in clients]
    for path in sorted((site.root / "content" / SHARED).glob("*.md")):
        text = read_text(path, relative(path, site.root), Problems(), limit=site.limits.markdown_bytes)
        matter = split_front_matter(text, relative(path, site.root), Problems()) if text is not None else None
        file = check(matter.head, ReportFile, Problems()) if matter else None
        for index, slug in enumerate(file.clients if file else ()):
            if matter and slug not in known:
                near = did_you_mean(slug, known)
                message = f'there is no client "{slug}"' + (f"; {near}" if near else "")
                problems.add("no-client", message, matter.head.place(("clients", index)), fix=f"clients: {', '.join(known)}")


def _read_report(site: Site, client: Client, path: Path, folder: Path, problems: Problems) -> ClientReport | None:
    """One definition, with the client's own commentary, which lies in `folder`."""
    name = relative(path, site.root)
    text = read_text(path, name, problems, limit=site.limits.markdown_bytes)
    matter = split_front_matter(text, name, problems) if text is not None else None
    if matter is None:
        return None
    file = check(matter.head, ReportFile, problems)
    sections = _sections(matter.body, name, matter.head, matter.body_line, problems)
    if file is None:
        return None
    shared = path.parent != folder
    if file.clients and not shared:
        fix = "move the report to content/reports/, or take clients: out"
        problems.add(
            "not-shared",
            "only a report in content/reports/ is made for several clients",
            matter.head.place(("clients",), key=True),
            fix=fix,
        )
    if shared and file.clients and client.slug not in file.clients:
        return None
    ids = [section.id for section in sections]
    commentary = _commentary(folder / path.stem, site, file.cadence, ids, problems)
    awaited = _awaited(file.commentary, ids, matter.head, problems)
    if file.draft:
        return None
    opens, until = read_dates(file.at, file.shown_until, client.timezone, matter.head, problems, key="shown_until")
    return ClientReport(
        slug=slug_of_file(path, matter.head, problems),
        client=client.slug,
        title=file.title,
        cadence=file.cadence,
        first=file.first,
        last=file.last,
        confidentiality=file.confidentiality,
        sections=sections,
        commentary=commentary,
        awaited=awaited,
        required=file.commentary is not None,
        sent={},
        words=relative(folder / path.stem, site.root),
        approvals=_approvals(folder / path.stem, site, commentary, problems),
        allow_partial=file.allow_partial,
        pages=file.pages,
        format=file.format,
        due=file.due,
        cuts=file.cuts,
        folder=relative(folder, site.root),
        at=Location(path=name, line=1),
        opens=opens,
        until=until,
    )


def _sections(body: str, name: str, head: Document, first_line: int, problems: Problems) -> tuple[Section, ...]:
    """The body cut at its second-level headings, fenced blocks left whole."""
    lines = body.split("\n")
    starts = list(_headings(lines))
    sections: dict[str, Section] = {}
    for (index, heading), end in zip(starts, [*(index for index, _ in starts[1:]), len(lines)], strict=True):
        at = Location(path=name, line=first_line + index, column=1)
        section_id = heading[2] or slug_from(heading[1])
        if section_id in sections:
            problems.add(
                "duplicate-section",
                f'there are two sections "{section_id}"',
                at,
                fix="give one of them another {#id}",
                excerpt=lines[index],
            )
            continue
        inner = split_body("\n".join(lines[index + 1 : end]), name, head.lines, first_line + index + 1, problems)
        readers = tuple(heading[3].split(",")) if heading[3] else ()
        sections[section_id] = Section(id=section_id, title=heading[1], body=inner, at=at, readers=readers)
    if not sections:
        problems.add(
            "no-section",
            "a report needs at least one section",
            Location(path=name, line=first_line),
            fix="add a heading: ## Audience {#audience}",
        )
    return tuple(sections.values())


def _awaited(asked: tuple[str, ...] | None, ids: list[str], head: Document, problems: Problems) -> tuple[str, ...]:
    """The sections that need words each period; the first one where nothing is said of it."""
    if asked is None:
        return tuple(ids[:1])
    if asked in (("all",), ("none",)):
        return tuple(ids) if asked == ("all",) else ()
    for index, name in enumerate(asked):
        if name not in ids:
            near = did_you_mean(name, ids)
            message = f'the report has no section "{name}"' + (f"; {near}" if near else "")
            problems.add(
                "unknown-section", message, head.place(("commentary", index)), fix=f"commentary: all, none, or some of {', '.join(ids)}"
            )
    return tuple(name for name in ids if name in asked)


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    fence: str | None = None
    for index, line in enumerate(lines):
        mark = re.match(r"^(`{3,}|~{3,})", line)
        if mark:
            fence = None if fence and line.startswith(fence) else fence or mark[1]
        elif fence is None and (heading := _HEADING.match(line)):
            yield index, heading


def _commentary(folder: Path, site: Site, cadence: Grain, ids: list[str], problems: Problems) -> Mapping[str, Mapping[str, Commentary]]:
    """Period → section → commentary, from one folder a period and one file a section."""
    periods = {path.name: path for path in sorted(folder.glob("*")) if path.is_dir()}
    found: dict[str, dict[str, Commentary]] = {}
    for period, path in periods.items():
        if not _is_of(period, cadence):
            message = f'"{period}" is no {cadence}, which is the cadence of the report'
            example = period_name(containing(date(2026, 9, 14), cadence))
            problems.add("not-a-period", message, Location(path=relative(path, site.root)), fix=f"name the folder for instance {example}")
            continue
        found[period] = {file.stem: note for file in sorted(path.glob("*.md")) if (note := _one(file, site, ids, problems))}
    return found


def _approvals(folder: Path, site: Site, periods: Iterable[str], problems: Problems) -> Mapping[str, Approval]:
    """Who signed off which period, from approval.yaml beside its commentary."""
    found = {}
    for period in periods:
        path = folder / period / "approval.yaml"
        name = relative(path, site.root)
        read = read_shape(path, name, ApprovalFile, problems, limit=site.limits.yaml_bytes) if path.is_file() else None
        if read:
            file = read[0]
            found[period] = Approval(
                state=file.state, by=file.by, when=file.at.isoformat(), content=file.content, pdf=file.pdf, figures=file.figures,
                at=Location(path=name),
            )  # fmt: skip
    return found


def _is_of(name: str, cadence: Grain) -> bool:
    try:
        period = read_period(name)
    except ValueError:
        return False
    return period.grain == cadence and period_name(period) == name


def _one(path: Path, site: Site, ids: list[str], problems: Problems) -> Commentary | None:
    name = relative(path, site.root)
    if path.stem not in ids:
        near = did_you_mean(path.stem, ids)
        problems.add(
            "unknown-section",
            f'the report has no section "{path.stem}"' + (f"; {near}" if near else ""),
            Location(path=name),
            fix=f"name the file after one of: {', '.join(ids)}",
        )
        return None
    read = read_markdown(path, site, CommentaryFile, problems)
    if read is None:
        return None
    file, document, body = read
    if file.title and _FIGURE.search(file.title):
        problems.add(
            "figure-in-title",
            "a title cannot name a figure: it would be printed with its braces",
            document.place(("title",)),
            fix="write the number itself, or name the figure in the text below",
        )
        return None
    return Commentary(
        title=file.title,
        author=file.author,
        numbers=tuple(map(float, file.numbers)),
        body=body,
        folder=relative(path.parent, site.root),
        at=Location(path=name, line=1),
    )
