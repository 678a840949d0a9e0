"""The entry point of colony-tui."""

import sys

from colonytui import garbage


def main() -> None:
    """Run the program with the arguments of this process, and exit."""
    garbage.begin_loading()
    # httpx loads a command line of its own with click, rich and pygments, a quarter of our start, if it can.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None makes an import fail
    if len(sys.argv) == 1:
        # Nothing to parse: what parses takes as long to load as the first picture takes to paint.
        from colonytui.commands.interface import open_default_interface

        sys.exit(open_default_interface())
    from colonytui.commands.application import application

    application()


if __name__ == "__main__":
    main()
