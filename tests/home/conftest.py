"""What the public sees in the stories of the front page and the guides."""

from __future__ import annotations

import json

import pytest

from guides import seed as guides_loading
from home import seed as home_loading
from services_catalog.models import Service


@pytest.fixture
def window(service: Service) -> None:
    """The front page, and the guide to requests with the one service that there is."""
    index = guides_loading.load_index(home_loading.load_front_page())
    guides = json.loads((guides_loading.DATA / "guides.json").read_text("utf-8"))["guides"]
    [row] = [guide for guide in guides if guide["slug"] == "request"]
    row["blocks"] = [block for block in row["blocks"] if block["type"] != "service"]
    row["blocks"].append({"type": "service", "value": service.code})
    guides_loading.load_guide(index, row)
