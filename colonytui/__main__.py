"""The entry point of colony-tui."""


def main() -> None:
    """Run the program with the arguments of this process, and exit."""
    from colonytui.commands.application import application

    application()


if __name__ == "__main__":
    main()
