"""Where `colony-server` and `python -m colonyserver` begin."""

from colonyserver.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
