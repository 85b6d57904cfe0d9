"""Tables that Bilan does not know, read by the columns that kpi.yaml names."""

from __future__ import annotations

import json

import pytest

from tests.conftest import SiteFolder
from tests.exports.exportkit import codes, column, read, record, rule

METRICOOL = "Jour;Affichages;J’aime;Autre chose\n01/03/2026;1 200;30;x\n02/03/2026;1 300;25;y\n13/03/2026;900;n.d.;z\nTotal;3400;55;\n"
DAYS = rule(platform="instagram", locale="fr", columns={"date": "Jour", "impressions": "Affichages", "reactions": ["Likes", "J'aime"]})


def test_a_mapped_table_is_read_with_the_same_machinery() -> None:
    """Heading spellings, thousands, null marks and total rows are seen to as in a known export."""
    readings, problems = read(METRICOOL, rule=DAYS)

    assert problems == []
    assert column(readings, "impressions") == [1200, 1300, 900]
    assert column(readings, "reactions") == [30, 25]
    assert (record(readings).platform, record(readings).series, record(readings).rows) == ("instagram", "account_day", 3)
    assert record(readings).unknown_columns == ("Autre chose",)


def test_a_table_with_a_network_column_is_of_several_platforms() -> None:
    """Each row goes to the network that it names."""
    mapped = rule(columns={"date": "Day", "network": "Channel", "followers_total": "Fans"})
    readings, problems = read("Day,Channel,Fans\n2026-03-13,Instagram,10\n2026-03-13,LinkedIn,20\n", rule=mapped)

    assert problems == []
    assert record(readings).platform == "multi"
    assert column(readings, "followers_total") == [10, 20]


def test_a_mapped_table_of_posts_keeps_their_words() -> None:
    """Posts of a mapped table have id, day, text and link like any other's."""
    columns = {"post_id": "ID", "published_at": "Sent", "text": "Message", "permalink": "Link", "reactions": "Likes"}
    readings, problems = read(
        "ID,Sent,Message,Link,Likes\n77,2026-03-14 10:30,Hello,https://mur.example/77,5\n",
        rule=rule(platform="linkedin", grain="post", columns=columns),
    )

    assert problems == []
    (reading,) = readings
    assert reading.posts.select("post", "text", "permalink").row(0) == ("77", "Hello", "https://mur.example/77")  # type: ignore[union-attr]


def test_a_mapped_heading_that_is_gone_is_named() -> None:
    """A renamed column is an error that says what was expected and what is there."""
    _, problems = read(METRICOOL.replace("Affichages", "Impressions"), rule=DAYS)

    assert codes(problems) == ["column-renamed"]
    assert '"Affichages"' in problems[0].message and '"Impressions"' in problems[0].message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nothing of the sort", "content/luma/kpi/ads.csv: unknown-export this is not the table that kpi.yaml says it is"),
        ("Day,Seen,Cost,Seen\n2026-09-01,10,1.5,20\n", "content/luma/kpi/ads.csv:1:5: heading-twice"),
        ("Day,Seen,Cost\n2026-09-01,10,1.5\n2026-09-01,30,2.5\n", "content/luma/kpi/ads.csv:3: contradicting-rows"),
        ("Day,Seen,Cost\n2026-09-01,10,$1.5\n", "content/luma/kpi/ads.csv:2:15: other-currency"),
        ("Day,Seen,Cost\n2026-09-01,\u0661\u0660,1.5\n2026-09-02,10,1.5\n", "content/luma/kpi/ads.csv:2:12: bad-cell"),
    ],
)
def test_what_a_mapped_table_leaves_open_is_refused(site: SiteFolder, text: str, problem: str) -> None:
    """Two columns of one name, two values of one day (by country, say), money with another sign, digits of another script: no guess."""
    columns = "{date: Day, impressions: Seen, spend: Cost}"
    site.write("content/luma/kpi.yaml", f"files:\n  - files: ads.csv\n    platform: meta_ads\n    grain: day\n    columns: {columns}\n")
    site.write("content/luma/kpi/ads.csv", text)

    told = site.run("check")

    assert (told.code, problem in told.out + told.err) == (1, True), told.out + told.err


def test_money_of_another_currency_is_refused(site: SiteFolder) -> None:
    """Dollars of a client whose figures are in euros are never shown as euros."""
    text = "Day,Campaign name,Amount spent (USD)\n2026-09-01,A,5.50\n"
    site.write("content/luma/kpi/meta.csv", text)

    told = site.run("check")

    assert told.code == 1
    assert "content/luma/kpi/meta.csv:2: other-currency the amounts are in USD" in told.out + told.err


def test_an_undecidable_number_of_a_mapped_table_is_refused() -> None:
    """Mapping a column does not make its numbers certain."""
    mapped = rule(platform="x", columns={"date": "Day", "impressions": "Seen"})
    readings, problems = read("Day;Seen\n2026-03-13;1.234\n2026-03-14;2.345\n", rule=mapped)

    assert codes(problems) == ["undecidable-number"]
    assert column(readings, "impressions") == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ("{date: Jour, impresions: Affichages}", "unknown-column"),
        ("{impressions: Affichages}", "column-missing"),
        ("{date: [Jour, [x]], impressions: Affichages}", "wrong-shape"),
    ],
)
def test_a_wrong_mapping_is_a_located_problem(site: SiteFolder, columns: str, code: str) -> None:
    """A column that does not exist, or a row without a day, is refused where it is written."""
    site.write("content/luma/kpi.yaml", f"files:\n  - files: other/*\n    columns: {columns}\n").write(
        "content/luma/kpi/other/a.csv", METRICOOL
    )

    done = site.bilan("check")

    assert done.returncode == 1
    assert "content/luma/kpi.yaml:" in done.stderr and code in done.stderr


def test_figures_of_a_mapped_table_can_be_explained(site: SiteFolder) -> None:
    """`bilan kpi explain` names the mapped file and its rows."""
    mapping = "files:\n  - files: other/*\n    platform: linkedin\n    locale: fr\n    columns: {date: Jour, impressions: Affichages}\n"
    site.write("content/luma/kpi.yaml", mapping).write("content/luma/kpi/other/a.csv", METRICOOL)

    done = site.bilan("kpi", "explain", "impressions", "--client", "luma", "--period", "2026-03", "--platform", "linkedin")

    assert "3,400" in done.stdout
    assert "content/luma/kpi/other/a.csv" in done.stdout


@pytest.mark.parametrize(("views", "exposure"), [(False, 3400), (True, 5)])
def test_impressions_of_a_tool_stand_for_views_and_are_never_added_to_them(site: SiteFolder, views: bool, exposure: int) -> None:
    """A tool that still says impressions of Instagram feeds `impressions`, and the exposure where no export has views."""
    mapping = "files:\n  - files: tool/*\n    platform: instagram\n    locale: fr\n    columns: {date: Jour, impressions: Affichages}\n"
    site.write("content/luma/kpi.yaml", mapping).write("content/luma/kpi/tool/a.csv", METRICOOL)
    if views:
        days = "".join(f'"2026-03-{day:02}T00:00:00","{5 if day == 1 else 0}"\n' for day in range(1, 32))
        site.write("content/luma/kpi/instagram/views.csv", f'sep=,\n"Views"\n"Date","Primary"\n{days}')

    explain = ("kpi", "explain", "--client", "luma", "--period", "2026-03", "--platform", "instagram", "--json")
    found = [json.loads(site.bilan(*explain, metric).stdout) for metric in ("impressions", "exposure")]

    assert [figure["value"] for figure in found] == [3400, exposure]
