"""Results → output/: a file waits beside its place until all that belongs together is made, then each is put in place whole, and its fact
after it. Only files that Bilan wrote are removed."""

from __future__ import annotations

from generator.write.files import beside, holds, put_in_place, rewrite
from generator.write.links import Links
from generator.write.placing import Placing
from generator.write.removal import prune, refuse_linked, sweep
from generator.write.tray import Tray

__all__ = ["Links", "Placing", "Tray", "beside", "holds", "prune", "put_in_place", "refuse_linked", "rewrite", "sweep"]
