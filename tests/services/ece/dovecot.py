"""A real Dovecot with one mailbox, for as long as a test lasts.

Version 2.3 (Debian 12) is what these tests were run with. The configuration for 2.4 (Debian 13),
whose language is another, was written by its documentation and could not be tried here: the first
run there shows whether it holds, and a server that does not start fails the test with its log.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.patience import wait_until

USER, PASSWORD = "portal", "mailbox-secret"
NOBODY = 65534

CONFIG_23 = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
mail_location = maildir:{maildir}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

CONFIG_24 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
}}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
auth_allow_cleartext = no
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
mail_driver = maildir
mail_path = {maildir}
mail_home = {folder}/home
mail_uid = 65534
mail_gid = 65534
first_valid_uid = 1
passdb static {{
  password = {password}
}}
userdb static {{
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    """A port of this machine that nobody has at the moment."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@dataclass
class MailServer:
    """The running server and the folder in which its mails lie."""

    port: int
    maildir: Path
    log: Path

    def deliver(self, content: bytes) -> None:
        """Put a mail into the mailbox, as the delivery of a mail server does."""
        name = f"{uuid.uuid4().hex}.tests"
        fresh = self.maildir / "tmp" / name
        fresh.write_bytes(content)
        os.chown(fresh, NOBODY, NOBODY)
        fresh.rename(self.maildir / "new" / name)

    def take_back(self) -> bytes:
        """Remove the only mail that lies there, as if its delivery were late."""
        (file,) = [*(self.maildir / "new").iterdir(), *(self.maildir / "cur").iterdir()]
        content = file.read_bytes()
        file.unlink()
        return content

    def mails(self) -> list[bytes]:
        """What lies in the mailbox, seen or not."""
        files = [*(self.maildir / "new").iterdir(), *(self.maildir / "cur").iterdir()]
        return [file.read_bytes() for file in files]

    def unseen(self) -> int:
        """How many mails nobody has marked as seen."""
        read = [file for file in (self.maildir / "cur").iterdir() if "S" in file.name[-6:]]
        return len(self.mails()) - len(read)

    def forget_numbers(self) -> None:
        """What a restored mailbox does: every mail gets another number, and UIDVALIDITY is another."""
        for file in self.maildir.glob("dovecot*"):
            file.unlink()
        number = int(uuid.uuid4().int % 10**9) + 10**9
        listed = self.maildir / "dovecot-uidlist"
        listed.write_text(f"3 V{number} N1 G{uuid.uuid4().hex}\n")
        os.chown(listed, NOBODY, NOBODY)


@contextmanager
def dovecot(folder: Path, certificate: Path, key: Path) -> Iterator[MailServer]:
    """The server, until the block ends."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "Dovecot is missing: .ci/setup test installs dovecot-imapd"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    config = CONFIG_23 if version.stdout.startswith("2.3") else CONFIG_24
    server = MailServer(free_port(), _make_maildir(folder), folder / "dovecot.log")
    file = folder / "dovecot.conf"
    facts = {"folder": folder, "certificate": certificate, "key": key, "password": PASSWORD}
    file.write_text(config.format(**facts, maildir=server.maildir, port=server.port))
    process = subprocess.Popen(
        [program, "-F", "-c", str(file)],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "stderr.log").open("wb"),
        start_new_session=True,
    )
    try:
        wait_until(lambda: _answers(server.port), told=lambda: _said(folder))
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _make_maildir(folder: Path) -> Path:
    maildir = folder / "mail"
    for part in (maildir, *(maildir / name for name in ("tmp", "new", "cur")), folder / "home"):
        part.mkdir()
        os.chown(part, NOBODY, NOBODY)
    # Dovecot's own processes, which are nobody's, go through it.
    folder.chmod(0o711)
    (folder / "run").mkdir()
    (folder / "state").mkdir()
    return maildir


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _said(folder: Path) -> str:
    files = (folder / "dovecot.log", folder / "stderr.log")
    return "\n".join(file.read_text(errors="replace") for file in files if file.exists())[-3000:]
