"""C1: a full Vega-Lite specification, drawn in the brand's tones, without anything fetched."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from generator.render.charts import converter, vega
from tests.conftest import SiteFolder, x_overview

PAGE = "content/luma/cards/more.md"
BARS = {"mark": "bar", "encoding": {"x": {"field": "date", "type": "ordinal"}, "y": {"field": "impressions", "type": "quantitative"}}}
DAYS = {f"2026-09-{day:02}": 100 + day for day in range(1, 31)}


def place(site: SiteFolder, spec: object, more: str = "metrics: [impressions]\ngrain: day\nperiod: 2026-09\n") -> None:
    text = spec if isinstance(spec, str) else json.dumps(spec)
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    site.write("content/luma/kpi/overview.csv", x_overview(DAYS))
    site.write(PAGE, f"---\ntitle: More\n---\n\n```vega\ntitle: Proof\nsentence: Rises <b>daily</b>.\n{more}spec: |\n{lines}```\n")


def drawing(site: SiteFolder) -> ElementTree.Element:
    (svg,) = re.findall(r'<svg[^>]*class="drawing".*?</svg>', site.output("luma/cards/more.html"), flags=re.S)
    return ElementTree.fromstring(svg.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def test_a_specification_is_drawn_with_the_figures(site: SiteFolder) -> None:
    """A bar a day in the page's tones, the sentence as its title, the figures as a table."""
    place(site, BARS)

    assert not site.build().problems.errors

    root = drawing(site)
    assert root.findtext("title") == root.get("aria-label") == "Rises <b>daily</b>."
    assert sum(path.get("fill") == "var(--series-1)" for path in root.iter("path")) == 30
    assert all(element.get("role") is None or element is root for element in root.iter())
    assert site.output("luma/cards/more.html").count('<td class="num">') == 30


def test_axes_carry_the_words_of_metrics(site: SiteFolder) -> None:
    """A title of the specification's own stands; days need none."""
    place(site, BARS)
    site.build()
    words = {"".join(text.itertext()) for text in drawing(site).iter("text")}
    assert "Impressions" in words
    assert not {"impressions", "date"} & words

    own = json.loads(json.dumps(BARS))
    own["encoding"]["y"]["title"] = "Seen"
    place(site, own)
    site.build()
    words = {"".join(text.itertext()) for text in drawing(site).iter("text")}
    assert "Seen" in words
    assert "Impressions" not in words


def test_a_report_has_it_in_final_colours(site: SiteFolder) -> None:
    """On paper too; its words are those of the sentence."""
    place(site, BARS)
    block = (site.root / PAGE).read_text("utf-8").partition("---\n\n")[2]
    site.write(
        "content/luma/reports/monthly.md", f"---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\ncommentary: none\n---\n\n## S {{#s}}\n\n{block}"
    )

    assert not site.build().problems.errors

    assert (site.root / "output/luma/room/monthly-2026-09-draft.pdf").read_bytes().startswith(b"%PDF")
    table = site.output("luma/room/monthly-2026-09-01-s-1.csv").splitlines()
    assert table[0].lstrip("\ufeff") in ("Jour;Impressions", "Day,Impressions")
    assert table[1].replace(";", ",") == "2026-09-01,101"
    assert len(table) == 31
    assert 'aria-label="Rises &lt;b&gt;daily' in site.output("luma/room/monthly-2026-09.html")


def test_it_is_the_same_each_time(site: SiteFolder) -> None:
    """In another process as well."""
    place(site, BARS)
    site.build()
    first = site.output("luma/cards/more.html")

    assert site.bilan("build", "--now", "2026-10-05T12:00:00+00:00").returncode == 0
    (site.root / "output/luma/cards/more.html").unlink()
    assert site.bilan("build", "--now", "2026-10-05T12:00:00+00:00").returncode == 0

    assert site.output("luma/cards/more.html") == first


HOSTILE = '</text><script>alert(1)</script><a href="javascript:alert(1)">'


