"""The entry point of colony-tui."""

import sys


def main() -> None:
    """Run the program with the arguments of this process, and exit."""
    # httpx loads a command line of its own with click, rich and pygments, a quarter of our start, if it can.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None makes an import fail
    from colonytui.commands.application import application

    application()


if __name__ == "__main__":
    main()
