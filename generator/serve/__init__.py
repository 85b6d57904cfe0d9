"""Build, watch, and show every change in the browser. Knows nothing of the flow: it is handed a function that rebuilds."""

from __future__ import annotations

from generator.serve.run import Settings, run, run_live

__all__ = ["Settings", "run", "run_live"]
