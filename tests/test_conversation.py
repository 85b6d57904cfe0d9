"""Mentions: tables of monitoring tools, the figures that come from them, and what pages and reports show of them."""

from __future__ import annotations

import io
import re
from datetime import date

import pikepdf
import pypdfium2
import pytest
from openpyxl import Workbook

from generator.config import load_clients, load_site
from generator.exports import read_conversation
from generator.metrics import compute_figures
from generator.model.conversation import Conversation, Tally
from generator.model.figures import Figures, Filter, month_of
from generator.model.kpi import no_data
from generator.plan.conversation import initials
from generator.problems import Problems
from tests.conftest import CLIENT, SiteFolder

AUGUST, SEPTEMBER = month_of(date(2026, 8, 1)), month_of(date(2026, 9, 1))
FOLDER = "content/luma/conversation"
DECLARED = (
    CLIENT + "spaces:\n  - {name: Facebook page, own: true, aliases: [Page Facebook]}\n  - {name: '#LumaCards', own: true}\n"
    "  - {name: Forum, own: false}\nbrand_names: [Luma SA]\ncompetitors: [Orbi, {name: Zeta, aliases: [zeta.fr]}]\n"
    "accounts:\n  - {platform: x, name: LumaHelp}\n"
)
HEAD = "Date,Source,Space,Author,Sentiment,Theme,Reach,Brand,Text,ID\n"
ROWS = (
    HEAD + "2026-09-01,Facebook,Facebook page,@ada,positive,price,100,,fine,1\n"
    "2026-09-02,X,Forum,@bob,negative,price; network,20,,bad,2\n"
    "2026-09-03,X,Forum,@bob,neutral,network,30,Luma SA,so so,3\n"
    "2026-09-04,Facebook,Page Facebook,@ada,,,,,nothing,4\n"
    "2026-09-05,X,#LumaCards,@LumaHelp,positive,cards,,,ours,5\n"
    "2026-09-30,X,Forum,@eve,,,900,zeta.fr,theirs,6\n"
)


def listen(site: SiteFolder, *, problems: list[str] | None = None) -> tuple[Conversation, Figures]:
    """The conversation of the client "luma" and its figures; found problems are compared with those expected."""
    found = Problems()
    agency = load_site(site.root, found)
    client = next(each for each in load_clients(agency, found) if each.slug == "luma")
    folder = site.root / FOLDER
    talk = read_conversation(folder, root=site.root, client=client, limits=agency.limits, problems=found)
    assert [f"{each.at}: {each.message}" for each in found] == (problems or [])
    return talk, compute_figures(client, no_data("luma"), talk)


