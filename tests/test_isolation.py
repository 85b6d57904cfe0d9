"""What people and platforms wrote is text wherever it is shown, and nothing of one client reaches another."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pypdfium2
import pytest
from PIL import Image

from tests.conftest import CAMPAIGN, SiteFolder, command, x_overview
from tests.pagekit import read_page

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% raw %}",
    "attribute": "\"><img src=x onerror=alert(1)>'",
    "markdown": "[click](javascript:alert(1)) **bold** ![x](https://evil.example/x.png)",
    "frame": "</title></style></textarea><iframe src=https://evil.example>",
    "formula": "=HYPERLINK(\"https://evil.example\",\"x\")",
    "right to left": "abc \u202egnp.exe\u202c \u0627\u0644\u0639",
    "entity": "&lt;b&gt; &#60;script&#62; &amp;",
    "comment": "<!-- --!> <![CDATA[ x ]]>",
    "long word": "w" * 500,
}  # fmt: skip
X_CONTENT = "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts\n"


FRONT = """---
title: WORDS
summary: WORDS
---
"""
OWNER = """name: WORDS
language: en
goals:
  - metric: impressions
    target: 10
    from: 2026-09-01
    until: 2026-09-30
    label: WORDS
"""
COUNTERS = """counters:
  - name: cards
    label: WORDS
    value: 3
    date: 2026-09-02
    author: WORDS
    source: WORDS
    unit: WORDS
"""
ANNOTATIONS = """annotations:
  - date: 2026-09-03
    text: WORDS
    audience: client
"""
INDEX = """---
title: WORDS
hashtag: "#LumaCards"
starts: 2026-09-01T09:00
ends: 2026-09-07T20:00
summary: WORDS
cover_alt: WORDS
credits: [WORDS]
---

```moments
title: WORDS
```

```people
title: WORDS
```

```quote
text: WORDS
by: WORDS
role: WORDS
```

```note
text: WORDS
```

```counter
names: cards
title: WORDS
```
"""
MOMENT = """---
kind: milestone
at: 2026-09-01T09:00
title: WORDS
name: WORDS
handle: WORDS
alt: WORDS
---
"""
MONTHLY = """---
title: WORDS
confidentiality: WORDS
from: 2026-09
until: 2026-09
---

## Summary {#summary}

```chart
line: impressions
title: WORDS
```

```kpis
metrics: impressions
title: WORDS
```

```table
metrics: impressions
title: WORDS
```

```goals
title: WORDS
```

```posts
metric: impressions
title: WORDS
```

```chart
rank: sessions
by: channel
title: WORDS
```

