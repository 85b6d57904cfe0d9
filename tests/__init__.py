"""Tests: a tiny site is a case, a test says one sentence."""