def heard(site: SiteFolder, rows: str = ROWS, name: str = "mentions_2026-09-01_2026-09-30.csv") -> Figures:
    return listen(site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/{name}", rows))[1]


# ---- reading ---------------------------------------------------------------------------------------------------------


def workbook(rows: list[list[object]]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


ENGLISH = "Date,Source,Space,Author,Sentiment,Topics,Reach\n2026-09-14,Facebook,Facebook page,@ada,Positive,price | queue,1200\n"
FRENCH = 'Publié le;Réseau;Espace;Auteur;Tonalité;Thèmes;Portée\n14/09/2026;Facebook;Page Facebook;@ada;positif;"price;queue";1 200\n'
TABBED = (
    "Date\tPlateforme\tEspace\tAuteur\tSentiment\tThème\tPortée\n"
    "2026-09-14 23:30\tFacebook\tpage facebook\t@ada\tPOSITIF\tprice; queue\t1200\n"
)
SHEET: list[list[object]] = [
    ["Mentions of September"], [], ["Date", "Source", "Space", "Author", "Sentiment", "Themes", "Reach"],
    [date(2026, 9, 14), "Facebook", "Facebook page", "@ada", "+", "price;queue", 1200],
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", ENGLISH.encode()), ("b.csv", FRENCH.encode("cp1252")), ("c.txt", TABBED.encode("utf-16")), ("d.xlsx", workbook(SHEET))],
)
def test_a_table_is_known_by_its_headings(site: SiteFolder, name: str, content: bytes) -> None:
    """English or French, whatever the encoding and the container, one mention is the same mention."""
    talk, _ = listen(site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/tool/{name}", content))

    (row,) = talk.mentions.drop("file", "line").iter_rows(named=True)
    assert row == {
        "day": date(2026, 9, 14), "platform": "facebook", "space": "Facebook page", "own": True, "brand": None, "sentiment": "positive",
        "themes": ["price", "queue"], "author": "@ada", "who": "ada", "ours": False, "reach": 1200.0, "text": None,
    }  # fmt: skip


def test_a_rule_maps_the_headings_and_words_of_another_tool(site: SiteFolder) -> None:
    """conversation.yaml names columns, gives what no column says, and translates a tool's ratings."""
    site.write("content/luma/client.yaml", DECLARED)
    site.write("content/luma/conversation.yaml",
               "files:\n  - files: tool/*\n    grain: mention\n    columns: {date: When, sentiment: Mood}\n"
               "    space: Forum\n    platform: Reddit\n    sentiments: {negative: [angry], unrated: [mixed]}\n")  # fmt: skip
    talk, _ = listen(site.write(f"{FOLDER}/tool/x.csv", "When,Mood,Other\n2026-09-01,angry,1\n2026-09-02,mixed,2\n2026-09-03,positive,3\n"))

    assert talk.mentions.select("space", "own", "platform", "sentiment").rows() == [
        ("Forum", False, "Reddit", "negative"), ("Forum", False, "Reddit", None), ("Forum", False, "Reddit", "positive"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("2026-09-01,X,Forum,a,so-so,,,,t,1\n", 'a.csv:2:22: column "Sentiment" is "so-so"; positive, neutral or negative is expected'),
        ("2026-09-01,X,Forum,a,,,,Nemo,t,1\n", 'a.csv:2:25: 1 mentions are about "Nemo", neither the client nor a declared competitor'),
        ("2026-09-01,X,Forum,a,,,many,,t,1\n", 'a.csv:2:24: column "Reach" is "many"; a number is expected'),
        ("2026-09-31,X,Forum,a,,,,,t,1\n", 'a.csv:2:1: column "Date" is "2026-09-31"; a date is expected'),
        (",X,Forum,a,,,,,t,1\n", 'a.csv:2:1: column "Date" is empty; a date is expected'),
        ("03/04/2026,X,Forum,a,,,,,t,1\n", 'a.csv:1:1: column "Date": "03/04/2026" may be 2026-03-04 or 2026-04-03'),
        ("2026-09-01,X,Facebok page,a,,,,,t,1\n",
         'a.csv:2: the space "Facebok page" is not declared and counts as somebody else\'s; did you mean "facebook page"?'),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_told_is_named(site: SiteFolder, rows: str, problem: str) -> None:
    """What is no rating, brand, number or day is a problem with its file and line, never a guess."""
    site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/a.csv", HEAD + rows)

    listen(site, problems=[f"{FOLDER}/{problem}"])


def test_a_cell_of_a_workbook_is_named_by_its_place(site: SiteFolder) -> None:
    """In a sheet the place is the sheet's cell."""
    site.write(f"{FOLDER}/a.xlsx", workbook([["Date", "Sentiment", "Text"], [date(2026, 9, 1), "meh", "x"]]))

    listen(site, problems=[f'{FOLDER}/a.xlsx (Sheet!B2): column "Sentiment" is "meh"; positive, neutral or negative is expected'])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a,b\n1,2\n", "a.csv: this is neither a table of mentions nor one of messages"),
        ("", "a.csv: the file is empty"),
        ("Date,Space,Sentiment\n", "a.csv:1: the table of mentions has a header and no rows of data"),
        ("Received,First reply\n", "a.csv:1: the table of messages has a header and no rows of data"),
        ("Date,Space,Sentiment\n2026-09-01,Forum\n2026-09-02,Forum,positive\n", "a.csv:2: the row has 2 cells and the header 3"),
        ("<html><input type='password'>", "a.csv: the file is a web page, not an export"),
    ],
)
def test_a_file_that_is_no_such_table_is_named(site: SiteFolder, content: str, problem: str) -> None:
    """Whatever lies in the folder ends in rows or in a problem."""
    listen(site.write(f"{FOLDER}/a.csv", content), problems=[f"{FOLDER}/{problem}"])


def test_the_same_id_counts_once_and_the_later_file_is_believed(site: SiteFolder) -> None:
    """Overlapping exports do not add up; a rating given later replaces none."""
    site.write("content/luma/client.yaml", DECLARED)
    site.write(f"{FOLDER}/2026-09-10.csv", "Date,Source,Sentiment,ID\n2026-09-01,X,,1\n2026-09-02,X,negative,2\n")
    talk, _ = listen(site.write(f"{FOLDER}/2026-09-20.csv", "Date,Source,Sentiment,ID\n2026-09-01,X,positive,1\n2026-09-11,X,,1200\n"))

    assert talk.mentions["sentiment"].to_list() == ["positive", "negative", None]
    assert [(left.reason, left.lines) for file in talk.files for left in file.left_out] == [("the same row once more", (2,))]


def test_without_ids_the_same_row_counts_once(site: SiteFolder) -> None:
    """Two equal rows with the same words are one mention; two that carry no words may well be two."""
    site.write(f"{FOLDER}/words.csv", "Date,Source,Sentiment,Text\n" + "2026-09-01,X,neutral,hello\n" * 2)
    talk, _ = listen(site.write(f"{FOLDER}/bare.csv", "Date,Source,Sentiment\n" + "2026-09-02,X,neutral\n" * 2))

    assert talk.mentions["day"].to_list() == [date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 2)]


def test_overlapping_files_without_ids_or_words_do_not_add_up(site: SiteFolder) -> None:
    """Of rows that say little, two files hold the same ones: the larger number counts."""
    site.write(f"{FOLDER}/a.csv", "Date,Source,Sentiment\n" + "2026-09-02,X,neutral\n" * 2)
    talk, _ = listen(site.write(f"{FOLDER}/b.csv", "Date,Source,Sentiment\n" + "2026-09-02,X,neutral\n" * 3))

    assert talk.mentions.height == 3


def test_an_hour_with_an_offset_falls_on_the_day_of_the_client(site: SiteFolder) -> None:
    """23:30 in Greenwich is the next day in Paris."""
    talk, _ = listen(site.write(f"{FOLDER}/a.csv", "Date,Source,Text\n2026-09-13T23:30:00Z,X,late\n"))

    assert talk.mentions["day"].to_list() == [date(2026, 9, 14)]


# ---- declarations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("spaces:\n  - {name: Page, own: perhaps}\n", '7:23: "perhaps" is neither true nor false'),
        ("competitors:\n  - {name: Orbi, alias: [o]}\n", '7:18: unknown key "alias"; did you mean "aliases"?'),
        ("service:\n  hours: {mon-fry: '09:00-19:00'}\n", '7:20: "mon-fry" is not a day of the week'),
        ("service:\n  hours: {mon: '19:00-09:00'}\n", '7:16: "19:00-09:00" are not opening hours'),
        ("service:\n  hours: {mon-fri: '09:00-19:00', fri: '09:00-12:00'}\n", "7:3: the hours of fri are given twice"),
        ("service:\n  hours: {mon: '09:00-19:00'}\n  holidays: FRANCE\n", '8:13: "FRANCE" is not a calendar of public holidays'),
        ("service:\n  hours: {mon: '09:00-19:00'}\n  target: soon\n", '8:11: "soon" is not a span of time'),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_named(site: SiteFolder, lines: str, problem: str) -> None:
    """client.yaml's spaces, competitors and hours are checked where they stand."""
    site.write("content/luma/client.yaml", CLIENT + lines)

    found = site.problems()

    assert [re.sub(r"^content/luma/client.yaml:", "", f"{each.at}: {each.message}") for each in found if each.severity == "error"] == [
        problem
    ]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("columns: {date: When}", "a rule with columns does not say what a row is"),
        ("grain: mention\n    columns: {text: What}", "a row of grain mention needs the column date"),
        ("grain: message\n    columns: {received_at: In, first_reply_at: Out, theme: T}", 'a message has no column "theme"'),
        (
            "grain: mention\n    columns: {date: When, sentimant: Mood}",
            '"sentimant" is not a column of conversation tables; did you mean "sentiment"?',
        ),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_named(site: SiteFolder, rule: str, problem: str) -> None:
    """conversation.yaml says what a row is, and maps columns that such a row has."""
    site.write("content/luma/conversation.yaml", f"files:\n  - files: '*'\n    {rule}\n")

    (found,) = [each for each in site.problems() if each.severity == "error"]

    assert found.at.path == "content/luma/conversation.yaml"
    assert found.message == problem


# ---- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "value", "rows"),
    [
        ("mentions", 5, 5),  # not the one of Zeta
        ("hosted_share", 3 / 5, 5),
        ("share_of_voice", 5 / 6, 6),
        ("net_sentiment", (2 - 1) / 4, 4),  # the unrated one is no neutral one
    ],
)
def test_figures_of_mentions_are_those_counted_by_hand(site: SiteFolder, metric: str, value: float, rows: int) -> None:
    """Each figure is what a person with a pencil finds, and names as many rows."""
    figure = heard(site).figure(metric, SEPTEMBER)

    assert figure.value == pytest.approx(value)
    assert [(source.file, source.rows) for source in figure.sources] == [(f"{FOLDER}/mentions_2026-09-01_2026-09-30.csv", rows)]


def test_ratings_are_counted_by_space_and_by_theme(site: SiteFolder) -> None:
    """Theme × space × sentiment as coded; a mention of two themes counts under both."""
    voices = heard(site).voices(SEPTEMBER)
    assert voices is not None

    assert {each.space: each.tally for each in voices.spaces} == {
        "Facebook page": Tally(positive=1, neutral=0, negative=0, unrated=1),
        "Forum": Tally(positive=0, neutral=1, negative=1, unrated=0),
        "#LumaCards": Tally(positive=1, neutral=0, negative=0, unrated=0),
    }
    price, network = Tally(positive=1, neutral=0, negative=1, unrated=0), Tally(positive=0, neutral=1, negative=1, unrated=0)
    assert [(each.theme, each.total) for each in voices.themes[:2]] == [("network", network), ("price", price)]
    assert [(each.theme, each.total.count) for each in voices.themes[2:]] == [("cards", 1), (None, 1)]
    assert [(each.space, each.tally.count) for each in voices.themes[1].spaces] == [("Facebook page", 1), ("Forum", 1)]
    assert voices.brands == [("Luma", 5), ("Orbi", 0), ("Zeta", 1)]


def test_the_most_active_are_not_the_client(site: SiteFolder) -> None:
    """People rank by mentions, then by reach; the client's own account and those who speak of a competitor are no ambassadors."""
    voices = heard(site).voices(SEPTEMBER)

    assert voices is not None
    assert [(each.name, each.mentions, each.reach) for each in voices.people] == [("@ada", 2, 100), ("@bob", 2, 50)]


def test_a_figure_may_be_of_one_space(site: SiteFolder) -> None:
    """Net sentiment is asked for space by space."""
    assert heard(site).figure("net_sentiment", SEPTEMBER, only=Filter(item="Forum")).value == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("client", "rows", "metric", "missing"),
    [
        (CLIENT, ROWS.replace(",Luma SA,", ",,").replace(",zeta.fr,", ",,"), "hosted_share", "no-spaces"),
        (DECLARED, HEAD + "2026-09-01,X,,a,,,,,t,1\n", "hosted_share", "no-spaces"),
        (DECLARED, HEAD + "2026-09-01,X,Forum,a,,,,,t,1\n", "share_of_voice", "no-competitors"),
        (DECLARED, HEAD + "2026-09-01,X,Forum,a,,,,,t,1\n", "net_sentiment", "not-rated"),
        (DECLARED, HEAD + "2026-08-01,X,Forum,a,,,,,t,1\n", "mentions", "not-covered"),
        (DECLARED, None, "mentions", "no-export"),
    ],
)
def test_missing_is_not_zero(site: SiteFolder, client: str, rows: str | None, metric: str, missing: str) -> None:
    """A share of nothing known has no value, and says why; above all a share of voice among no competitor is not 100 %."""
    site.write("content/luma/client.yaml", client)
    figure = listen(site.write(f"{FOLDER}/a.csv", rows) if rows else site)[1].figure(metric, SEPTEMBER)

    assert (figure.value, figure.missing) == (None, missing)


