"""A host loses its power while it holds a lock: PostgreSQL does not keep it for long."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest

from db.lost_clients import NOTICE
from tests.services import postgres as servers

pytestmark = pytest.mark.services

HERE, THERE, NETWORK = "10.99.7.1", "10.99.7.2", "10.99.7.0/24"
CABLE = f"""
ip netns add miz-lost && ip link add miz-here type veth peer name miz-there &&
ip link set miz-there netns miz-lost && ip addr add {HERE}/24 dev miz-here &&
ip link set miz-here up && ip netns exec miz-lost ip addr add {THERE}/24 dev miz-there &&
ip netns exec miz-lost ip link set miz-there up
"""
HOLDER = """
import sys, time, psycopg
connection = psycopg.connect(sys.argv[1])
connection.execute(sys.argv[2])
connection.commit()
connection.execute("UPDATE things SET number = 1")
print("locked", flush=True)
time.sleep(600)
"""


@pytest.fixture
def cable(pytestconfig: pytest.Config) -> Iterator[None]:
    """A host with a network of its own, which root alone can make."""
    if not pytestconfig.getoption("--prove") or os.geteuid() != 0:
        pytest.skip("At full size and as root only.")
    subprocess.run(CABLE, shell=True, check=True)
    yield
    subprocess.run("ip link del miz-here; ip netns del miz-lost", shell=True, check=True)


@pytest.mark.usefixtures("cable")
def test_the_others_wait_some_seconds_for_what_a_lost_host_had_locked(monkeypatch):
    monkeypatch.setattr(servers, "ADDRESSES", f"127.0.0.1,{HERE}")
    with servers.postgres() as address, psycopg.connect(address, autocommit=True) as connection:
        [folder] = connection.execute("SHOW data_directory").fetchone() or [""]
        with open(f"{folder}/pg_hba.conf", "a") as doors:
            doors.write(f"host all all {NETWORK} trust\n")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE TABLE things AS SELECT 0 AS number")
        elsewhere = address.replace("127.0.0.1", HERE)
        holder = subprocess.Popen(
            ["ip", "netns", "exec", "miz-lost", sys.executable, "-c", HOLDER, elsewhere, NOTICE],
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"

        # The cable is out first: its end says good-bye to nobody.
        subprocess.run(["ip", "link", "set", "miz-here", "down"], check=True)
        holder.kill()
        holder.wait()
        began = time.monotonic()
        connection.execute("SET lock_timeout = '60s'")
        connection.execute("UPDATE things SET number = 2")
        print(f"free after {time.monotonic() - began:.1f} s")
