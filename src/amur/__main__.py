"""``python -m amur`` is the command."""

from amur.cli import main

if __name__ == "__main__":
    main()
