"""Tests of the reading of exports, with 81 synthetic files of known totals."""
