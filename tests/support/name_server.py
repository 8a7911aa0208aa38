"""A real name server on loopback that answers for the TXT records that a test sets."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """Records by name (with the last dot); names of `broken` get no answer at all."""

    def __init__(self, sock: socket.socket) -> None:
        self.records: dict[str, list[Sequence[bytes]]] = {}
        self.broken: set[str] = set()
        self.ended = False
        self.address = "{}:{}".format(*sock.getsockname()[:2])
        self._socket = sock

    def serve(self) -> None:
        self._socket.settimeout(0.05)
        while not self.ended:
            try:
                wire, client = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            if answer := self._answer(dns.message.from_wire(wire)):
                self._socket.sendto(answer.to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name = question.name.to_text().lower()
        if name in self.broken:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer
        texts = [
            " ".join('"' + part.decode("latin-1").replace('"', '\\"') + '"' for part in parts)
            for parts in self.records[name]
        ]
        if texts:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        return answer


@contextmanager
def name_server() -> Iterator[NameServer]:
    """Yield a server; it ends with the test."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    server = NameServer(sock)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.ended = True
        thread.join()
        sock.close()