```table
metrics: sessions
by: channel
```
"""
FILES = {
    "site.yaml": "title: WORDS\nlanguage: en\ntimezone: Europe/Paris\n",
    "content/index.md": FRONT,
    "content/luma/client.yaml": OWNER,
    "content/luma/counters.yaml": COUNTERS,
    "content/luma/annotations.yaml": ANNOTATIONS,
    "content/luma/cards/index.md": INDEX,
    "content/luma/cards/page.md": FRONT,
    "content/luma/cards/moments/001.md": MOMENT,
    "content/luma/reports/monthly.md": MONTHLY,
    "content/luma/reports/monthly/2026-09/summary.md": "---\ntitle: WORDS\nauthor: WORDS\n---\n\nWords.\n",
}


def table(*rows: list[str]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def fill(site: SiteFolder, text: str) -> SiteFolder:
    """The site with `text` in every field that holds words: in YAML, in tables of moments, and in exports."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for name, content in FILES.items():
        site.write(name, content.replace("WORDS", quoted))
    kinds = ("card", "post", "photo", "message", "quote")
    head = ["id", "at", "kind", "handle", "name", "platform", "text", "alt", "permalink", "tags"]
    tag = text[:50].replace(";", ",").replace("|", ",")
    moments = [[f"p{kind}", "2026-09-02T10:00", kind, text[:60], text, "x", text, text, "https://x.com/1/status/1", tag] for kind in kinds]
    decisions = [[f"p{kind}", "approve", text] for kind in kinds]
    post = ["1", "Wed, Sep 30, 2026", text, "javascript:alert(1)", "90", "1", "2", "0", "0", "0", "0", "0"]
    channels = ["Date", "Session primary channel group (Default Channel Group)", "Sessions"]
    return (
        site.write("content/luma/cards/moments.csv", table(head, *moments))
        .write("content/luma/cards/moderation.csv", table(["id", "decision", "why"], *decisions))
        .write("content/luma/kpi/posts.csv", X_CONTENT + table(post))
        .write("content/luma/kpi/channels.csv", table(channels, ["20260930", text, "12"], ["20260930", "Direct", "9"]))
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_words_stay_words(site: SiteFolder, attack: str) -> None:
    """T4, Y14: text in any field is shown as it was typed, on every page; it makes no element, attribute, link or template."""
    text = ATTACKS[attack]
    fill(site, text)

    summary = site.build(choose=lambda output: output.job.renderer == "page")

    assert [str(problem) for problem in summary.problems.errors] == []
    pages = {name: read_page(content.decode()) for name, content in site.tree().items() if name.endswith(".html")}
    assert len(pages) >= 14
    assert {name: page.running() for name, page in pages.items() if page.running()} == {}
    assert {a for page in pages.values() for _, a in page.addresses() if "evil" in a and not a.startswith("tag-")} == set()
    shown = re.sub(r"\s+", " ", text)[:40]
    said = {name for name, page in pages.items() if shown in re.sub(r"[\s\u202f\u00a0]+", " ", page.text)}
    assert said >= set(pages) - {"luma/cards/moments.html"}


def test_words_of_a_report_stay_words_on_paper(site: SiteFolder) -> None:
    """T4: in a PDF too, text from people and exports is text, and runs, links or loads nothing."""
    fill(site, ATTACKS["attribute"])

    summary = site.build(choose=lambda output: output.job.renderer == "report")

    assert not summary.failed
    (pdf,) = [content for name, content in site.tree().items() if name.endswith(".pdf")]
    words = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    assert "onerror=alert(1)" in words
    assert b"/JavaScript" not in pdf and b"/Launch" not in pdf


def test_post_of_an_export_links_only_to_the_web(site: SiteFolder) -> None:
    """A permalink of an export that is no web address is no link."""
    fill(site, "A post").build(choose=lambda output: output.path == "luma/room/monthly-2026-09.html")

    page = read_page(site.output("luma/room/monthly-2026-09.html"))

    assert "A post" in page.text
    assert not [address for _, address in page.addresses() if "alert" in address]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("content/luma/client.yaml", 'name: Luma\nlanguage: "\\e]0;owned\\a\\e[31m\\u202Efr"\n'),
        ("content/luma/cards/index.md", CAMPAIGN.replace("title: Cards", 'title: Cards\n"\\e]0;owned\\a": x')),
        ("content/luma/cards/page.md", "---\ntitle: A\n---\n\n[x](\u202egone\u2066.md)\n"),
        ("content/luma/cards/moments.csv", "id,at,kind\n1,2026-09-01T10:00,\u009b31mno\n"),
        ("content/luma/kpi/\x1b]0;owned\x07.csv", "<html>\n"),
        ("content/luma/cards/\x1b]0;owned\x07.md", "---\ntitle: A\n---\n"),
        ("content/luma/cards/a\nsite.yaml:1:1: forged line.md", "---\ntitel: A\n---\n"),
        ("content/luma/kpi/posts.csv", X_CONTENT + '1,"Wed, Sep 30, 2026",A,https://x.com,\x1b]0;owned\x07,1,2,0,0,0,0,0\n'),
    ],
)
def test_messages_do_not_steer_the_terminal(site: SiteFolder, name: str, text: str) -> None:
    """Rule 7: what a file says is named in messages, with its control characters spelt out, and never forges a line."""
    site.write(name, text)

    for run in (
        site.run("build"),
        site.run("build", "--json"),
        site.run("check", "-h"),
        command("kpi", "read", site.root / "content/luma/kpi"),
    ):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", run.out + run.err)
        assert not re.search(r"(?m)^site\.yaml:1:1: forged", run.out + run.err)
        assert "Traceback" not in run.err


