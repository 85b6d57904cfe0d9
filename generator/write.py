"""Results → output/: a file waits beside its place until all that belongs together is made, then each is put in place whole, and its fact
after it. Only files that Bilan wrote are removed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.digests import digest, short_digest
from generator.facts import Fact, Sayings, Stamp, Store, Verdict, stamp_of
from generator.model.outputs import Laid, Output, Result
from generator.problems import BilanError, Location, Problem, Problems

TEMPORARY = ".bilan-tmp"


def holds(folder: Path, fact: Fact, stamps: Mapping[str, Stamp]) -> bool:
    """Whether the output folder still has the bytes that were written; they are read only when the stamp differs."""
    path = folder / fact.path
    stamp = stamp_of(path)
    if stamp is None:
        return False
    return stamp == stamps.get(fact.path) or (path.is_file() and digest(path.read_bytes()) == fact.payload)


def put_in_place(path: Path, payload: bytes) -> bool:
    """Writes one file beside and replaces; identical bytes are left alone. True when the file changed."""
    if _has(str(path), payload):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(write_beside(str(path), payload)).replace(path)
    return True


def write_beside(path: str, payload: bytes) -> str:
    """The bytes in a temporary file, which is not left behind when that fails. A report is for its owner's eyes only."""
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/.{name if len(name) < 200 else short_digest(name.encode())}{TEMPORARY}"
    try:
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if name.endswith(".pdf") else 0o666)
        with open(file, "wb", buffering=0) as opened:  # noqa: PTH123  # a descriptor; pathlib would cost as much as the writing
            left = memoryview(payload)
            while left:
                left = left[opened.write(left) :]
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    return temporary


def lay(name: str, payload: bytes, folder: Path) -> Laid:
    """A file's bytes beside its place, unless they are there already."""
    path = f"{folder}/{name}"
    return Laid(digest=digest(payload), temporary=None if _has(path, payload) else write_beside(path, payload))


def beside(result: Result, folder: Path) -> Result:
    """A result whose bytes were laid beside their place; one that could not be is as it was, to be refused by who can say so."""
    if result.payload is None:
        return result
    try:
        return replace(result, payload=None, laid=lay(result.path, result.payload, folder))
    except OSError:
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A result that is not in place yet. Its bytes lie beside their place, unless they are there already."""

    fact: Fact
    temporary: str | None
    before: str = ""  # digests of what Bilan may have put there earlier

    @property
    def made(self) -> bool:
        return self.fact.payload is not None


@dataclass(slots=True)
class Tray:
    """Where results of one run wait for their place in the output folder."""

    folder: Path
    built_with: str
    sayings: Sayings
    problems: Problems
    _real: dict[str, bool] = field(default_factory=dict)  # folders → whether they are folders, and no links to elsewhere

    def lay(self, verdict: Verdict, result: Result, before: Fact | None) -> Waiting:
        """A result's bytes written beside their place; nothing is written for bytes that are there already."""
        output, laid = verdict.output, self._laid(result)
        earlier = before.in_place if before else ""
        # of one that failed, also what it read when it was good
        known = {each.path: each for each in before.inputs} if before and not laid else {}
        taken = laid.digest if laid else None
        fact = Fact(
            path=output.path,
            owner=output.owner,
            source=str(output.at),
            says=self.sayings.of(output),
            payload=taken,
            inputs=result.inputs if not known else tuple((known | {each.path: each for each in result.inputs}).values()),
            built_with=self.built_with,
            made_because=str(verdict),
            in_place=taken or earlier,
            remarks=result.problems,
            mark=self.sayings.mark(output),
        )
        return Waiting(fact=fact, temporary=laid.temporary if laid else None, before=earlier)

    def _laid(self, result: Result) -> Laid | None:
        if result.payload is None:
            return result.laid
        try:
            if not self._is_real(result.path.rpartition("/")[0]):
                raise OSError(0, "a folder on its way is a link, or a file")
            return lay(result.path, result.payload, self.folder)
        except OSError as error:
            self._refuse(result.path, error, f"make room for {len(result.payload):,} bytes, and check permissions")
            return None

    def open(self, outputs: Iterable[Output]) -> Path | None:
        """Makes the folders of outputs; the output folder, if worker processes may write there: not where one of them is a link."""
        real = [self._is_real(name) for name in sorted({output.path.rpartition("/")[0] for output in outputs})]
        return self.folder if all(real) else None

    def _is_real(self, name: str) -> bool:
        """Whether a folder is one of the output's own: a link would lead what is written out of it. It is made where it is missing."""
        if name not in self._real:
            folder = self.folder / name
            real = not name or self._is_real(name.rpartition("/")[0])
            if real:
                with suppress(FileExistsError):
                    folder.mkdir()
            self._real[name] = real and folder.is_dir() and not folder.is_symlink()
        return self._real[name]

    def put(self, waiting: Sequence[Waiting], store: Store) -> list[str]:
        """Puts files in place, what pages show before the pages, and remembers them. Returns the paths whose bytes changed."""
        waiting = sorted(
            waiting, key=lambda each: (each.fact.path.endswith(".html"), each.fact.path.endswith("index.html"), each.fact.path)
        )
        # should the run be killed, either the old bytes or the new ones are there
        coming = [each for each in waiting if each.temporary]
        store.expect((each.fact.path, each.fact.owner, f"{each.before} {each.fact.in_place}".strip()) for each in coming)
        written, made = [], []
        for each in waiting:
            path, fact = f"{self.folder}/{each.fact.path}", each.fact
            try:
                if each.temporary:
                    os.replace(each.temporary, path)  # noqa: PTH105  # as in write_beside
                    written.append(fact.path)
            except OSError as error:
                self._refuse(fact.path, error, "check permissions, and whether a folder has its name")
                fact = replace(fact, payload=None)
            made.append((fact, stamp_of(path) if fact.payload else None))
        store.keep(made)
        store.commit()
        return written

    def _refuse(self, path: str, error: OSError, fix: str) -> None:
        self.problems.add("cannot-write", f"{path} cannot be written: {error.strerror}", Location(path=f"output/{path}"), fix=fix)

    def keep_back(self, bundle: str, because: str, count: int) -> None:
        """Says that files are not put in place, and why."""
        message = f"{count} file{'s' * (count != 1)} that could be made wait for {because}: the last good ones stay together"
        self.problems.add("kept-back", message, Location(path=f"output/{bundle}".rstrip("/")), severity="warning",
                          fix="mend the mistakes, or write what there is with --lenient")  # fmt: skip


