"""Tables of moments and decisions as spreadsheets save them, and files that are none."""

from __future__ import annotations

import os

import pytest

from tests.conftest import CAMPAIGN, SiteFolder

HEAD = "id,at,kind,handle,name,platform,text,media,permalink\n"
ROWS = HEAD + 'p1,2026-09-02T10:00,post,ana,Ana,x,"Été, enfin; « bravo »",,\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_moments_are_read_as_spreadsheets_save_them(site: SiteFolder, delimiter: str, encoding: str, newline: str) -> None:
    """A French Excel writes semicolons and Windows-1252: the moments and the decisions on them are the same."""
    quoted = ROWS.replace('"Été, enfin; « bravo »"', "\0").replace(",", delimiter).replace("\0", '"Été, enfin; « bravo »"')
    decisions = "id,decision,by,at,why\np1,approve,Léa,2026-09-02,\n".replace(",", delimiter)
    for name, text in (("moments", quoted), ("moderation", decisions)):
        site.write(f"content/luma/cards/{name}.csv", text.replace("\n", newline).encode(encoding))

    site.write("content/luma/cards/index.md", CAMPAIGN.replace("title: Cards\n", "title: Cards\nconsent: elsewhere\n"))

    problems = site.problems()

    assert problems == []
    assert "Été, enfin; « bravo »" in site.output("luma/cards/index.html")


@pytest.mark.parametrize(
    "name",
    [
        "cards/moments.csv",
        "cards/moderation.csv",
        "cards/moments/003.md",
        "cards/index.md",
        "client.yaml",
        "kpi.yaml",
        "reports/monthly.md",
    ],
)
def test_a_pipe_in_the_content_is_refused_by_name(site: SiteFolder, name: str) -> None:
    """A pipe would be waited for without end."""
    path = site.root / "content/luma" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)

    done = site.bilan("check", timeout=30)

    assert done.returncode == 1
    assert f"content/luma/{name}: not-a-file this is no file but a pipe or a device" in done.stderr
