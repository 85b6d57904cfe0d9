"""Words that show that a commentary was not written for its figures: months, rises and falls, comparisons, things left to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MONTHS: Mapping[str, Sequence[str]] = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
RISES = {
    "fr": re.compile(r"(?i)\b(hausses?|augment\w+|progress\w+|grimp\w+|gagn\w+|bondi\w*|croît|croissance)\b"),
    "en": re.compile(r"(?i)\b(rises?|rose|risen|up|increas\w+|grew|grow(?:s|n|th|ing)?|climb\w*|gain\w*|jump\w*)\b"),
}
FALLS = {
    "fr": re.compile(r"(?i)\b(baiss\w+|recul\w*|diminu\w+|chut\w+|tomb\w+|perd\w*|repli|décroî\w+|fléchi\w+)\b"),
    "en": re.compile(r"(?i)\b(falls?|fell|fallen|down|decreas\w+|declin\w+|drop\w*|los[et]\w*|shrank|shrink\w*|slip\w*)\b"),
}
# a sentence that sets its month against another one may name both
BESIDE = {
    "fr": re.compile(
        r"(?i)par rapport|\bcontre\b|depuis|après|avant|\bvs\b|versus|vague|prochain|derni|d[’']ici|jusqu|\bfin\b|début|dès|"
        r"même|\bentre\b|comme|\bpuis\b|prépar|\bque?\b.{0,12}\ben\b|(19|20)\d\d"
    ),
    "en": re.compile(
        r"(?i)compared|\bthan\b|since|after|before|\bvs\b|versus|wave|\bnext\b|\blast\b|until|\bby\b|\bend of\b|start|same|between|"
        r"\bfrom\b|\bagainst\b|\bthen\b|prepar|(19|20)\d\d"
    ),
}
YEAR_AGO = {"fr": re.compile(r"(?i)an dernier|un an|année dernière|année précédente|(19|20)\d\d"),
            "en": re.compile(r"(?i)last year|a year|year ago|previous year|(19|20)\d\d")}  # fmt: skip
LEFT = re.compile(
    r"(?i)\b(?:todo|tbd|tba|fixme|lorem ipsum|xxx+|à compléter|a completer|à remplir|à rédiger|à confirmer|to be completed|to be confirmed"
    r"|insert here)\b|\?\?\?|\[(?:…|\.\.\.|\s*)\]|\bXX\b"
)
NUMBER = {
    "fr": re.compile(r"(?<![\w#.,:/@’'-])([+−–-]?)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(,\d+)?(?![\w:/]*\w*[:/]\d)"),
    "en": re.compile(r"(?<![\w#.,:/@'-])([+−–-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w:/]*\w*[:/]\d)"),
}
SCALE = re.compile(r"(?i)[ \u00a0\u202f]?(?:(milliards?|billions?|bn)|(millions?|M\b|mio)|(milliers?|thousand|k\b)|(%))")
ORDINAL = re.compile(
    r"(?i)(?:er|ᵉʳ|ère|e|ᵉ|ème|st|nd|rd|th|h|min|[ \u00a0\u202f]?(?:h|heures?|hours?|o[’']clock|minutes?|secondes?|seconds?))\b"
)
