"""A mail server for tests that can fail at any step, and remembers every message that it took."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

Fault = Callable[[int, str], str]  # number of the message, from 0, and its recipient → what goes wrong: "" or one of FAULTS
FAULTS = (
    "drop before mail", "drop before data", "drop in data", "drop after dot", "lose after dot", "421", "450 rcpt", "550 rcpt",
    "451 data", "554 data", "552 dot", "451 dot",
)  # fmt: skip


@dataclass
class Mailbox:
    """What the server took, in order, and how often it was connected to."""

    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # recipient, message
    offered: int = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=default) for _, content in self.taken]

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages()]

    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.taken]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def mail_server(fault: Fault = lambda number, recipient: "", *, size: int | None = None, login: bool = False) -> Iterator[Mailbox]:
    """A server on loopback. `size`: the limit that it announces. `login`: refuses every password."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

        def handle(self) -> None:
            with box.lock:
                box.connections += 1
            self.say("220 mail.test ESMTP")
            recipient, wrong = "", ""
            while line := self.rfile.readline():
                words = line.decode("utf-8", "replace").strip()
                verb = words[:4].upper()
                with box.lock:
                    box.commands.append(verb)
                if verb == "EHLO":
                    offers = ["mail.test", "8BITMIME", *([f"SIZE {size}"] if size else []), *(["AUTH PLAIN LOGIN"] if login else [])]
                    for each in offers[:-1]:
                        self.say(f"250-{each}")
                    self.say(f"250 {offers[-1]}")
                elif verb == "AUTH":
                    self.say("535 5.7.8 authentication failed")
                elif verb == "MAIL":
                    with box.lock:
                        number, box.offered = box.offered, box.offered + 1
                    wrong = fault(number, "")
                    if wrong == "drop before mail":
                        return
                    if wrong == "421":
                        self.say("421 4.3.2 shutting down")
                        return
                    self.say("250 ok")
                elif verb == "RCPT":
                    recipient = words.partition("<")[2].partition(">")[0]
                    wrong = fault(number, recipient) or wrong
                    self.say({"450 rcpt": "450 4.2.1 mailbox busy", "550 rcpt": "550 5.1.1 no such user"}.get(wrong, "250 ok"))
                elif verb == "DATA":
                    if wrong == "drop before data":
                        return
                    if wrong in ("451 data", "554 data"):
                        self.say(f"{wrong[:3]} not now")
                        continue
                    self.say("354 go on")
                    if wrong == "drop in data":
                        self.rfile.readline()
                        return
                    content = b""
                    while (part := self.rfile.readline()) and part != b".\r\n":
                        content += part[1:] if part.startswith(b".") else part
                    if not part:
                        return
                    if wrong == "lose after dot":
                        return
                    if wrong in ("552 dot", "451 dot"):
                        self.say(f"{wrong[:3]} refused")
                        continue
                    with box.lock:
                        box.taken.append((recipient, content))
                    if wrong == "drop after dot":
                        return
                    self.say("250 taken")
                elif verb == "RSET":
                    self.say("250 ok")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("502 what?")

    with _Server(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