def test_a_month_between_two_files_is_not_zero(site: SiteFolder) -> None:
    """Where a file is missing nothing is known: no mentions is not what it says."""
    site.write(f"{FOLDER}/a.csv", "Date,Source,Text\n2026-07-01,X,a\n2026-07-31,X,b\n")
    _, figures = listen(site.write(f"{FOLDER}/b.csv", "Date,Source,Text\n2026-09-01,X,c\n2026-09-30,X,d\n"))

    assert figures.figure("mentions", AUGUST).missing == "not-covered"
    assert figures.figure("mentions", SEPTEMBER).value == 2


def test_a_covered_month_without_mentions_has_none_of_them(site: SiteFolder) -> None:
    """A file that covers August and has no row in it says zero."""
    rule = "files:\n  - {files: '*', from: 2026-08-01, until: 2026-09-30}\n"
    site.write("content/luma/conversation.yaml", rule).write(f"{FOLDER}/a.csv", "Date,Source,Text\n2026-09-10,X,c\n")

    assert listen(site)[1].figure("mentions", AUGUST).value == 0


def test_a_month_known_in_part_is_compared_with_the_same_days(site: SiteFolder) -> None:
    """Twelve days of September stand against the first twelve of August."""
    days = [*(f"2026-08-{day:02}" for day in range(1, 32)), *(f"2026-09-{day:02}" for day in range(1, 13))]
    rows = "Date,Source,Text\n" + "".join(f"{day},X,{number}\n" for number, day in enumerate(days))
    figure = heard(site, rows, "a.csv").figure("mentions", SEPTEMBER, compare="previous")

    assert (figure.value, figure.previous, figure.partial) == (12, 12, True)
    assert [(each.platform, each.complete) for each in heard(site, rows, "a.csv").coverage(SEPTEMBER)] == [("mentions", False)]


