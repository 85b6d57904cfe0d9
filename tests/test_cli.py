"""The command line as its users meet it: exit codes, messages, JSON, and what a new site needs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator import pipeline
from tests.conftest import NOW, REPORT, SiteFolder, command, x_overview
from tests.pagekit import read_page

CODES = {"done": 0, "bad input": 1, "wrong usage": 2, "part of it failed": 3, "interrupted": 130, "bug": 70}


def lines_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


# ---- exit codes -----------------------------------------------------------------------------------------------------


def test_done(site: SiteFolder) -> None:
    """A good run ends with 0, says what it wrote and where to look."""
    run = site.run("build")

    assert run.code == CODES["done"]
    assert re.search(r"^\d+ files written, 0 up to date \(\d+\.\d s\)$", run.out, re.MULTILINE)
    assert "output/index.html" in run.out
    assert run.err == ""


def test_bad_input(site: SiteFolder) -> None:
    """A mistake in a file ends with 1; problems go to stderr."""
    run = site.write("site.yaml", "titel: A\n").run("build")

    assert run.code == CODES["bad input"]
    assert run.err.startswith("site.yaml:1:1: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "Did you mean 'build'?"),
        (["kpi", "explane"], "Did you mean 'explain'?"),
        (["build", "--onyl", "x"], "--only"),
        (["build", "--now", "tomorrow"], "2026-09-30T18:00"),
        (["build", "--workers", "0"], "a number of processes"),
        (["build", "--site", "/etc/hostname"], "is a file"),
        (["report"], "name a client, or say --all"),
        (["report", "luma", "--all"], "name a client, or say --all"),
        (["why"], "Missing argument"),
        (["serve", "--port", "0"], "0 is not in the range"),
        (["new"], "Missing argument"),
        (["new", "x", "--language", "de"], "'fr', 'en'"),
        (["kpi", "read", "/nowhere.csv"], "does not exist"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    """Words that make no command end with 2 and say what was meant."""
    run = command(*arguments)

    assert run.code == CODES["wrong usage"]
    assert said in run.err


def test_unknown_client_lists_the_reports(site: SiteFolder) -> None:
    """A report of a client that does not exist is wrong usage, and the reports that do exist are named."""
    unknown, other_month = site.run("report", "lumma"), site.run("report", "luma", "--period", "2031-01")

    for run in (unknown, other_month):
        assert run.code == CODES["wrong usage"]
        assert "reports of this site: luma/monthly" in run.err


def test_part_of_the_reports_failed(site: SiteFolder) -> None:
    """When one client's reports cannot be made and the others' can, the run ends with 3, and prints those that are there."""
    site.write("content/orion/client.yaml", "name: Orion\nlangage: en\n").write("content/orion/reports/monthly.md", REPORT)
    site.write("content/luma/reports/monthly.md", REPORT.replace("2026-08", "2026-09"))

    run = site.run("report", "--all")

    assert run.code == CODES["part of it failed"]
    assert "content/orion/client.yaml:2:1: unknown-key" in run.err
    assert [Path(line).name for line in run.out.splitlines() if line.endswith(".pdf")] == ["monthly-2026-09-draft.pdf"]


def test_no_site(tmp_path: Path) -> None:
    """A folder without site.yaml is named as such, with the way to begin one, and nothing is created in it."""
    for name in ("build", "check", "report --all", "why x"):
        run = command(*name.split(), "--site", tmp_path)

        assert run.code == CODES["bad input"]
        assert "site.yaml: no-site" in run.err and "bilan new DIR" in run.err
        assert list(tmp_path.iterdir()) == []


def test_error_before_the_build_is_json_too(tmp_path: Path) -> None:
    """With --json an error that ends the run is an object on a line like every other problem."""
    run = command("build", "--json", "--site", tmp_path)

    assert [each["code"] for each in lines_of(run.out)] == ["no-site"]
    assert (run.code, run.err) == (1, "")


@pytest.mark.parametrize(("error", "code"), [(RuntimeError("a bug"), CODES["bug"]), (KeyboardInterrupt(), CODES["interrupted"])])
def test_bug_and_interruption(site: SiteFolder, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    """An error of Bilan's own ends with 70, its traceback and a request to report it; Ctrl-C ends with 130 and no traceback."""

    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "build", fail)

    run = site.run("build")

    assert run.code == code
    assert ("Traceback" in run.err) == ("This is a bug of Bilan" in run.err) == (code == CODES["bug"])


