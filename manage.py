#!/usr/bin/env python3
"""Put site/ on the path and run one of Django's commands."""

import os
import sys
from pathlib import Path

# `site` is also a module of the standard library, so ours stays a folder on
# the path and never becomes a package.
SITE_DIR = Path(__file__).resolve().parent / "site"


def main() -> None:
    """Run the command named on the command line."""
    # The database, the letters and what people handed in are for this user alone.
    os.umask(0o077)
    sys.path.insert(0, str(SITE_DIR))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    if sys.argv[1:2] == ["serve"]:
        # The parent of all processes stays small: it alone loads no apps.
        from work.management.commands.serve import Command

        Command().run_from_argv(sys.argv)
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