# ---- pages and reports -----------------------------------------------------------------------------------------------

BLOCK = (
    "---\ntitle: Report\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## Talk {#talk}\n\nHosted: {{ hosted_share }}.\n\n"
    "```conversation\ntitle: What is said\n%s```\n"
)


def shown(site: SiteFolder, rows: str = ROWS, arguments: str = "") -> tuple[str, str]:
    """The report as words: of its page, and of its PDF."""
    site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/mentions_2026-09-01_2026-09-30.csv", rows)
    summary = site.write("content/luma/reports/monthly.md", BLOCK % arguments).build()
    assert [each for each in summary.problems if each.severity == "error"] == []
    pdf = pypdfium2.PdfDocument((site.root / "output/luma/room/monthly-2026-09-draft.pdf").read_bytes())
    return site.output("luma/room/monthly-2026-09.html"), " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())


def test_the_block_is_on_the_page_and_on_paper(site: SiteFolder) -> None:
    """Figures, rules and ratings stand in both media; prose takes the same figures."""
    page, paper = shown(site)

    for text in (page, paper):
        for words in ("Hosted: 60.0%", "What is said", "Own spaces: Facebook page, #LumaCards.", "Sentiment, space by space", "network",
                      "What it is about", "Ranked by mentions, then by reach.", "4 rated mentions", "1 unrated"):  # fmt: skip
            assert words in text
    assert "mentions_2026-09-01_2026-09-30.csv" in page  # where the figures come from


