"""Let `python -m leaksim` do what `leaksim` does."""

import sys

from leaksim.cli import main

if __name__ == "__main__":
    sys.exit(main())
