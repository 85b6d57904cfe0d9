"""Redirects: what was given up leads on, in one step, to a page that is there; everything else is an error at its line."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from generator.facts import open_store
from tests.conftest import CAMPAIGN, SITE, SiteFolder
from tests.pagekit import read_page

RULES = "content/redirects.yaml"


@pytest.fixture
def site(site: SiteFolder) -> SiteFolder:
    site.write("content/luma/cards/rules.md", "---\ntitle: Rules\naliases: [terms]\n---\n\nBe kind.\n")
    return site.write("site.yaml", f"{SITE}url: https://atelier.example/\n")


def rules(site: SiteFolder, *pairs: tuple[str, str]) -> SiteFolder:
    return site.write(RULES, "redirects:\n" + "".join(f"  - {{from: {one}, to: {other}}}\n" for one, other in pairs))


def target(html: str) -> str:
    (found,) = [each["content"] for tag, each in read_page(html).elements if tag == "meta" and each.get("http-equiv") == "refresh"]
    return found.removeprefix("0; url=")


def test_former_name_of_a_page_leads_to_it(site: SiteFolder) -> None:
    """J4: a page that leads on, its canonical address whole, not for search engines, in no site map, and a note for hosts."""
    assert site.problems() == []
    html = site.output("luma/cards/terms.html")

    assert target(html) == "rules.html" and '<a href="rules.html">' in html
    assert '<link rel="canonical" href="https://atelier.example/luma/cards/rules.html">' in html and 'content="noindex"' in html
    assert "terms" not in site.output("sitemap.xml")
    with open_store(site.root / ".bilan", []) as store:
        assert json.loads(store.note("redirects") or "") == [["/luma/cards/terms.html", "/luma/cards/rules.html"]]


def test_campaign_that_is_renamed_keeps_every_link_and_one_address(site: SiteFolder) -> None:
    """J11: its files are at the new name only; each page of the old name leads to its own."""
    site.build()
    before = {path for path in site.tree() if path.startswith("luma/cards/") and path.endswith(".html")}
    (site.root / "content/luma/cards").rename(site.root / "content/luma/carnival")
    site.write("content/luma/carnival/index.md", CAMPAIGN.replace("title: Cards", "title: Cards\naliases: [cards]"))

    built = site.build()

    after = {path for path in site.tree() if path.startswith("luma/cards/")}
    assert built.problems.errors == [] and before - after == set()
    assert all(target(site.output(path)).startswith("../carnival/") for path in after)
    assert {path.replace("cards", "carnival", 1) for path in before} <= set(site.tree())
    assert not [path for path in after if not path.endswith(".html")]


def test_browser_is_led_on(site: SiteFolder) -> None:
    """From disk as from a server, in one step."""
    rules(site, ("/old/", "/luma/cards/"), ("/promo.html", "/luma/cards/rules.html")).build()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        ends = []
        for start in ("old/index.html", "promo.html", "luma/cards/terms.html"):
            page.goto((site.root / "output" / start).as_uri())
            page.wait_for_url(re.compile(r"/luma/cards/(index|rules)\.html$"))
            ends.append(page.url.rpartition("/")[2])
        browser.close()

    assert ends == ["index.html", "rules.html", "rules.html"]


def test_hosts_that_redirect_themselves_get_the_list(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each target by the addresses that its readers see: of the whole site, or of a campaign with a place of its own."""
    place = tmp_path_factory.mktemp("www")
    targets = "".join(
        f"  {name}: {{kind: folder, path: {place}/{name}, host: netlify, what: {what}, without: private, layout: in-place}}\n"
        for name, what in (("whole", "site"), ("own", "luma/cards"))
    )
    site.write("site.yaml", f"{SITE}url: https://atelier.example/\ntargets:\n{targets}")
    rules(site, ("/shop/", "https://shop.example/"), ("/old/", "/luma/cards/"))
    runs = [site.run("publish", name) for name in ("whole", "own")]

    assert [run.code for run in runs] == [0, 0], runs
    whole, own = ((place / name / "_redirects").read_text().splitlines() for name in ("whole", "own"))
    assert whole == ["/luma/cards/terms.html /luma/cards/rules.html 301", "/old/ /luma/cards/ 301", "/shop/ https://shop.example/ 301"]
    assert own == ["/terms.html /rules.html 301"]


def test_redirect_may_lead_out(site: SiteFolder) -> None:
    """A web address is taken as it is."""
    rules(site, ("/shop/", "https://shop.example/?from=bilan"))

    assert site.problems() == []
    assert target(site.output("shop/index.html")) == "https://shop.example/?from=bilan"


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("/a/", "/b/"), ("/b/", "/luma/cards/")], [(2, "redirect-chain", "/luma/cards/")]),
        ([("/a/", "/b/"), ("/b/", "/a/")], [(2, "redirect-loop", "/a/ → /b/ → /a/"), (3, "redirect-loop", "/b/ → /a/ → /b/")]),
        ([("/a/", "/a/")], [(2, "redirect-loop", "/a/ → /a/")]),
        ([("/a/", "/luma/cards/terms.html")], [(2, "redirect-chain", "/luma/cards/rules.html")]),
        ([("/luma/cards/", "/luma/")], [(2, "redirect-shadows", "content/luma/cards/index.md")]),
        ([("/luma/cards/assets/", "/luma/cards/rule.html")], [(2, "dead-redirect", 'did you mean "luma/cards/rules.html"?')]),
        ([("/a/", "/luma/room/")], [(2, "redirect-reveals", "not for everybody")]),
        ([("/a/", "/luma/"), ("/a/index.html", "/luma/cards/")], [(3, "address-taken", "a/index.html")]),
        ([("../a", "/luma/")], [(2, "not-a-path", "../a")]),
        ([("/a/", "javascript:alert(1)")], [(2, "not-a-path", "javascript")]),
        ([("/.htaccess", "/luma/")], [(2, "not-a-path", ".htaccess")]),
    ],
)
def test_redirect_that_leads_astray_is_an_error_at_its_line(
    site: SiteFolder, pairs: list[tuple[str, str]], found: list[tuple[int, str, str]]
) -> None:
    """Loops, chains, shadowed pages, dead ends, and ways to what is private, each with its place."""
    errors = rules(site, *pairs).build().problems.errors

    assert [(error.at.path, error.at.line, error.code) for error in errors] == [(RULES, line, code) for line, code, _ in found]
    assert all(words in error.message for error, (_, _, words) in zip(errors, found, strict=True))


def test_alias_that_is_taken_is_an_error_at_its_line(site: SiteFolder) -> None:
    """A former name that another page has now."""
    site.write("content/luma/cards/terms.md", "---\ntitle: Terms\n---\n\nOthers.\n")

    (error,) = site.build().problems.errors

    assert (str(error.at), error.code) == ("content/luma/cards/rules.md:3:11", "redirect-shadows")
