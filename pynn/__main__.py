"""`python -m pynn`: see `pynn.command_line`."""

from __future__ import annotations

import sys

from pynn.command_line import main

if __name__ == "__main__":
    sys.exit(main())