def test_full_disk_is_no_bug(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full, or a folder that may not be written, is named without a traceback."""

    def fail(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(site.root / ".bilan"))

    monkeypatch.setattr(pipeline, "build", fail)

    run = site.run("build")

    assert run.code == CODES["bad input"]
    assert f"{site.root}/.bilan: system Permission denied\n  fix: " in run.err
    assert "Traceback" not in run.err


def test_closed_pipe_is_no_bug(site: SiteFolder) -> None:
    """A reader that stops early, as in `bilan build -v | head -1`, gets no traceback."""
    first = f"{sys.executable} -m generator build -v --workers serial --now {NOW.isoformat()} --site {site.root} | head -1"

    run = subprocess.run(["bash", "-c", first], capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[1])

    assert "Traceback" not in run.stderr
    assert run.stdout.count("\n") == 1


# ---- commands -------------------------------------------------------------------------------------------------------


def test_report_prints_where_the_pdf_is(site: SiteFolder) -> None:
    """`bilan report CLIENT --period` makes one PDF and prints its path; asked again it prints it again and makes nothing."""
    first = site.run("report", "luma", "--period", "2026-09")
    again = site.run("report", "luma", "--period", "2026-09", "--quiet")

    assert first.code == again.code == 0
    assert again.out.splitlines() == [str(site.root / "output/luma/room/monthly-2026-09-draft.pdf")]
    assert Path(again.out.strip()).read_bytes().startswith(b"%PDF-")
    assert "1 files written" in first.out or "1 file written" in first.out
    assert not (site.root / "output/luma/room/monthly-2026-08-draft.pdf").exists()


def test_report_as_json(site: SiteFolder) -> None:
    """`bilan report --json` gives each PDF as an object."""
    run = site.run("report", "--all", "--json", "--name", "monthly")

    assert [each["report"] for each in lines_of(run.out) if "report" in each] == [
        "luma/room/monthly-2026-08-draft.pdf",
        "luma/room/monthly-2026-09-draft.pdf",
    ]


def test_every_json_line_is_an_object(site: SiteFolder) -> None:
    """Each command with --json prints nothing but one object a line."""
    site.write("content/luma/kpi/odd.csv", "some,other,table\n1,2,3\n")
    kpi = str(site.root / "content/luma/kpi")

    for run in (
        site.run("build", "--json"),
        site.run("build", "--json"),
        site.run("check", "--json"),
        site.run("report", "--all", "--json"),
        site.run("kpi read", kpi, "--json"),
        site.run("kpi explain", "impressions", "--client", "luma", "--period", "2026-09", "--json"),
    ):
        assert lines_of(run.out)
        assert run.code == 0


def test_check(site: SiteFolder) -> None:
    """`bilan check` of a good site says that there is no problem, and makes no output."""
    for month in ("2026-08", "2026-09"):
        site.write(f"content/luma/reports/monthly/{month}/summary.md", f"What we make of {month}.\n")
    run = site.run("check")

    assert (run.code, run.out.strip(), run.err) == (0, "no problem", "")
    assert not (site.root / "output").exists()


def test_quiet_says_problems_only(site: SiteFolder) -> None:
    """--quiet prints nothing of a good build."""
    run = site.run("build", "--quiet")

    assert (run.code, run.out, run.err) == (0, "", "")


def test_explain_names_files_and_rows(site: SiteFolder) -> None:
    """`bilan kpi explain` gives the value, the files and the rows behind a figure."""
    run = site.run("kpi explain", "impressions", "-c", "luma", "-p", "2026-09")

    assert run.code == 0
    assert "value: 27,000\n" in run.out
    assert "content/luma/kpi/overview.csv: 30 rows, lines 32 to 61" in run.out or "content/luma/kpi/overview.csv: 30 rows" in run.out


@pytest.mark.parametrize(
    ("metric", "client", "period", "said"),
    [
        ("impresions", "luma", "2026-09", 'did you mean "impressions"?'),
        ("impressions", "lumma", "2026-09", 'did you mean "luma"?'),
        ("impressions", "luma", "September", "write for instance 2026-09"),
    ],
)
def test_explain_of_something_unknown(site: SiteFolder, metric: str, client: str, period: str, said: str) -> None:
    """A misspelt metric, client or month is named with the nearest that is known."""
    run = site.run("kpi explain", metric, "--client", client, "--period", period)

    assert run.code == CODES["bad input"]
    assert said in run.err


def test_explain_a_figure_that_is_missing(site: SiteFolder) -> None:
    """A month without an export has no value, and the command says why."""
    run = site.run("kpi explain", "impressions", "-c", "luma", "-p", "2020-01")

    assert run.code == 0
    assert "no value: period not covered by the exports" in run.out


def test_kpi_read_outside_a_site(tmp_path: Path) -> None:
    """`bilan kpi read` reads any file, with no site around it, one object a line with --json."""
    folder = SiteFolder(tmp_path).write("a.csv", x_overview({"2026-09-01": 5})).write("b.csv", "<html>Sign in</html>")

    run = command("kpi", "read", tmp_path, "--json", "--site", tmp_path)

    files = {each["path"]: each for each in lines_of(run.out) if "status" in each}
    assert files["a.csv"]["status"] == "read"
    assert files["b.csv"]["status"] == "refused"
    assert run.code == CODES["bad input"]
    assert folder.root == tmp_path


# ---- a new site -----------------------------------------------------------------------------------------------------

NAMES = [
    "Novéa Mobile",
    "Çà & là : « Ün » – 100 % #1",
    "日本語",
    "@Sony",
    '\'; rm -rf "/" \\',
    "yes",
    "---",
    "{{ name }} <b>",
    "a: b",
    "two\nlines\x07",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("client", NAMES)
def test_new_site_builds_at_once(tmp_path: Path, language: str, client: str) -> None:
    """`bilan new DIR`, then `bilan build` in it: no problem, in both languages, whatever the client is called."""
    folder = SiteFolder(tmp_path / "agency")

    begun = command("new", folder.root, "--title", f"Atelier {client}", "--client", client, "--language", language)
    built = command("build", "--site", folder.root, "--workers", "serial")

    assert (begun.code, built.code, built.err) == (0, 0, "")
    (page,) = (folder.root / "output").glob("*/index.html")
    assert " ".join(client.replace("\x07", "").split()) in re.sub(r"[\u202f\u00a0]", " ", read_page(page.read_text("utf-8")).text)


def test_new_site_shows_its_first_export(tmp_path: Path) -> None:
    """An export dropped where `bilan new` says gives a report of its month."""
    folder = SiteFolder(tmp_path / "agency")
    begun = command("new", folder.root, "--client", "Luma", "--language", "en")
    assert "content/luma/kpi/" in begun.out
    folder.write("content/luma/kpi/x.csv", x_overview({f"2026-09-{day:02}": 10 for day in range(1, 31)}))

    run = command("report", "luma", "--site", folder.root, "--now", "2026-10-05T12:00", "--workers", "serial", "--period", "2026-09")

    assert run.code == 0
    assert run.out.strip().endswith("monthly-2026-09-draft.pdf")


def test_new_site_needs_a_folder_of_its_own(tmp_path: Path) -> None:
    """`bilan new` takes an empty folder, refuses one with files and a name that is a file, and changes nothing there."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")

    empty, full, file = command("new", tmp_path / "empty"), command("new", tmp_path / "full"), command("new", tmp_path / "full/notes.txt")

    assert (empty.code, full.code, file.code) == (0, 1, 1)
    assert "not-empty" in full.err and "not-empty" in file.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


