"""What stands against a publishing: for good, or until somebody confirms it."""

from __future__ import annotations

from generator.problems import Location, Problems
from generator.publish.changes import Changes, too_many
from generator.publish.delivery import Survey
from generator.publish.trees import Tree


async def refusals(found: Survey, tree: Tree) -> Problems:
    """What nobody can confirm."""
    problems, at = Problems(), _place(found)
    if not any(address.endswith((".html", ".pdf")) for address in tree.files):
        problems.add("nothing-to-publish", f"the build has no page of {found.target.what}", at, fix="check what: of this target")
    secret = [address for address, piece in sorted(tree.files.items()) if piece.access == "private"]
    if secret and not found.target.private:
        message = f"{len(secret)} private files, as {secret[0]}, would become public"
        fix = "write without: private to leave them here; or private: true, if a password protects the target"
        problems.add("private-page", message, at, fix=fix)
    foreign = await found.foreign(tree.files)
    if foreign:
        message = f"{foreign[0]} is there already, and is not Bilan's" + (f"; so are {len(foreign) - 1} more" if len(foreign) > 1 else "")
        problems.add("foreign-file-there", message, at, fix="move it away by hand, or publish to another folder or prefix")
    return problems


def questions(found: Survey, changes: Changes, limit: int, deletes: int | None, opens: int | None) -> Problems:
    """What waits for a person's word. `deletes`, `opens`: how many somebody has confirmed."""
    problems, at = Problems(), _place(found)
    if changes.opened and (opens is None or opens < len(changes.opened)):
        message = f"{len(changes.opened)} pages that were private would become public: {', '.join(changes.opened[:5])}"
        problems.add("private-opened", message, at, fix=f"if that is meant: --confirm-public {len(changes.opened)}")
    if too_many(changes, limit) and (deletes is None or deletes < changes.deletions):
        message = f"{changes.deletions} pages and documents would be deleted; the limit is {limit}, and half of what is there"
        fix = f"look at them with --plan; if that is meant: --confirm-deletes {changes.deletions}"
        problems.add("too-many-deletions", message, at, fix=fix)
    return problems


def _place(found: Survey) -> Location:
    return Location(path="site.yaml", note=f"targets: {found.name}")
