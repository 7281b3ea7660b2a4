"""What /health/work finds, each thing by its fault."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.utils.timezone import now
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from accounts.models import SmsMessage
from messaging import watch as messages
from tests.patience import wait_until
from work import audit, certificates, host_watch, queue_watch, sweeps
from work.models import AuditEntry

pytestmark = pytest.mark.django_db


def ago(**length: int) -> datetime:
    return now() - timedelta(**length)


# --- Queues ------------------------------------------------------------------------


def test_a_code_may_wait_for_half_a_minute_and_a_chore_for_ten(settings):
    settings.WORK_CLASSES = {"codes": 1, "letters": 1, "messages": 1, "chores": 1}
    OrmQ.objects.create(key="chores", payload="", lock=ago(seconds=40))
    assert queue_watch.check_queues() == ""
    OrmQ.objects.create(key="codes", payload="", lock=ago(seconds=40))
    assert queue_watch.check_queues() == "codes: the oldest task waits for 40 s"
    assert queue_watch.queue_lengths() == {"codes": 1, "letters": 0, "messages": 0, "chores": 1}


def test_a_task_that_is_being_run_does_not_wait():
    OrmQ.objects.create(key="codes", payload="", lock=now() + timedelta(seconds=70))
    assert queue_watch.check_queues() == ""


def a_call(queued: datetime) -> dict[str, object]:
    return {"func": "messaging.delivery.deliver_sms", "args": (), "started": queued}


@pytest.mark.services
def test_queues_in_redis_are_looked_into_too(settings, monkeypatch, tmp_path):
    settings.WORK_CLASSES = {"codes": 1, "letters": 1}
    settings.WORK_BROKER = "redis"
    door = str(tmp_path / "redis.sock")
    monkeypatch.setattr(Conf, "REDIS", f"unix://{door}")
    monkeypatch.setattr(Conf, "BROKER_CLASS", "work.brokers.RedisBroker")
    command = ["redis-server", "--port", "0", "--unixsocket", door, "--dir", str(tmp_path)]
    server = subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL)
    try:
        wait_until(Path(door).exists)
        for seconds in (40, 5):
            get_broker("codes").enqueue(SignedPackage.dumps(a_call(queued=ago(seconds=seconds))))
        assert queue_watch.queue_lengths() == {"codes": 2, "letters": 0}
        assert queue_watch.check_queues() == "codes: the oldest task waits for 40 s"
    finally:
        server.kill()
        server.wait()


def written(**facts: object) -> SmsMessage:
    count = SmsMessage.objects.count()
    return SmsMessage.objects.create(event=f"e{count}", recipient="09130000001", text="…", **facts)


def test_a_row_that_nobody_takes_up_is_found():
    written(queued_at=ago(minutes=4))
    assert queue_watch.check_due_rows() == ""
    written(queued_at=ago(minutes=6))
    assert queue_watch.check_due_rows() == "sms: due for 360 s"


def test_a_row_that_rests_or_is_in_hand_is_not_due():
    old = ago(hours=2)
    written(queued_at=old, not_before=now() + timedelta(minutes=5))
    written(queued_at=old, not_before=ago(minutes=1))
    written(queued_at=old, claimed_until=now() + timedelta(minutes=1))
    assert queue_watch.check_due_rows() == ""


# --- The sweep ---------------------------------------------------------------------


def test_the_sweep_is_missed_when_it_does_not_come():
    assert queue_watch.check_sweep() == "no sweep is known of"
    sweeps.sweep()
    assert queue_watch.check_sweep() == ""
    cache.set(sweeps.ENDED, time.time() - 200, timeout=None)
    assert queue_watch.check_sweep() == "the last sweep ended 200 s ago"


def test_a_clock_that_was_set_back_is_told():
    cache.set(sweeps.ENDED, time.time() + 7200, timeout=None)
    assert "7200 s ahead" in queue_watch.check_sweep()


def test_an_entry_without_its_seal_is_found():
    audit.record_entry(None, "open", "a:1")
    assert queue_watch.check_audit_trail() == ""
    AuditEntry.objects.update(at=ago(minutes=6))
    assert queue_watch.check_audit_trail() == "an entry waits for its seal for 360 s"
    sweeps.sweep()
    assert queue_watch.check_audit_trail() == ""


# --- Messages ------------------------------------------------------------------------


def test_messages_that_fail_in_numbers_are_found():
    for _ in range(4):
        written(state=SmsMessage.State.FAILED)
    written(state=SmsMessage.State.FAILED, created_at=ago(hours=2))
    assert messages.check_messages() == ""
    written(state=SmsMessage.State.UNKNOWN)
    assert messages.check_messages() == "5 failed within the last hour"
    assert messages.count_failures() == {"failed": 4, "unknown": 1}


# --- Processes -----------------------------------------------------------------------


@pytest.fixture
def processes(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "run").mkdir()

    def write(at: float = 0, **children: dict[str, float]) -> None:
        facts = {"at": time.time() - at, "children": children}
        (tmp_path / "run/workers.json").write_text(json.dumps(facts))

    return write


def child(beat: float = 1, since: float = 5000, starts: int = 1) -> dict[str, float]:
    moment = time.time()
    return {"pid": 1, "since": moment - since, "starts": starts, "last_beat": moment - beat}


def test_where_nobody_serves_nothing_is_said_of_workers(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert host_watch.check_workers() == ""
    assert host_watch.child_starts() == {}


def test_a_silent_worker_is_found(processes):
    processes(codes=child(), letters=child(beat=130))
    assert host_watch.check_workers() == "letters: silent for 130 s"


def test_a_silent_parent_is_found(processes):
    processes(at=70, codes=child())
    assert host_watch.check_workers() == "the serving parent is silent for 70 s"


def test_a_child_that_is_started_again_and_again_is_found(processes):
    processes(codes=child(starts=9), web=child(starts=9, since=30))
    assert host_watch.check_workers() == "web: started 9 times, the last 30 s ago"
    assert host_watch.child_starts() == {"codes": 9, "web": 9}


def test_a_file_that_is_just_being_written_is_no_finding(processes, settings):
    (settings.DATA_DIR / "run/workers.json").write_text('{"at": 17')
    assert host_watch.check_workers() == ""


# --- Certificates -----------------------------------------------------------------------


def certificate(days: int) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eservice.example.ir")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=90))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days, minutes=5))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return signed.public_bytes(Encoding.PEM) + secret


@contextmanager
def served_with(pem: Path) -> Iterator[int]:
    """A server with that certificate, which shows it once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def show() -> None:
            line, _ = door.accept()
            with suppress(OSError), context.wrap_socket(line, server_side=True):
                pass

        showing = threading.Thread(target=show)
        showing.start()
        yield door.getsockname()[1]
        showing.join()


