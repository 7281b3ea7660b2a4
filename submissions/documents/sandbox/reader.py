"""A reader of PDFs that tells closed files from damaged ones, as viewers do."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from pypdf import PdfReader
from pypdf._encryption import AlgV4, AlgV5
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import DictionaryObject, IndirectObject

OBJECT: Final = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj")


class Reader(PdfReader):
    """Opens what any viewer opens without a password. Raises FileNotDecryptedError otherwise.

    A file that only forbids printing has an empty password for its user. One whose owner's is
    empty is closed all the same: no viewer tries that.
    """

    def has(self, reference: IndirectObject) -> bool:
        """Whether the object is anywhere in the file. pypdf reads all of it for each that is not."""
        number = reference.idnum
        listed = self.xref.get(reference.generation, {})
        return number in listed or number in self.xref_objStm or number in self._unlisted

    @cached_property
    def _unlisted(self) -> set[int]:
        self.stream.seek(0)
        return {int(found) for found in OBJECT.findall(self.stream.read())}

    def _handle_encryption(self, password: str | bytes | None) -> None:
        if self._closes_attachments_alone():
            return
        try:
            super()._handle_encryption(password)
            opens = self._opens_for_its_user()
        except Exception as unknown:
            # A lock that cannot be made out here, of a certificate for one, is a lock.
            raise FileNotDecryptedError("A lock that is not known") from unknown
        if not opens:
            raise FileNotDecryptedError("A password is wanted")

    def _closes_attachments_alone(self) -> bool:
        lock = self.trailer["/Encrypt"]
        if not isinstance(lock, DictionaryObject) or lock.get("/Filter") != "/Standard":
            return False
        of_pages = {lock.get(part, "/Identity") for part in ("/StmF", "/StrF")}
        return lock.get("/V", 0) in (4, 5) and of_pages == {"/Identity"}

    def _opens_for_its_user(self) -> bool:
        lock = self._encryption
        assert lock is not None
        said = lock.values
        if lock.V >= 5:
            return bool(AlgV5.verify_user_password(lock.R, b"", said.U, said.UE))
        return bool(
            AlgV4.verify_user_password(
                b"", lock.R, lock.Length, said.O, said.U, lock.P, lock.id1_entry,
                lock.EncryptMetadata,
            )
        )  # fmt: skip
