"""Sign what is given to clients to be brought back, so that nothing of it can be made up or changed."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE: Final = "cursor-key"
"""The key in the folder by which cursors and tokens are signed: made once, for the owner only."""

_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 16
_LONGEST: Final = 4096


class Signer:
    """Signs for one *purpose* with the key of the folder *data*; what is signed for another is not accepted."""

    def __init__(self, data: Path, purpose: str) -> None:
        self._path = data / KEY_FILE
        self._purpose = purpose.encode()
        self._key = b""

    def signed(self, packed: bytes) -> str:
        """*packed* with its signature, as text of letters, digits, `-` and `_`."""
        return base64.urlsafe_b64encode(self._signature(packed) + packed).rstrip(b"=").decode("ascii")

    def read(self, text: str) -> bytes | None:
        """What was signed as *text*; None when this signer has not signed it."""
        try:
            packed = base64.b64decode(text[:_LONGEST] + "==", altchars=b"-_")[_SIGNATURE_BYTES:]
        except ValueError:
            return None
        return packed if hmac.compare_digest(self.signed(packed).encode(), text.encode(errors="replace")) else None

    def _signature(self, packed: bytes) -> bytes:
        self._key = self._key or _key_in(self._path)
        return hmac.digest(self._key, self._purpose + b"\0" + packed, "sha256")[:_SIGNATURE_BYTES]


def _key_in(path: Path) -> bytes:
    """The key in the file *path*, which is made when it is not there.

    It is linked into place whole, so that of two processes that make it at once one wins and both read the same.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()
