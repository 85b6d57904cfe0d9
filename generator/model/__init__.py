"""Frozen records that the stages hand to each other: sites, content, KPI values, figures, outputs."""
