"""`python -m cai_assets.cli`, where the entry point `cai` is not on the path."""

from __future__ import annotations

from cai_assets.cli import main

if __name__ == "__main__":
    main()
