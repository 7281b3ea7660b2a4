#!/usr/bin/env python3
"""Put site/ on the path and run one of Django's commands."""

import argparse
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
    name_worker(sys.argv[1:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def name_worker(arguments: list[str]) -> None:
    """Tell django-q2 which class a worker is for, since it looks before it reads ``--name``."""
    if arguments[:1] != ["qcluster"]:
        return
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-n", "--name")
    name = parser.parse_known_args(arguments)[0].name
    if name:
        os.environ["Q_CLUSTER_NAME"] = name


if __name__ == "__main__":
    main()
