"""A service outside the house, over real lines: however it behaves, a call comes to its end."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, SSLError

from tests.patience import PATIENCE
from work.outside_services import NeverArrived, NoAnswer, OutsideService, Patience, never_arrived

pytestmark = pytest.mark.services

BRIEF = Patience(total=0.5)


class Service(ThreadingHTTPServer):
    """Answers every call with ``answer``; ``asked`` keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.asked: list[tuple[str, str, str | None]] = []
        self.answer: Callable[[Call], None] = says(b"well")
        self.was_hung_up = Event()

    def handle_error(self, *args: object) -> None:
        """Silent, also when a stranger's certificate is refused."""


class Call(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["Authorization"]))
        try:
            self.server.answer(self)
        except OSError:
            self.server.was_hung_up.set()

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        """Silent."""

    def drip(self, drops: Iterator[bytes]) -> None:
        """A drop at a time, until the one who asked hangs up."""
        gone = Event()
        for drop in drops:
            self.wfile.write(drop)
            gone.wait(0.02)


def says(body: bytes, status: int = 200, **headers: str) -> Callable[[Call], None]:
    def answer(call: Call) -> None:
        call.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(body)

    return answer


def drips_its_headers(call: Call) -> None:
    call.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    call.drip(repeat(b"x"))


def drips_with_a_length(call: Call) -> None:
    call.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    call.drip(repeat(b"x"))


def drips_until_it_closes(call: Call) -> None:
    call.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    call.drip(repeat(b"x"))


def drips_in_chunks(call: Call) -> None:
    call.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    call.drip(repeat(b"1\r\nx\r\n"))


def drips_a_redirect(call: Call) -> None:
    call.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n")
    call.drip(repeat(b"x"))


def is_silent(call: Call) -> None:
    call.connection.settimeout(PATIENCE)
    call.connection.recv(1)
    call.server.was_hung_up.set()


DRIPS = [
    drips_its_headers,
    drips_with_a_length,
    drips_until_it_closes,
    drips_in_chunks,
    drips_a_redirect,
]


@pytest.fixture(autouse=True)
def directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Signed by itself, for 127.0.0.1; the key stands in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stranger")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path / "stranger.pem"
    path.write_bytes(
        made.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def over_tls(service: Service, certificate: Path) -> Service:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    # The handshake is done in the thread of the call, not in the one that takes calls.
    service.socket = context.wrap_socket(
        service.socket, server_side=True, do_handshake_on_connect=False
    )
    return service


def ask(service: Service, patience: Patience = BRIEF, scheme: str = "http", **options: object):
    address = f"{scheme}://127.0.0.1:{service.server_port}/a/secret-key"
    with OutsideService(patience, most_bytes=1000) as outside:
        return outside.get(address, **options)


# --- Time -----------------------------------------------------------------------


@pytest.mark.parametrize("drips", DRIPS)
def test_a_service_that_drips_is_hung_up_on(service, drips):
    service.answer = drips
    with pytest.raises(NoAnswer, match=r"^Timeout$") as raised:
        ask(service)
    assert not isinstance(raised.value, NeverArrived)
    assert service.was_hung_up.wait(PATIENCE)


@pytest.mark.parametrize("drips", [drips_its_headers, drips_until_it_closes])
def test_so_is_one_that_drips_within_tls(over_tls, certificate, drips):
    over_tls.answer = drips
    with pytest.raises(NoAnswer, match=r"^Timeout$"):
        ask(over_tls, scheme="https", verify=str(certificate))
    assert over_tls.was_hung_up.wait(PATIENCE)


def test_a_silent_service_is_given_up_before_the_whole_time_has_passed(service):
    service.answer = is_silent
    with pytest.raises(NoAnswer, match=r"^ReadTimeout$"):
        ask(service, Patience(total=PATIENCE, silence=0.3))
    assert service.was_hung_up.wait(PATIENCE)


def test_a_session_may_ask_twice_and_each_call_has_its_own_time(service):
    address = f"http://127.0.0.1:{service.server_port}/"
    with OutsideService(Patience(total=PATIENCE)) as outside:
        assert outside.get(address).text == "well"
        outside.patience = BRIEF
        service.answer = drips_its_headers
        with pytest.raises(NoAnswer):
            outside.get(address)


# --- Size -----------------------------------------------------------------------


def never_ends(call: Call) -> None:
    call.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        call.wfile.write(b"x" * 10_000)


@pytest.mark.parametrize("answer", [says(b"x" * 1001), never_ends])
def test_a_long_answer_is_not_taken(service, answer):
    service.answer = answer
    with pytest.raises(NoAnswer, match="too long"):
        ask(service, Patience(total=PATIENCE))


def test_an_answer_of_the_greatest_length_is(service):
    service.answer = says(b"x" * 1000)
    assert ask(service, Patience(total=PATIENCE)).content == b"x" * 1000


# --- What is answered ---------------------------------------------------------------


def test_the_answer_is_one_of_requests_whatever_its_status(service):
    service.answer = says(b'{"a": 1}', status=503)
    answer = ask(service, Patience(total=PATIENCE))
    assert (answer.status_code, answer.json()) == (503, {"a": 1})


def test_nobody_is_sent_on_elsewhere(service):
    service.answer = says(b"there", status=302, Location="/elsewhere")
    assert ask(service, Patience(total=PATIENCE)).status_code == 302
    assert [path for _, path, _ in service.asked] == ["/a/secret-key"]


def test_half_an_answer_is_none(service):
    service.answer = says(b"half", **{"Content-Length": "8"})
    with pytest.raises(NoAnswer):
        ask(service, Patience(total=PATIENCE))


def test_a_password_of_the_machine_is_not_put_over_our_token(service, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other")
    monkeypatch.setenv("NETRC", str(netrc))
    ask(service, Patience(total=PATIENCE), headers={"Authorization": "Bearer ours"})
    assert service.asked == [("GET", "/a/secret-key", "Bearer ours")]


# --- Whether it arrived -----------------------------------------------------------


def test_nobody_listening_has_heard_nothing():
    with socket.socket() as free, OutsideService(BRIEF) as outside:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NeverArrived) as raised:
            outside.post(f"http://127.0.0.1:{free.getsockname()[1]}/secret-key")
    assert str(raised.value) == "ConnectionError"


@pytest.mark.parametrize(
    "address", ["", "secret-key", "gopher://x/secret-key", "http://[secret-key"]
)
def test_an_address_that_is_none_is_not_repeated(address):
    with OutsideService(BRIEF) as outside, pytest.raises(NeverArrived) as raised:
        outside.get(address)
    assert "secret-key" not in str(raised.value)


def test_a_stranger_in_the_place_of_the_service_hears_nothing(over_tls):
    with pytest.raises(NeverArrived, match=r"^SSLError$"):
        ask(over_tls, Patience(total=PATIENCE), scheme="https")
    assert not over_tls.asked


@pytest.mark.parametrize(
    ("broken_by", "is_unsent"),
    [
        # The certificate is looked at before a word is said.
        (ssl.SSLCertVerificationError("self-signed"), True),
        # These may as well come while the answer is read.
        (ssl.SSLEOFError("EOF occurred in violation of protocol"), False),
        (ssl.SSLError("bad record mac"), False),
    ],
)
def test_a_line_that_breaks_inside_tls_leaves_a_doubt(broken_by, is_unsent):
    told = MaxRetryError(HTTPSConnectionPool("x"), "/", SSLError(broken_by))

    assert never_arrived(requests.exceptions.SSLError(told)) is is_unsent
    assert not never_arrived(requests.exceptions.SSLError(SSLError(ssl.SSLEOFError("EOF"))))
