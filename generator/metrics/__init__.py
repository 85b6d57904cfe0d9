"""Data → Figures: one book of answers a client, from the dictionary of metrics."""

from __future__ import annotations

from generator.metrics.book import Book
from generator.metrics.dictionary import load_dictionary
from generator.model.figures import Figures
from generator.model.kpi import Data
from generator.model.site import Client

__all__ = ["compute_figures"]


def compute_figures(client: Client, data: Data) -> Figures:
    """Everything that can be asked about one client's numbers; computed when asked, each question once."""
    return Book(client, data, load_dictionary())
