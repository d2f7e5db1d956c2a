"""`make evaluate`: every table. `--fast` leaves out the pass over all files, `--test` shows the untouched part."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from replies.desk import Desk
from replies.lint import Gate
from tests.evaluation import draft_tables, quality_tables, risk_tables, types_table
from tests.evaluation.data import DATA, HERE, ROOT


def main() -> int:
    """Print the tables; 2 if the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave out the pass over all files")
    parser.add_argument("--test", action="store_true", help="show the test part of the types, never used for tuning")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"the comment files are not at {DATA.relative_to(ROOT.parent)} beside this checkout", file=sys.stderr)
        return 2
    desk = Desk.load(ROOT / "config", Path(tempfile.mkdtemp(prefix="evaluate-")))
    part = "test" if arguments.test else "dev"
    types_table.show(desk, part)
    risk_tables.show_ads(desk, part)
    risk_tables.show_abuse(desk)
    quality_tables.show_length(desk)
    if (HERE / "pairs.tsv").exists():
        quality_tables.show_pairs(desk, part)
    quality_tables.show_likes(desk)
    draft_tables.show_coverage(desk, part)
    if (HERE / "drafts.tsv").exists():
        draft_tables.show_judgements(desk)
    if not arguments.fast:
        draft_tables.show_safety(desk, Gate.load(ROOT / "config"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
