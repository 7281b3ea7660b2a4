"""The table of settings that operators read is the one that the code reads."""

from __future__ import annotations

import re

from config.settings.environment import BASE_DIR, SITE_DIR

READ = re.compile(
    r'\b(?:environment\.)?read_(?:text|number|words|named_words|networks|choice)\(\s*"([A-Z_]+)"'
)
LISTED = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def test_every_name_that_is_read_is_documented_and_the_other_way_round() -> None:
    modules = (SITE_DIR / "config" / "settings").glob("*.py")
    read = {name for module in modules for name in READ.findall(module.read_text())}
    listed = set(LISTED.findall((BASE_DIR / "docs" / "settings.md").read_text()))

    assert read == listed
    assert len(read) >= 9


def test_the_environment_is_read_in_the_settings_only() -> None:
    ours = [*SITE_DIR.rglob("*.py"), *BASE_DIR.glob("[ghls]*/**/*.py")]
    readers = {
        path.relative_to(BASE_DIR).as_posix()
        for path in ours
        if "os.environ" in path.read_text() and "settings" not in path.parts
    }

    assert readers <= {
        "site/config/wsgi.py",
        "site/work/management/commands/serve.py",
        "site/work/supervisor/notifying.py",
        "site/work/supervisor/origin_program.py",
        "site/work/supervisor/children.py",
        "site/work/supervisor/heartbeat.py",
    }
