"""Where the installed command and `python -m slidegloss` start: Ctrl+C is quiet from the first moment on."""

import gc
import sys


def main() -> int:
    """Load the program and run the command line; 130 when somebody stops it while it is still being loaded."""
    gc.disable()  # what is loaded stays; the command line decides for the rest
    try:
        from slidegloss.cli import leave  # noqa: PLC0415 - loading takes the time in which people press Ctrl+C
        from slidegloss.cli import main as run  # noqa: PLC0415

        return leave(run())
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