def test_name_that_is_not_text_is_refused(site: SiteFolder) -> None:
    """A file name that is not UTF-8 is refused by name, not by a traceback."""
    (site.root / "content/luma/cards").joinpath(b"caf\xe9.md".decode("utf-8", "surrogateescape")).write_text("---\ntitle: A\n---\n")

    run = site.run("build")

    assert run.code == 1
    assert "content/luma/cards/caf\\udce9.md: bad-name" in run.err


# ---- one client and another -----------------------------------------------------------------------------------------


SHORT = """---
title: TITLE
from: 2026-09
---

## A

```chart
line: impressions
```

```table
metrics: impressions
```
"""


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def two(site: SiteFolder) -> SiteFolder:
    """The site with a second client whose every word and name holds ORION."""
    return (
        site.write("content/orion/client.yaml", "name: ORION Telecom\nlanguage: en\n")
        .write("content/orion/stars/index.md", CAMPAIGN.replace("title: Cards", "title: ORION stars").replace("#LumaCards", "#ORION"))
        .write("content/orion/stars/orion-secret.md", "---\ntitle: ORION secret\n---\n")
        .write("content/orion/stars/orion.png", picture())
        .write("content/orion/kpi/orion.csv", x_overview({f"2026-09-{day:02}": 987_654 for day in range(1, 31)}))
        .write("content/orion/annotations.yaml", "annotations:\n  - {date: 2026-09-03, text: ORION fair, audience: client}\n")
        .write("content/orion/reports/orion-report.md", SHORT.replace("TITLE", "ORION report"))
        .write("content/luma/cards/luma.png", picture())
    )  # fmt: skip


def test_nothing_of_a_client_in_another_s_files(two: SiteFolder) -> None:
    """Rule 4: no word, number or name of one client is in any file of another, PDFs included; the agency's page has public names only."""
    two.write("content/luma/annotations.yaml", "annotations:\n  - {date: 2026-09-03, text: Our fair, audience: client}\n")
    two.write("content/luma/reports/monthly.md", SHORT.replace("TITLE", "Report"))

    summary = two.build()

    assert not summary.failed
    luma = {name: content for name, content in two.tree().items() if name.startswith("luma/")}
    assert not [name for name, content in luma.items() if re.search(rb"(?i)orion|987|\bstars\b", content) and name.endswith(".html")]
    assert not [name for name in luma if "orion" in name.lower()]
    for name in (name for name in luma if name.endswith(".pdf")):
        document = pypdfium2.PdfDocument(luma[name])
        words = " ".join(page.get_textpage().get_text_bounded() for page in document) + str(document.get_metadata_dict())
        assert "Luma" in words
        assert not re.search(r"(?i)orion|987", words)
    assert "secret" not in two.output("index.html") and "report" not in two.output("index.html").lower()


PHOTO = "---\nkind: photo\nat: 2026-09-02T09:00\npicture: ../../../orion/stars/orion.png\n---\n"
COVER = CAMPAIGN.replace("title: Cards", "title: Cards\ncover: ../../orion/stars/orion.png")
LOGO = CAMPAIGN.replace("title: Cards", "title: Cards\nbrand:\n  logo: ../../orion/stars/orion.png")
BORROWED = "content/luma/cards/page.md"
HEAD = "---\ntitle: Page\n---\n\n"


