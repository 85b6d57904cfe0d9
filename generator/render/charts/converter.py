"""A program of its own: a Vega-Lite specification on its input → SVG on its output. The only module that knows vl-convert.

It runs apart because a specification can compute without end, or ask for memory until the engine ends its process: that is then this one.
"""

from __future__ import annotations

import json
import resource
import sys

MEMORY = 1 << 30  # bytes of data
REFUSED, LACKING = 10, 11  # exit codes: by Vega-Lite, whose reason is on the error output; no vl-convert here


def main() -> int:
    """Exit code; anything but 0, REFUSED and LACKING is an end that the engine did not choose."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))  # a template's does not fit: the engine reserves far more than it uses
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        import vl_convert
    except ImportError:
        return LACKING
    asked = json.load(sys.stdin)
    vl_convert.register_font_directory(asked["fonts"])
    try:
        drawn = vl_convert.vegalite_to_svg(
            asked["spec"], allowed_base_urls=["https://nothing.invalid/"], format_locale=asked["locale"], time_format_locale=asked["locale"]
        )
    except ValueError as error:
        sys.stderr.write(str(error))
        return REFUSED
    sys.stdout.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
