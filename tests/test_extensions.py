"""Extensions: the example of the documentation works as it stands, and one that is broken is a problem with a name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import NOW, SiteFolder
from tests.pagekit import read_page

DOCUMENT = (Path(__file__).parent.parent / "docs/extending.md").read_text("utf-8")
PAGE = "luma/cards/index.html"


def written(name: str) -> str:
    """A file of the example, as the document has it."""
    (found,) = re.findall(rf"^`{re.escape(name)}`\n\n```\w+\n(.*?)^```$", DOCUMENT, flags=re.M | re.S)
    return str(found)


class Installed:
    """A folder of the path with a distribution in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("acme_bilan/__init__.py", "acme_bilan/metrics.yaml", "acme_bilan/templates/blocks/countdown.html"):
            self.write(name, written(name))
        project = tomllib.loads(written("pyproject.toml"))["project"]
        self.declare({group: dict(points) for group, points in project["entry-points"].items()}, project["name"], project["version"])

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def declare(self, points: dict[str, dict[str, str]], name: str = "acme-bilan", version: str = "1.0") -> None:
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        self.write(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = [f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in each.items()) for group, each in points.items()]
        self.write(f"{info}/entry_points.txt", "\n".join(lines))

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))


@pytest.fixture
def acme(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("acme"))


@pytest.fixture
def counting(site: SiteFolder) -> SiteFolder:
    """The site without its report, with the block of the document's example on its campaign's page, and a table of the example's tool."""
    (example,) = re.findall(r"^````markdown\n(.*?)^````$", DOCUMENT, flags=re.M | re.S)
    site.remove("content/luma/reports/monthly.md")
    site.write("content/luma/kpi/letters.csv", "Sent on,Letters opened,Links followed\n2026-09-02,1200,90\n2026-09-04,34,6\n")
    site.write("content/luma/kpi.yaml", "files:\n  - files: letters.csv\n    account: Letters\n")
    index = site.root / "content/luma/cards/index.md"
    return site.write("content/luma/cards/index.md", index.read_text("utf-8") + "\n" + example)


