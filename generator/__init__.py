"""Bilan turns site.yaml, campaign content and KPI exports into live campaign pages and PDF client reports.

    site.yaml → config → content → exports → metrics → plan → render → write → output/
                                                                        serve · publish · mail

Who may know whom is in CONTRIBUTING.md, and kept true by tests/test_layers.py.
"""
