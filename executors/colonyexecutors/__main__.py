"""Where `colony-executor` and `python -m colonyexecutors` begin."""

from colonyexecutors.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
