"""A room that only its password opens: keys from the password, names that say nothing, and files sealed so that the browser can open them.

The only module that knows `cryptography`, which is installed with `bilan[private]`.

The key is PBKDF2-HMAC-SHA256 of the password, with 600,000 rounds (OWASP, 2023) and a salt of the room; two keys are drawn from it with
HKDF: one for contents, by AES-256-GCM, one for names and nonces. A nonce is a keyed digest of the name and the content: the same content
comes out as the same bytes, and no two contents ever share a nonce (as in RFC 5297, 8452).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from generator.model.outputs import Output, Seal

ROUNDS = 600_000
LEAST = 12  # characters of a password
NONCE = 12  # bytes
SUFFIX = ".bin"


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one room."""

    pages: bytes
    names: bytes


def can_seal() -> bool:
    return find_spec("cryptography") is not None


def salt_of(site: str, client: str) -> bytes:
    """Another for each room: it need not be secret, and a build on any machine comes to the same."""
    return hashlib.sha256(f"bilan room 1\0{site}\0{client}".encode()).digest()[:16]


@lru_cache(maxsize=32)  # a tenth of a second each
def keys_of(password: str, salt: bytes) -> Keys:
    master = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return Keys(pages=_drawn(master, b"bilan room: pages"), names=_drawn(master, b"bilan room: names"))


def _drawn(master: bytes, purpose: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) without a salt, of one block."""
    extracted = hmac.digest(bytes(32), master, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")


def proof_of(keys: Keys) -> str:
    """By which a later run tells that the password is the same; it says no more of it than the files do."""
    return hmac.digest(keys.names, b"proof", "sha256")[:8].hex()


def sealed(output: Output, keys: Keys, folder: str) -> Output:
    """An output of a room, under a name that says nothing, to be sealed when it is made. Anybody may have it."""
    name = output.path.removeprefix(f"{folder}/")
    seal = Seal(name=name, pages=keys.pages.hex(), names=keys.names.hex())
    return replace(output, path=f"{folder}/{secret_name(keys, name)}", seal=seal, access="unlisted")


def secret_name(keys: Keys, name: str) -> str:
    return hmac.digest(keys.names, b"name\0" + name.encode(), "sha256")[:16].hex() + SUFFIX


def seal(content: bytes, seal: Seal) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    keys = Keys(bytes.fromhex(seal.pages), bytes.fromhex(seal.names))
    name = secret_name(keys, seal.name).removesuffix(SUFFIX).encode()
    nonce = hmac.digest(keys.names, b"nonce\0" + name + b"\0" + content, "sha256")[:NONCE]
    return nonce + AESGCM(keys.pages).encrypt(nonce, content, name)


def unseal(content: bytes, seal: Seal) -> bytes | None:
    """What is in a sealed file; None for one that was sealed otherwise, or has been changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    keys = Keys(bytes.fromhex(seal.pages), bytes.fromhex(seal.names))
    name = secret_name(keys, seal.name).removesuffix(SUFFIX).encode()
    try:
        return AESGCM(keys.pages).decrypt(content[:NONCE], content[NONCE:], name)
    except (InvalidTag, ValueError):
        return None


def clear_bytes(folder: Path, output: Output) -> bytes | None:
    """What an output folder holds of an output, opened where it is sealed; None where it is not there, or cannot be opened."""
    path = folder / output.path
    if not path.is_file():
        return None
    content = path.read_bytes()
    return unseal(content, output.seal) if output.seal else content


class Secrets:
    """Passwords of the environment, and what a run made of them: a later one with nothing to do must notice that one has changed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._asked: dict[str, str] = {}  # variable and salt → proof of the keys; nothing where there was no password

    def keys(self, variable: str, salt: bytes) -> Keys | None:
        """None where the environment has no password of that name, or only a part of one."""
        password = self._environment.get(variable, "")
        keys = keys_of(password, salt) if len(password) >= LEAST else None
        self._asked[f"{variable} {salt.hex()}"] = proof_of(keys) if keys else ""
        return keys

    def is_short(self, variable: str) -> bool:
        return 0 < len(self._environment.get(variable, "")) < LEAST

    def noted(self) -> str:
        return json.dumps(self._asked, sort_keys=True)

    def are_as(self, noted: str) -> bool:
        """Whether an earlier run had the same passwords."""
        for name in (earlier := json.loads(noted or "{}")):
            variable, _, salt = name.partition(" ")
            self.keys(variable, bytes.fromhex(salt))
        return all(self._asked[name] == proof for name, proof in earlier.items())