@pytest.mark.parametrize(
    ("name", "text", "place", "code"),
    [
        (BORROWED, HEAD + "![x](../../orion/stars/orion.png)\n", "5:1", "dead-link"),
        (BORROWED, HEAD + "One.\n\n![x][1]\n\n[1]: ../../orion/stars/orion.png\n", "9:1", "dead-link"),
        (BORROWED, HEAD + "A <img src='../../orion/stars/orion.png'>\n", "5:3", "dead-link"),
        (BORROWED, HEAD + "See [x](../../orion/stars/orion-secret.md).\n", "5:5", "dead-link"),
        (BORROWED, HEAD + "See [x](/content/orion/stars/orion-secret.md).\n", "5:5", "dead-link"),
        (BORROWED, HEAD + 'See <a href="../../orion/room/">x</a>.\n', "5:5", "dead-link"),
        (BORROWED, HEAD + "See [x].\n\n[x]: ../../orion/stars/orion-secret.md\n", "7:1", "dead-link"),
        (BORROWED, HEAD + "![x](..%2F..%2Forion/stars/orion.png)\n", "5:1", "dead-link"),
        (BORROWED, HEAD + "![x](a%00.png)\n", "5:1", "dead-link"),
        (BORROWED, HEAD + f"![x]({'a' * 300}.png)\n", "5:1", "dead-link"),
        ("content/luma/cards/moments/003.md", PHOTO, "4:10", "missing-file"),
        ("content/luma/cards/moments.csv", "id,at,kind,media\n1,2026-09-02T10:00,photo,../../orion/stars/orion.png\n", "2", "missing-file"),
        ("content/luma/cards/index.md", COVER, "3:8", "missing-file"),
        ("content/luma/cards/index.md", LOGO, "4:9", "missing-file"),
        ("content/luma/client.yaml", "name: Luma\nbrand:\n  logo: ../orion/stars/orion.png\n", "3:9", "missing-file"),
        ("content/luma/client.yaml", f"name: Luma\nbrand:\n  logo: {'a' * 300}.png\n", "3:9", "missing-file"),
        ("templates/page.html", "\n{% include '../content/orion/stars/orion-secret.md' %}\n", "2", "missing-template"),
        ("templates/page.html", "\n{% import 'content/orion/client.yaml' as x %}\n", "2", "missing-template"),
    ],
)  # fmt: skip
def test_borrowing_from_another_client_is_refused(two: SiteFolder, name: str, text: str, place: str, code: str) -> None:
    """T5: a link, picture, logo or template that reaches into another client's folder is refused at its line."""
    two.write(BORROWED, HEAD + "Text.\n").write(name, text)

    run = two.run("check")

    assert f"{name}:{place}: {code} " in run.err
    assert run.code == 1


def test_own_pictures_and_pages_are_found_however_they_are_written(two: SiteFolder) -> None:
    """A picture or page of the client's own is shown and linked: beside its words, by reference, or as HTML."""
    body = """![a](luma.png) ![b][1] <img src='luma.png' alt='c > d'>
[d](index.md) [e] <A HREF='index.md#main'>f</A> [g](page.md "t")

[1]: luma.png
[e]: index.md 'E'
"""
    code = "\n```text\n[x](gone.md) {{ nothing }}\n```\n\nAnd `[y](gone.md)` or ``{{ no ` thing }}``.\n"
    two.write(BORROWED, HEAD + body + code)

    summary = two.build(choose=lambda output: output.path.startswith("luma/cards/"))

    page = read_page(two.output("luma/cards/page.html"))
    main = [attributes for tag, attributes in page.elements if tag == "img"]
    assert [str(problem) for problem in summary.problems] == []
    assert len(main) == 3
    assert all((two.root / "output/luma/cards" / attributes["src"]).is_file() and attributes["width"] == "40" for attributes in main)
    links = [address for tag, address in page.addresses() if tag == "a"]
    assert {"index.html", "index.html#main", "page.html"} <= set(links)
    assert "{{ nothing }}" in page.text and "[y](gone.md)" in page.text


def test_picture_from_elsewhere_is_not_loaded(two: SiteFolder) -> None:
    """M5: a page asks no third party for anything: a picture of another site is left out."""
    two.write(BORROWED, HEAD + "![x](https://evil.example/x.png) <img src=x srcset='https://evil.example/y.png 1x' onerror=alert(1)>\n")

    two.build(lenient=True, choose=lambda output: output.path == "luma/cards/page.html")

    assert "evil.example" not in two.output("luma/cards/page.html")
    assert read_page(two.output("luma/cards/page.html")).running() == []


def test_client_that_leaves_takes_everything_along(two: SiteFolder) -> None:
    """When a client's folder is gone, so is every word of it, in the output and in the record of builds."""
    two.build()
    shutil.rmtree(two.root / "content/orion")

    two.build()

    assert not [name for name, content in two.tree().items() if re.search(rb"ORION|987,654", content) or "orion" in name]
