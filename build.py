"""The command line of a clone: `python build.py --help`. The work is in the package `slidegloss`."""

import gc
import os
import sys


def start() -> int:
    """Run the command line, or say in one sentence what is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where people with an older Python find out
        sys.stderr.write("slidegloss needs Python 3.11 or newer.\n")
        return 2
    gc.disable()  # what is loaded stays; `main` decides for the rest
    try:
        from slidegloss.cli import leave, main  # noqa: PLC0415 - after the checks above

        return leave(main())  # commands load what they need only when they run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "slidegloss":
            raise
        _go_on_in_environment()
        sys.stderr.write(
            f"The Python package '{error.name}' is not installed. Run `make site`, or:\n"
            "  python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python build.py\n"
        )
        return 2


def _go_on_in_environment() -> None:
    """Let the Python that `make site` has set up run the same command, if there is one and it is not this one."""
    from pathlib import Path  # noqa: PLC0415 - seldom needed

    environment = Path(__file__).resolve().parent / ".venv"
    python = environment / "bin" / "python"
    if os.access(python, os.X_OK) and Path(sys.prefix).resolve() != environment:
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the program itself, without a shell


if __name__ == "__main__":
    try:
        sys.exit(start())
    except KeyboardInterrupt:  # while the program was still being loaded
        sys.exit(130)
