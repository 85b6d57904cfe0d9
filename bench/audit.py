"""Lighthouse on pages of the demo as a phone loads them, from nginx with compression: scores of each category, and weights."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.look import CAMPAIGN, ENGLISH, make_site
from bench.programs import CACHE, node_folder

PAGES = {
    "campaign, as a story": ("recap", CAMPAIGN),
    "campaign, live": ("live", CAMPAIGN),
    "campaign, in English": ("recap", ENGLISH),
    "a moment": ("recap", f"{CAMPAIGN}m-m-001.html"),
    "the wall": ("recap", f"{CAMPAIGN}moments.html"),
    "the agency": ("recap", ""),
    "a client's room": ("recap", "novea/room/"),
    "a report": ("recap", "novea/room/monthly-2026-09.html"),
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CONFIG = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  include /etc/nginx/mime.types; access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {root}; gzip on; gzip_types text/css text/javascript application/javascript application/json;
    add_header Cache-Control "public, max-age=31536000";
  }}
}}
"""


def measure() -> str:
    """The table for RESULTS.md."""
    folder = CACHE / "look"
    for phase in ("recap", "live"):
        make_site(folder / phase, phase)
    lighthouse = node_folder(["lighthouse@12"]) / "lighthouse/cli/index.js"
    rows = [
        "| Page | Performance | Accessibility | Best practices | SEO | Shift | First paint | Bytes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with served(folder) as address:
        for name, (phase, path) in PAGES.items():
            rows.append(row_of(name, audited(lighthouse, f"{address}{phase}/output/{path}")))
    return "\n".join(rows) + (
        "\n\nLighthouse 12, its phone and its slow network, nginx with gzip; of three runs the middle one by performance. Bytes are all\n"
        "that is transferred, fonts and pictures included. Rooms and reports tell search engines to stay away, which Lighthouse takes for\n"
        "a fault of SEO.\n"
    )


def row_of(name: str, report: Mapping[str, Any]) -> str:
    audits = report["audits"]
    scores = " | ".join(f"{report['categories'][each]['score'] * 100:.0f}" for each in CATEGORIES)
    failed = [
        f"{each['id']}"
        for each in audits.values()
        if each["score"] is not None and each["score"] < 0.9 and each.get("scoreDisplayMode") == "binary"
    ]
    print(name, scores, ", ".join(failed))
    shift, paint = audits["cumulative-layout-shift"]["numericValue"], audits["first-contentful-paint"]["numericValue"] / 1000
    return f"| {name} | {scores} | {shift:.3f} | {paint:.1f} s | {audits['total-byte-weight']['numericValue'] / 1024:.0f} KB |"


def audited(lighthouse: Path, url: str, times: int = 3) -> Mapping[str, Any]:
    """The middle of some runs."""
    command = ["node", str(lighthouse), url, "--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    runs = (subprocess.run(command, capture_output=True, text=True, check=True, env=environment) for _ in range(times))
    reports: list[Mapping[str, Any]] = [json.loads(run.stdout) for run in runs]
    return sorted(reports, key=lambda report: report["categories"]["performance"]["score"])[times // 2]


@contextmanager
def served(root: Path) -> Iterator[str]:
    """A folder behind nginx."""
    folder = CACHE / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, root=root))
    process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()
