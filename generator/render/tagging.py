"""What WeasyPrint leaves open in a tagged PDF, closed just before it is written (https://github.com/Kozea/WeasyPrint/issues/2482)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BLEED = 3 / 25.4 * 72  # points
PRINTED = 4  # a flag of an annotation, without which it is for the screen only
WRAPPERS = ("/Div", "/NonStruct", "/Sect")
Objects = Mapping[bytes, Any]


def finish(document: Any, pdf: Any) -> None:
    """Heads of tables say what they head, lists hold items only, and links are tagged as links and printed."""
    dictionaries: list[Any] = [each for each in pdf.objects if isinstance(each, dict)]
    objects: Objects = {each.reference: each for each in dictionaries}
    for element in [each for each in objects.values() if each.get("Type") == "/StructElem"]:
        kinds = {"/TR": _say_scope, "/L": _keep_items_only}
        if element["S"] in kinds:
            kinds[element["S"]](element, objects)
        elif any((objects.get(kid) or {}).get("Type") == "/OBJR" for kid in element["K"]):
            element["S"] = "/Link"  # a part of a link that is laid out by itself, as a page number is
    for annotation in (each for each in objects.values() if each.get("Type") == "/Annot"):
        annotation["F"] = PRINTED


def finish_card(document: Any, pdf: Any) -> None:
    """A sheet for a printer: what is cut away begins exactly 3 mm from where it is cut."""
    finish(document, pdf)
    for page in (each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page"):
        left, top, right, bottom = page["TrimBox"]
        page["BleedBox"][:] = [left - BLEED, top - BLEED, right + BLEED, bottom + BLEED]


def _kids(element: Any, objects: Objects) -> list[Any]:
    found = (objects.get(kid) or {} for kid in element["K"])
    return [kid for kid in found if kid.get("Type") == "/StructElem"]


def _say_scope(row: Any, objects: Objects) -> None:
    """A row of heads alone heads its columns; one before cells heads its row."""
    cells = _kids(row, objects)
    scope = "/Column" if all(cell["S"] == "/TH" for cell in cells) else "/Row"
    for cell in cells:
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = scope


def _keep_items_only(made: Any, objects: Objects) -> None:
    """Wrappers of items are taken away, and blanks between items go into the one before; a list without any item is none."""
    kids = [item for kid in _kids(made, objects) for item in (_kids(kid, objects) if kid["S"] in WRAPPERS else [kid])]
    items = [kid for kid in kids if kid["S"] == "/LI"]
    if not items:
        made["S"] = "/Div"
        return
    inside = items[0]
    for kid in kids:
        if kid["S"] in ("/LI", "/L", "/Caption"):
            inside, kid["P"] = (kid if kid["S"] == "/LI" else inside), made.reference
        else:
            body = next((each for each in _kids(inside, objects) if each["S"] == "/LBody"), inside)
            body["K"].append(kid.reference)
            kid["P"] = body.reference
    made["K"][:] = [kid.reference for kid in kids if kid["S"] in ("/LI", "/L", "/Caption")]
