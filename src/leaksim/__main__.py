"""Let `python -m leaksim` do what `leaksim` does."""

from leaksim.cli import main

if __name__ == "__main__":
    main()
