"""The calendar of what was published."""

from __future__ import annotations

from datetime import date, timedelta

from tests.conftest import SiteFolder
from tests.test_report_annex import ROOM, attached, read
from tests.test_report_pdf import PDF, text_of, with_body

BODY = "## Posts {#summary}\n\n```calendar\ntitle: What we posted\n```\n"
POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"


def x_posts(days: list[str]) -> str:
    """An export of posts of X, one a day named."""
    rows = [f'{1000 + n},"{date.fromisoformat(day):%a, %b %d, %Y}",Post {n}' for n, day in enumerate(days)]
    return POSTS + "".join(f"{row},https://x.com/luma/status/{1000 + n},100,5\n" for n, row in enumerate(rows))


def test_each_day_has_its_posts(site: SiteFolder) -> None:
    """Weeks begin on Monday; days have their count and network, on paper, on the page and in the annex."""
    days = ["2026-09-01", "2026-09-02", "2026-09-02", "2026-09-30"]
    site.write("content/luma/kpi/posts.csv", x_posts(days))
    with_body(site, BODY)

    assert not list(site.build().problems)

    tree = site.tree()
    rows = read(tree[ROOM + "monthly-2026-09-01-summary-1.csv"])
    counted = {row[0]: row[1] for row in rows[1:]}
    assert rows[0] == ["Day", "X", "Total"]
    assert len(counted) == 30
    assert {day: counted[day] for day in ("2026-09-01", "2026-09-02", "2026-09-03", "2026-09-30")} == {
        "2026-09-01": "1", "2026-09-02": "2", "2026-09-03": "0", "2026-09-30": "1",
    }  # fmt: skip
    page = tree[ROOM + "monthly-2026-09.html"].decode()
    assert page.count('class="b-calendar__day ') == 35
    assert page.index("b-calendar__day--out") < page.index("b-calendar__date")
    paper = " ".join(text_of(tree[PDF]))
    assert "4 posts" in paper
    assert "Most on 2 September 2026." in paper.replace("\u00a0", " ")
    assert "monthly-2026-09-01-summary-1.csv" in attached(tree[PDF])


def test_day_that_no_export_covers_is_not_a_day_without_posts(site: SiteFolder) -> None:
    """Missing is not zero: the cell is empty in the annex, and a dash on the page."""
    site.write("content/luma/kpi/posts.csv", x_posts([(date(2026, 9, 1) + timedelta(days=n)).isoformat() for n in range(10)]))
    site.remove("content/luma/kpi/overview.csv")
    site.build()

    with_body(site, BODY).build()
    counted = {row[0]: row[1] for row in read(site.tree()[ROOM + "monthly-2026-09-01-summary-1.csv"])[1:]}
    assert counted["2026-09-10"] == "1"
    assert counted["2026-09-20"] == ""
    assert '<span class="b-calendar__count">–</span>' in site.output("luma/room/monthly-2026-09.html")


def test_month_without_posts_says_so(site: SiteFolder) -> None:
    """No grid of noughts is made up where nothing is known, nor one of a whole year."""
    site.remove("content/luma/kpi/overview.csv")
    with_body(site, BODY).build()

    assert "b-calendar__table" not in site.output("luma/room/monthly-2026-09.html")
    assert "missing" in site.output("luma/room/monthly-2026-09.html")