@pytest.fixture
def named(settings, tmp_path):
    def name(days: int | None) -> str:
        path = tmp_path / "client.pem"
        path.write_bytes(b"-----" if days is None else certificate(days))
        settings.CERTIFICATE_FILES = [str(path)]
        return str(path)

    return name


@pytest.mark.parametrize(
    ("days", "words"),
    [(20, ""), (3, "ends in 3 days"), (-2, "has ended"), (None, "no certificate is shown")],
)
def test_a_certificate_that_ends_soon_is_found(named, days, words):
    path = named(days)
    assert certificates.check_certificates() == (f"{path}: {words}" if words else "")


def test_the_certificate_that_the_portal_is_served_with_is_asked_for(settings, tmp_path):
    assert certificates.expiry_of_site() == {}
    (tmp_path / "served.pem").write_bytes(certificate(3))
    with served_with(tmp_path / "served.pem") as port:
        settings.SITE_URL = f"https://127.0.0.1:{port}"
        assert certificates.check_certificates() == "127.0.0.1: ends in 3 days"
    # Known for an hour, whoever asks.
    assert certificates.check_certificates() == "127.0.0.1: ends in 3 days"
    settings.SITE_URL = "https://127.0.0.1:1"
    assert certificates.check_certificates() == "127.0.0.1: no certificate is shown"
