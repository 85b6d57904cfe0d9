"""Data and conversations → Figures: one book of answers a client, from the dictionary of metrics."""

from __future__ import annotations

from generator.metrics.alerts import find_alerts, unknown_metrics
from generator.metrics.book import Book
from generator.metrics.dictionary import Dictionary, load_dictionary, own_dictionary
from generator.metrics.listening import Listener
from generator.model.conversation import Conversation, no_conversation
from generator.model.figures import Figures
from generator.model.kpi import Data
from generator.model.site import Client

__all__ = ["Dictionary", "compute_figures", "find_alerts", "load_dictionary", "unknown_metrics"]


def compute_figures(client: Client, data: Data, talk: Conversation | None = None, dictionary: Dictionary | None = None) -> Figures:
    """Everything that can be asked about one client's numbers; each question is computed once. By default with Bilan's own metrics."""
    return Book(client, data, dictionary or own_dictionary(), Listener(client, talk or no_conversation(client.slug)))