def bilan(site: SiteFolder, acme: Installed, *arguments: str, now: str = NOW.isoformat()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", *arguments, *(["--now", now] if arguments[0] in ("build", "check") else [])]
    environment = {**os.environ, "PYTHONPATH": str(acme.folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=site.root, env=environment, capture_output=True, text=True, timeout=120, check=False)


def built(site: SiteFolder, acme: Installed, **options: str) -> str:
    """What a build that must go well printed."""
    done = bilan(site, acme, "build", "--workers", "serial", **options)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_example_of_the_documentation_works(counting: SiteFolder, acme: Installed) -> None:
    """K5: its table is read, its metrics are computed, its block is on the page with its figure, and the doctor names it."""
    built(counting, acme)

    assert "80 days until the last post (1,234)" in " ".join(read_page(counting.output(PAGE)).text.split())
    explained = bilan(counting, acme, "kpi", "explain", "click_to_open", "--client", "luma", "--period", "2026-09").stdout
    assert "letter_clicks / letters_opened" in explained and "letters.csv" in explained
    assert "acme_letters" in bilan(counting, acme, "kpi", "read", "content/luma/kpi").stdout
    assert "extension acme-bilan 1.0: bilan.blocks countdown" in bilan(counting, acme, "doctor").stdout


def test_pages_are_new_with_the_extension_and_the_day(counting: SiteFolder, acme: Installed) -> None:
    """A build with nothing to do does nothing; the next day, a changed line or template, and another version make the page again."""
    built(counting, acme)
    idle = built(counting, acme)
    tomorrow = "2026-10-06T12:00+00:00"
    next_day = built(counting, acme, now=tomorrow)
    acme.edit("acme_bilan/__init__.py", "max(left, 0)", "max(left, 0) * 2")
    code = built(counting, acme, now=tomorrow)
    doubled = counting.output(PAGE)
    acme.edit("acme_bilan/templates/blocks/countdown.html", "acme-countdown", "acme-counter")
    template = built(counting, acme, now=tomorrow)

    assert idle.startswith("nothing to do")
    assert next_day.startswith("2 files written")  # the page, and the head that tells open ones of it; then all that open pages read
    assert code.startswith("5 files written") and "158" in doubled
    assert template.startswith("5 files written") and "acme-counter" in counting.output(PAGE)
    assert built(counting, acme, now=tomorrow).startswith("nothing to do")


def test_block_that_reads_elsewhere_is_never_taken_as_known(counting: SiteFolder, acme: Installed) -> None:
    """With `cached=False` each build asks again, and makes the page again when the answer differs."""
    acme.edit("acme_bilan/__init__.py", "plan=plan)", "plan=plan, cached=False)")
    acme.edit("acme_bilan/__init__.py", '"label": arguments.label', '"label": os.environ["WORD"]')
    acme.edit("acme_bilan/__init__.py", "from pathlib", "import os\nfrom pathlib")
    os.environ["WORD"] = "sleeps"
    try:
        built(counting, acme)
        same = built(counting, acme)
        os.environ["WORD"] = "nights"
        other = built(counting, acme)
    finally:
        del os.environ["WORD"]

    assert same.startswith("0 files written")
    assert other.startswith("2 files written") and "nights" in counting.output(PAGE)


def test_a_check_finds_what_it_looks_for(counting: SiteFolder, acme: Installed) -> None:
    """Its problem has a place, and stops the build like any other; `bilan check` shows it too."""
    counting.write("content/luma/cards/long.md", f"---\ntitle: {'Long ' * 20}\n---\n\nText.\n")

    for command in ("build", "check"):
        done = bilan(counting, acme, command)
        assert done.returncode == 1
        assert "content/luma/cards/long.md:2:1: long-title Long Long" in done.stderr


BROKEN = {
    "import": ("import acme_missing\n", "acme_bilan/__init__.py:1", "cannot be loaded: ModuleNotFoundError"),
    "syntax": ("def (\n", "acme_bilan/__init__.py:1", "cannot be loaded: SyntaxError"),
    "exit": ("import sys\nsys.exit(0)\n", "acme_bilan/__init__.py:2", "cannot be loaded: SystemExit"),
    "nothing": ("COUNTDOWN = 1\n", "acme_bilan: ", "gives no BlockKind"),
    "name": ("\n", "acme_bilan: ", "cannot be loaded: AttributeError"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_extension_is_one_problem_with_its_name(site: SiteFolder, acme: Installed, fault: str) -> None:
    """Whatever it does when it is loaded: no traceback, nothing written, exit code 1, and how to be rid of it."""
    text, place, message = BROKEN[fault]
    acme.write("acme_bilan/__init__.py", text)
    acme.declare({"bilan.blocks": {"countdown": "acme_bilan:COUNTDOWN"}})

    done = bilan(site, acme, "build")

    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "broken-extension" in line] == done.stderr.splitlines()[:1]
    assert done.stderr.startswith(place) and message in done.stderr and "Traceback" not in done.stderr
    assert 'bilan.blocks "countdown" of acme-bilan 1.0' in done.stderr and "pip uninstall acme-bilan" in done.stderr
    assert not (site.root / "output/index.html").exists()


@pytest.mark.parametrize(
    ("group", "code", "message"),
    [
        ("blocks", "COUNTDOWN = BlockKind(arguments=Countdown, plan=lambda arguments, around: 1 / 0)", "fails: ZeroDivisionError"),
        ("blocks", "COUNTDOWN = BlockKind(arguments=Countdown, plan=lambda arguments, around: {'x': {1}})", "fails: TypeError"),
        ("checks", "def short_titles(outputs): raise KeyError('x')", "fails: KeyError"),
        ("checks", "def short_titles(outputs): return ['x']", "a check finds Problems, not str"),
        ("checks", "short_titles = 'x'", "gives nothing that can be called"),
        ("exports", "LETTERS = 'x'", "gives no Kind"),
        ("exports", "from dataclasses import replace\nLETTERS = replace(LETTERS, name='mailchimp_campaigns')", "which Bilan reads itself"),
        ("metrics", "METRICS = 'x'", "gives no pathlib.Path"),
    ],
)
def test_extension_that_fails_at_work_is_a_problem_too(counting: SiteFolder, acme: Installed, group: str, code: str, message: str) -> None:
    """An error in its code, values that are not plain, or things of another kind: named, placed, no traceback."""
    acme.write("acme_bilan/__init__.py", written("acme_bilan/__init__.py") + f"\n{code}\n")

    done = bilan(counting, acme, "check")

    assert done.returncode == 1 and "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "broken-extension" in line]
    assert f"bilan.{group}" in line and message in line and "acme-bilan 1.0" in line
    if group == "blocks":
        assert line.startswith("content/luma/cards/index.md:")


def test_own_names_cannot_be_taken(site: SiteFolder, acme: Installed) -> None:
    """A block called like one of Bilan's own is refused; two of one name are, too."""
    points = {"kpis": "acme_bilan:COUNTDOWN", "countdown": "acme_bilan:COUNTDOWN"}
    acme.declare({"bilan.blocks": points})
    acme.declare({"bilan.blocks": {"countdown": "acme_bilan:COUNTDOWN"}}, name="other-bilan")

    lines = [line for line in bilan(site, acme, "check").stderr.splitlines() if "broken-extension" in line]

    assert len(lines) == 2
    assert any("has the name of a block of Bilan's own" in line for line in lines)
    assert any("is also that of" in line for line in lines)


def test_metric_that_an_author_misspells_is_not_the_extension_s_fault(counting: SiteFolder, acme: Installed) -> None:
    """It is a mistake at the block, with the nearest name."""
    index = counting.root / "content/luma/cards/index.md"
    index.write_text(index.read_text("utf-8").replace("metric: letters_opened", "metric: leters_opened"), "utf-8")

    (line,) = (line for line in bilan(counting, acme, "check").stderr.splitlines() if line.startswith("content/"))

    assert 'unknown-metric there is no metric "leters_opened"; did you mean "letters_opened"?' in line


def test_mistake_in_metrics_has_its_line(counting: SiteFolder, acme: Installed) -> None:
    """The file of an extension is read as strictly as a site's."""
    acme.edit("acme_bilan/metrics.yaml", "ratio: letter_clicks / letters_opened", "ratio: letter_clicks / leters_opened")

    done = bilan(counting, acme, "check")

    assert 'acme-bilan/metrics.yaml:10:3: unknown-metric the metric "click_to_open" divides "leters_opened"' in done.stderr
