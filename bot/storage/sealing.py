"""What is about a chat, stored so that the store alone tells nothing: under a keyed hash, sealed with a derived key."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived(secret: str, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose; from it nobody learns the secret or another purpose's key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


class ChatHashes:
    """Which chat a row is about, for whoever has the secret."""

    def __init__(self, secret: str) -> None:
        self._key = derived(secret, b"marigold chat hash")

    def of(self, chat: int) -> bytes:
        """32 bytes, always the same for a chat."""
        return hmac.new(self._key, str(chat).encode(), hashlib.sha256).digest()


class Seal:
    """Encrypts JSON values under one key."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def closed(self, value: Any) -> bytes:
        """The value, sealed."""
        return self._fernet.encrypt(json.dumps(value).encode())

    def opened(self, sealed: bytes) -> Any:
        """The value that was sealed, or None when it was sealed under another secret or changed since."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            return None


def chat_seal(secret: str, chat: int) -> Seal:
    """The seal of one chat: whoever learns the key of one learns nothing of another."""
    return Seal(derived(secret, b"marigold chat " + str(chat).encode()))
