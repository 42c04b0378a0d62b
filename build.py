"""The command line of a clone: `python build.py --help`. The work is in the package `slidegloss`."""

import gc
import sys


def start() -> int:
    """Run the command line, or say in one sentence what is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where people with an older Python find out
        sys.stderr.write("slidegloss needs Python 3.11 or newer.\n")
        return 2
    gc.disable()  # what is loaded stays; `main` decides for the rest
    try:
        from slidegloss.cli import leave, main  # noqa: PLC0415 - after the checks above
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "slidegloss":
            raise
        sys.stderr.write(
            f"The Python package '{error.name}' is not installed. Run `make site`, or:\n"
            "  python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python build.py\n"
        )
        return 2
    return leave(main())


if __name__ == "__main__":
    try:
        sys.exit(start())
    except KeyboardInterrupt:  # while the program was still being loaded
        sys.exit(130)
