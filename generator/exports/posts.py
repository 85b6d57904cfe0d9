"""What is known of each post beside its values: text, type, permalink, time."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.numbers import NUMBER
from generator.exports.source import Ledger

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_ADDRESS = r"^(?i)https?://[^\s\"'<>\\]+$"  # anything else is no link on a page
_COLUMNS: dict[str, type[pl.DataType] | pl.DataType] = {
    "platform": pl.String, "account": pl.String, "series": pl.String, "post": pl.String, "published": pl.Datetime("us"),
    "type": pl.String, "text": pl.String, "permalink": pl.String, "line": pl.Int32,
}  # fmt: skip
LONG = 1000  # characters of a text that are kept: pages show 220
_TYPES = {  # words of a post's type, most telling first
    "carousel": ("carousel", "carrousel", "karussell", "carrossel"), "reel": ("reel",), "story": ("story", "stories"),
    "short": ("short",), "live": ("live", "direct"), "video": ("video", "vidéo", "vídeo"),
    "photo": ("photo", "image", "foto", "bild", "imagem"), "link": ("link", "lien", "article", "url"),
    "document": ("document", "dokument", "pdf"), "status": ("status", "statut", "text", "texte"),
}  # fmt: skip


def read_posts(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """A row a post; without rows for tables that are not about posts."""
    columns = grid.match.columns
    if grid.match.kind.grain not in ("post", "campaign"):
        return pl.DataFrame(schema=_COLUMNS)

    def cell(column: str) -> pl.Expr:
        text = pl.col(str(columns[column])).str.strip_prefix(NUMBER) if column in columns else pl.lit(None, pl.String)
        return text.str.replace_all(CONTROL, "").str.strip_chars()

    if "text" in columns:
        odd = frame.filter(pl.col(str(columns["text"])).str.contains(CONTROL))
        if odd.height:
            ledger.problem("control-characters", f"control characters were removed from {odd.height} texts", line=odd["line"][0],
                           column=columns["text"], severity="notice")  # fmt: skip
    types = _post_types(frame[str(columns["content_type"])]) if "content_type" in columns else pl.lit(None, pl.String)
    posts = frame.select(
        "platform", "account", pl.lit(grid.match.kind.series).alias("series"), pl.col("item").alias("post"), "published",
        types.alias("type"), cell("text").str.head(LONG).replace({"": None, "(Post with no description)": None}).alias("text"),
        pl.when(cell("permalink").str.contains(_ADDRESS)).then(cell("permalink")).alias("permalink"), "line",
    )  # fmt: skip
    return posts.unique(["platform", "post"], keep="last", maintain_order=True)


def _post_types(cells: pl.Series) -> pl.Series:
    """Types as platforms write them → photo, carousel, video …; null where the word says nothing."""
    words = {text: _type(text) for text in cells.unique().to_list() if text}
    return cells.replace_strict(words, default=None, return_dtype=pl.String) if words else pl.Series([None] * len(cells), dtype=pl.String)


def _type(text: str) -> str | None:
    low = text.casefold()
    return next((name for name, words in _TYPES.items() if any(word in low for word in words)), None)