def throw_away(waiting: Iterable[Waiting]) -> None:
    """Drops files that are not to be put in place."""
    for each in waiting:
        if each.temporary:
            with suppress(OSError):
                os.unlink(each.temporary)  # noqa: PTH108


def _has(path: str, payload: bytes) -> bool:
    """Whether a file holds these bytes; it is read only when its size is theirs."""
    stamp = stamp_of(path)
    if stamp is None or stamp[0] != len(payload):
        return False
    file = Path(path)
    return file.is_file() and not file.is_symlink() and file.read_bytes() == payload


def refuse_linked(folder: Path) -> None:
    """Raises BilanError for an output folder that is a link: what is written, and removed, must not be elsewhere."""
    if folder.is_symlink():
        message = "the output folder is a symbolic link: Bilan writes, and removes, only below the site's own"
        fix = "remove the link; publish, or copy, the folder to where it leads"
        raise BilanError([Problem(code="outside-link", message=message, at=Location(path=folder.name), fix=fix)])


def prune(folder: Path, store: Store, facts: Mapping[str, Fact], keep: Collection[str], problems: Problems) -> list[str]:
    """Removes files that Bilan wrote and that are planned no more; one that it did not write, or that somebody has changed since, is left,
    with a notice."""
    gone = [fact for path, fact in sorted(facts.items()) if path not in keep]
    removed = []
    for fact in gone:
        path = folder / fact.path
        if not _leads_astray(path.parent, folder) and path.is_file():
            if path.is_symlink() or digest(path.read_bytes()) not in fact.in_place.split():
                message = "this file is planned no more, but is not as Bilan wrote it: it is left in place"
                problems.add("foreign-file", message, Location(path=f"output/{fact.path}"), fix="remove it by hand if it is not needed",
                             severity="notice")  # fmt: skip
                continue
            with suppress(FileNotFoundError):
                path.unlink()
                removed.append(fact.path)
        _remove_empty(path.parent, folder)
    store.forget(fact.path for fact in gone)
    return removed


def _leads_astray(folder: Path, top: Path) -> bool:
    """Whether a folder, or one on the way to it, is a link."""
    return folder != top and (folder.is_symlink() or _leads_astray(folder.parent, top))


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not folder.is_symlink():
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def sweep(folder: Path) -> None:
    """Removes temporary files that an interrupted run left behind."""
    for parent, _, files in os.walk(folder):
        for name in files:
            if name.endswith(TEMPORARY) and name.startswith("."):
                with suppress(OSError):
                    Path(parent, name).unlink()