def test_people_are_initials_unless_asked_for(site: SiteFolder) -> None:
    """A handle leaves the file only when the block says so."""
    assert "ada" not in shown(site)[0] + shown(site)[1]
    assert "@ada" in shown(site, arguments="names: handles\n")[0]


def test_the_block_shows_what_is_asked(site: SiteFolder) -> None:
    """`show` keeps to some of the parts."""
    page, _ = shown(site, arguments="show: themes\n")

    assert "What it is about" in page
    assert "Sentiment, space by space" not in page
    assert "Most active" not in page


def test_what_is_not_known_says_so(site: SiteFolder) -> None:
    """Without a rating, and without any file, the block has its own words."""
    page, paper = shown(site, HEAD + "2026-09-30,X,Forum,a,,,,,t,1\n")
    site.remove(f"{FOLDER}/mentions_2026-09-01_2026-09-30.csv").build()

    assert "no mention is rated" in page
    assert "no mention is rated" in paper
    assert "no export gives this figure" in site.output("luma/room/monthly-2026-09.html")


def test_figures_of_conversations_stand_wherever_figures_do(site: SiteFolder) -> None:
    """Tiles, tables and curves take them, on a campaign's page as well, and by network."""
    site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/mentions_2026-09-01_2026-09-30.csv", ROWS)
    blocks = (
        "```kpis\nmetrics: [mentions, net_sentiment]\n```\n\n```table\nmetrics: [mentions]\n```\n\n"
        "```chart\nbar: mentions\nby: platform\n```\n\n```conversation\nshow: [mentions, themes]\n```\n"
    )
    index = (site.root / "content/luma/cards/index.md").read_text("utf-8")
    summary = site.write("content/luma/cards/index.md", index + "\n" + blocks).build()
    page = site.output("luma/cards/index.html")

    assert list(summary.problems) == []
    assert re.findall(r'<th scope="row">(Facebook|X|Total)</th>\s*<td class="num"><span class="b-table__value">(\d)', page) == [
        ("X", "3"), ("Facebook", "2"), ("Total", "5"),
    ]  # fmt: skip
    assert "What it is about" in page