# ---- the machine ----------------------------------------------------------------------------------------------------


def test_doctor(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`bilan doctor` names what it looked at, and what to do where there is no site."""
    here, elsewhere = site.run("doctor"), command("doctor", "--site", tmp_path_factory.mktemp("empty"))

    assert "ok       Python" in here.out and "ok       the theme that Bilan ships" in here.out
    assert elsewhere.code == 1
    assert re.search(r"MISSING  site\.yaml .*\n\s+fix: bilan new DIR", elsewhere.out)


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"], ["bild"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Help, version and a misspelt command wait for no library."""
    code = (
        "import sys\nfrom generator.__main__ import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'jinja2', 'weasyprint', 'pydantic', 'yaml', 'PIL', 'rich', 'starlette', 'markdown', 'cmarkgfm', 'babel'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True, cwd=Path(__file__).parents[1]
    )

    assert run.stderr.splitlines()[-1] == "[]"


def test_build_with_nothing_to_do_imports_nothing_heavy(site: SiteFolder) -> None:
    """A build with nothing to do loads neither Polars nor the renderers."""
    site.build()
    code = (
        "import sys\nfrom generator.__main__ import main\n"
        f"try:\n    main(['build', '--site', {str(site.root)!r}, '--now', {NOW.isoformat()!r}])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'polars', 'jinja2', 'weasyprint', 'PIL', 'yaml'} & set(sys.modules)))\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True, cwd=Path(__file__).parents[1]
    )

    assert "nothing to do" in run.stdout
    assert run.stdout.splitlines()[-1] == "[]"


def test_version_is_told() -> None:
    """`bilan --version` names the program."""
    run = command("--version")

    assert run.code == 0
    assert re.match(r"bilan, version \d+\.\d+", run.out)


def test_relative_site(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the site's folder every command works without --site, and paths are shown as one would type them."""
    monkeypatch.chdir(site.root)

    built = command("build", "--workers", "serial", "--now", NOW.isoformat())
    report = command("report", "luma", "--workers", "serial", "--now", NOW.isoformat(), "--period", "2026-09")
    read = command("kpi", "read", "content/luma/kpi")

    assert built.out.splitlines()[-1].split() == ["pages", "output/index.html"]
    assert report.out.splitlines()[-1] == "output/luma/room/monthly-2026-09-draft.pdf"
    assert read.out.startswith("content/luma/kpi/overview.csv")
