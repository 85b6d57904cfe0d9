"""Bilan turns site.yaml, campaign content and KPI exports into live campaign pages and PDF client reports.

    site.yaml → config → content → exports → metrics → plan → render → write → output/
                                                        serve

| Band   | Parts of `generator/`                                    | Knows                  |
|--------|----------------------------------------------------------|------------------------|
| entry  | `cli` `__main__` `explain` `beginning` `doctor`          | everything             |
| flow   | `pipeline`                                               | the stages, in order   |
| stages | `config content exports metrics plan render write serve` | the ground, and itself |
| ground | `model problems located digests facts theme workers cluster extensions`     | the ground             |
"""