def test_words_of_a_file_stay_words(site: SiteFolder) -> None:
    """Markup in a theme, a space or a handle is text on the page."""
    evil = '"<img src=x onerror=alert(1)>"'
    page, _ = shown(site, HEAD + f"2026-09-01,X,{evil},{evil},positive,{evil},1,,t,1\n", "names: handles\n")

    assert "<img src=x" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


def test_no_word_of_one_client_reaches_another(site: SiteFolder) -> None:
    """A second client's themes, spaces and people are on its own pages only."""
    shown(site, arguments="names: handles\n")
    site.write("content/nova/client.yaml", DECLARED.replace("name: Luma", "name: Nova").replace("#LumaCards", "#NovaMarker"))
    site.write(
        "content/nova/conversation/a.csv", HEAD + "2026-09-01,X,#NovaMarker,@zoltan,positive,zebras,1,,t,1\n2026-09-30,X,Forum,@z,,,,,u,2\n"
    )
    site.write("content/nova/reports/monthly.md", BLOCK % "names: handles\n").build()
    tree = {path: content for path, content in site.tree().items() if path.startswith("luma/")}
    marked = [path for path, content in site.tree().items() if path.endswith(".html") and b"zebras" in content]

    assert marked == ["nova/room/monthly-2026-09.html"]
    assert not [path for path, content in tree.items() if any(word in content for word in (b"zebras", b"zoltan", b"NovaMarker"))]
    with pikepdf.open(io.BytesIO(tree["luma/room/monthly-2026-09-draft.pdf"])) as pdf:
        assert "Nova" not in str(pdf.docinfo)


