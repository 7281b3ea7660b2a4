"""The figures of many pieces are those of the whole."""

from __future__ import annotations

from pathlib import Path

from tests.services.kill_records import Hit, Look, Records, tell


def test_pieces_add_up_and_a_form_knows_how_far_it_has_come(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    sqlite, two_hosts = Records(first, "sqlite orm"), Records(second, "postgresql redis 2 hosts")
    for number in range(1, 100):
        sqlite.add(Hit(sqlite.form, number, "web", "SIGKILL", 2.0, 0.1))
    two_hosts.add(Hit(two_hosts.form, 1, "host", "power", 70.0, 0.3))
    none = {"lost": 0, "doubled": 0, "gapped": 0, "stalled": 0}
    sqlite.add(Look(sqlite.form, 99, 199, 398, none))
    two_hosts.add(Look(two_hosts.form, 1, 3, 6, none | {"lost": 2}))

    assert (len(sqlite.hits()), len(two_hosts.hits())) == (99, 1)
    told = tell([first, second, tmp_path / "not there"])
    assert "100 kills, settled p50   2.00 p99  70.00 worst  70.00 s; web silent  0.30" in told
    assert "1 kills, settled p50  70.00 p99  70.00 worst  70.00 s" in told
    assert "compared after 100 kills: 202 letters, 404 messages" in told
    assert "lost 2, doubled 0, gapped 0, stalled 0" in told


def test_what_never_settled_is_counted_and_spoils_no_figure(tmp_path: Path):
    records = Records(tmp_path / "kills", "sqlite orm")
    for seconds in (1.0, None):
        records.add(Hit(records.form, 1, "worker", "SIGSTOP", seconds, 0.0))

    assert tell([tmp_path / "kills"]).startswith("    2 kills, 1 never settled, settled p50   1.00")