def test_words_in_data_stay_words(site: SiteFolder) -> None:
    """T4: names in the drawing are text; no element comes of them."""
    spec = {"data": {"values": [{"name": HOSTILE, "n": 2}]}, "mark": "text", "encoding": {"text": {"field": "name"}, "x": {"field": "n"}}}
    place(site, spec, more="")

    assert not site.build().problems.errors

    root = drawing(site)
    assert HOSTILE in "".join(root.itertext())
    assert {element.tag for element in root.iter()} <= {"svg", "title", "g", "path", "line", "text", "rect", "defs", "clipPath"}


@pytest.mark.parametrize(
    ("spec", "message", "line"),
    [
        ({**BARS, "data": {"url": "http://127.0.0.1:9/x.json"}}, "leads out", 10),
        ({**BARS, "data": {"url": "file:///etc/hostname"}}, "leads out", 10),
        ({"mark": "image", "encoding": {"url": {"value": "x"}}}, "leads out", 10),
        ({**BARS, "layer": [{"mark": {"type": "point", "href": "https://x.example"}}]}, "leads out", 10),
        ('{"mark": "bar",\n "encoding": }', "no JSON", 12),
        ("[]", "no JSON object", 10),
        ({"mark": "no-such-mark"}, "refuses", 10),
        ({"encoding": 5}, "refuses", 10),
    ],
)
def test_what_cannot_be_drawn_is_told_at_its_line(site: SiteFolder, spec: object, message: str, line: int) -> None:
    """Before anything is fetched; the rest of the site is built."""
    place(site, spec)

    run = site.run("build")

    assert run.code == 1
    found = re.search(rf"{re.escape(PAGE)}:(\d+)[:\d]* bad-vega (.*)", run.err)
    assert found
    assert message in found[2]
    assert abs(int(found[1]) - line) <= 1
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("length(sequence(0,300000000))", "memory"),
        ("test(/^(a+)+$/,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')", "longer than"),
    ],
)
def test_one_that_takes_all_ends_alone(site: SiteFolder, formula: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """T3: neither memory nor time without end; the build lives, and tells the line."""
    monkeypatch.setattr(vega, "SECONDS", 4.0)
    place(site, {"data": {"values": [{}]}, "transform": [{"calculate": formula, "as": "n"}], "mark": "point"}, more="")

    (problem,) = (each for each in site.build().problems.errors if each.code == "bad-vega")

    assert (problem.at.path, problem.at.line) == (PAGE, 8)
    assert message in problem.message or "longer than" in problem.message


@pytest.mark.parametrize("value", ["URL(http://127.0.0.1:9/a.svg#b)", "u\\72l(http://127.0.0.1:9/a)", "image-set('http://127.0.0.1:9/a')"])
def test_no_attribute_of_a_drawing_leads_out(site: SiteFolder, value: str) -> None:
    """Whatever case and signs of escape a style sheet would read it in."""
    fill = {"fill": {"field": "tone", "type": "nominal", "scale": None}}
    place(site, {"data": {"values": [{"tone": value}]}, "mark": "bar", "encoding": fill}, more="")

    assert not site.build().problems.errors

    assert "none" in {element.get("fill") for element in drawing(site).iter("path")}
    assert all("127.0.0.1" not in each for element in drawing(site).iter() for each in element.attrib.values())


def test_without_the_extra_the_way_to_it_is_told(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, no silent hole."""
    place(site, BARS)
    lacking = f"import sys\nsys.modules['vl_convert'] = None\nsys.argv = ['converter']\nexec(open({converter.__file__!r}).read())\n"
    site.write("lacking.py", lacking)
    monkeypatch.setattr(converter, "__file__", str(site.root / "lacking.py"))

    run = site.run("build")

    assert run.code == 1
    assert "pip install 'bilan[vega]'" in run.err


def test_an_unknown_metric_is_an_error(site: SiteFolder) -> None:
    """As in any block."""
    place(site, BARS, more="metrics: [impresions]\n")

    assert [problem.code for problem in site.build().problems.errors] == ["unknown-metric"]
