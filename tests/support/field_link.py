"""A link between a tablet and the server as it is in the field: away, cut again and again, or standing still.

It passes TCP on and counts the bytes. A connection is cut after so many bytes and not by the clock, so a test sees the
same cuts on a slow machine as on a fast one.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PIECE = 16 * 1024
_WEAK = 256 * 1024
_WEAK_PAUSE = 0.06
"""A link grows weak before it breaks: so many bytes before a cut it is slow, as on air, where little is on its way at once."""
_PATIENCE_SECONDS = 20.0


@dataclass
class Link:
    """The link. `sent` counts what came from the tablet, `cuts` how often everything was cut."""

    port: int
    url: str = ""
    sent: int = 0
    cuts: int = 0
    _there: bool = True
    _cut_every: int | None = None
    _until_cut: int = 0
    _still_at: int | None = None
    _pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def away(self) -> None:
        """No network: what is open breaks, nothing opens."""
        with self._changed:
            self._there = False
            self._break_all()

    def back(self) -> None:
        """The network is there, unharmed."""
        with self._changed:
            self._there, self._cut_every, self._still_at = True, None, None
            self._changed.notify_all()

    def cut_every(self, count: int) -> None:
        """Cut everything whenever so many bytes have come from the tablet."""
        with self._changed:
            self._cut_every = self._until_cut = count

    def stand_still_after(self, count: int) -> None:
        """Let so many more bytes of the tablet through, and then none until `back` or `away`."""
        with self._changed:
            self._still_at = self.sent + count

    def stands_still(self) -> bool:
        """Whether it has come to that."""
        with self._changed:
            return self._still_at is not None and self.sent >= self._still_at

    def join(self, tablet: socket.socket) -> None:
        """Pass on a connection of a tablet."""
        with self._changed:
            if not self._there:
                tablet.close()
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except OSError:
                tablet.close()
                return
            server.settimeout(None)
            pair = (tablet, server)
            self._pairs.append(pair)
        threading.Thread(target=self._upwards, args=pair, daemon=True).start()
        threading.Thread(target=self._downwards, args=pair, daemon=True).start()

    def close(self) -> None:
        """The end."""
        self.away()

    def _upwards(self, tablet: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := tablet.recv(_PIECE):
                for part in self._let_through((tablet, server), data):
                    server.sendall(part)
        _shut(tablet, server)

    def _downwards(self, tablet: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_PIECE):
                tablet.sendall(data)
        _shut(tablet, server)

    def _let_through(self, pair: tuple[socket.socket, socket.socket], data: bytes) -> Iterator[bytes]:
        """The bytes as far as they may go now."""
        while data:
            with self._changed:
                self._changed.wait_for(lambda: self._room() > 0 or pair not in self._pairs)
                if pair not in self._pairs:
                    return
                part, data = data[: self._room()], data[self._room() :]
                self.sent += len(part)
            yield part
            if self._cut_every is not None and self._until_cut <= _WEAK:
                time.sleep(_WEAK_PAUSE)
                _until_taken(pair[1])
            with self._changed:
                self._count_to_cut(len(part))

    def _room(self) -> int:
        return _PIECE if self._still_at is None else max(0, min(_PIECE, self._still_at - self.sent))

    def _count_to_cut(self, count: int) -> None:
        if self._cut_every is None:
            return
        self._until_cut -= count
        if self._until_cut <= 0:
            self._until_cut = self._cut_every
            self.cuts += 1
            self._break_all()

    def _break_all(self) -> None:
        pairs, self._pairs = self._pairs, []
        self._changed.notify_all()
        for pair in pairs:
            _shut(*pair)


def _until_taken(server: socket.socket) -> None:
    """Wait until the server's program has taken from its machine what was passed on.

    On air little is on its way when a link breaks. Here a busy machine would keep megabytes in between, which no tablet
    is to blame for.
    """
    (_, here), (_, there) = server.getsockname(), server.getpeername()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _waiting(there, here) and time.monotonic() < deadline:
        time.sleep(0.01)


def _waiting(port: int, peer: int) -> bool:
    """Whether the system holds bytes for the program that has a connection from `peer` at `port` (proc(5), net/tcp)."""
    table = Path("/proc/net/tcp")
    for line in table.read_text(encoding="ascii").splitlines()[1:] if table.exists() else ():
        _, local, remote, _, queues, *_ = line.split()
        if local.endswith(f":{port:04X}") and remote.endswith(f":{peer:04X}"):
            return int(queues.partition(":")[2], 16) > 0
    return False


def _shut(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def field_link(port: int) -> Iterator[Link]:
    """A link to the server on a port of this machine, until the block ends."""
    link = Link(port)
    listener = socket.create_server(("127.0.0.1", 0))
    link.url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                link.join(listener.accept()[0])

    thread = threading.Thread(target=listen, name="field-link", daemon=True)
    thread.start()
    try:
        yield link
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        link.close()