@pytest.mark.parametrize(
    ("name", "short"), [("@lea.dessine", "L. D."), ("Élise", "É."), ("@@", "–"), ("a b c d", "A. B. C."), ("أحمد", "أ.")]
)
def test_initials(name: str, short: str) -> None:
    """Initials tell a person from the next, whatever the script."""
    assert initials(name) == short


def test_explain_says_where_a_share_comes_from(site: SiteFolder) -> None:
    """bilan kpi explain knows the figures of conversations."""
    site.write("content/luma/client.yaml", DECLARED).write(f"{FOLDER}/a.csv", ROWS)

    run = site.run("kpi explain", "hosted_share", "-c", "luma", "-p", "2026-09")

    assert run.code == 0
    assert "formula: mentions on own spaces / all mentions" in run.out
    assert "value: 0.6 ratio" in run.out
    assert f"{FOLDER}/a.csv: 5 rows, lines 2 to 6" in run.out


WORDS = "---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## A {{#a}}\n\n```conversation\nshow: verbatims\n{keys}\n```\n"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", ["fine", "so so", "bad", "nothing"]),  # by reach; ours and theirs are not the client's people
        ("count: 1", ["fine"]),
        ("sentiment: negative", ["bad"]),
        ("theme: network", ["so so", "bad"]),
        ("space: Facebook page", ["fine", "nothing"]),
        ("theme: weather", []),
    ],
)
def test_verbatims_are_those_asked_for(site: SiteFolder, keys: str, words: list[str]) -> None:
    """Words are quoted by reach, of the rating, theme and space that the block names; without any it says so."""
    heard(site)
    site.write("content/luma/reports/monthly.md", WORDS.format(keys=keys))

    assert not site.problems()

    page = site.output("luma/room/monthly-2026-09.html")
    assert re.findall(r'b-words__text" dir="auto">\s*([^<]+?)\s*</blockquote>', page) == words
    assert ("No words to quote" in page) == (not words)


def test_verbatims_name_nobody_unless_asked(site: SiteFolder) -> None:
    """People are quoted under initials; handles stand where a block asks for them; no block, no words."""
    heard(site)
    site.write("content/luma/reports/monthly.md", WORDS.format(keys=""))
    site.build()
    assert "@bob" not in site.output("luma/room/monthly-2026-09.html")

    site.write("content/luma/reports/monthly.md", WORDS.format(keys="names: handles"))
    site.build()
    assert "@bob" in site.output("luma/room/monthly-2026-09.html")

    site.write("content/luma/reports/monthly.md", WORDS.format(keys="").replace("show: verbatims\n", ""))
    site.build()
    assert "so so" not in site.output("luma/room/monthly-2026-09.html")


def test_verbatims_are_data(site: SiteFolder) -> None:
    """Markup in a mention is shown as it was typed."""
    heard(site, HEAD + '2026-09-01,X,Forum,@bob,negative,price,20,,"<img src=x onerror=alert(1)> *bold* {{ views }}",1\n')
    site.write("content/luma/reports/monthly.md", WORDS.format(keys=""))
    site.build()

    page = site.output("luma/room/monthly-2026-09.html")
    assert "&lt;img src=x onerror=alert(1)&gt; *bold* {{ views }}" in page
