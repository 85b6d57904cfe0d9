"""Where the results of a run wait for their place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.facts import Fact, Sayings, Store, Verdict, stamp_of
from generator.model.outputs import Laid, Output, Result
from generator.problems import Location, Problems
from generator.write.files import lay


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
            access=output.access,
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
        message = (
            f"{count} file{'s' * (count != 1)} that could be made wait{'s' * (count == 1)} for {because}: the last good ones stay together"
        )
        self.problems.add("kept-back", message, Location(path=f"output/{bundle}".rstrip("/")), severity="warning",
                          fix="mend the mistakes, or write what there is with --lenient")  # fmt: skip


def throw_away(waiting: Iterable[Waiting]) -> None:
    """Drops files that are not to be put in place."""
    for each in waiting:
        if each.temporary:
            with suppress(OSError):
                os.unlink(each.temporary)  # noqa: PTH108
