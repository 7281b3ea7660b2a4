"""Archives that stand in the repository, unpacked for a story."""

from __future__ import annotations

import tarfile
from pathlib import Path


def unpack(archive: Path, folder: Path) -> None:
    """Extract a tar file into ``folder``, plain files alone where Python can see to that.

    Debian 12 has a Python (3.11.2) that knows no filters: there the attribute means nothing.
    """
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(folder)
