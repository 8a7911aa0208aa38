"""First program of every child: sets its own limits, then becomes the program that was asked for.

Run as `python -I -S launch.py <numbers> <socket or nothing> <program> <argument>…`, so that no code
runs between fork and exec in the threaded parent; the numbers are memory, processor time, size of
files, processes and parent, with commas between. With a socket it also listens on the loopback of
its network namespace and copies every connection to that Unix socket: the way from git to the
egress proxy. It exits like the program (128 + n for signal n).

Standard library only, and imported where it is needed: several of these start per repository.
"""

import os
import resource
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

FORWARD_PORT = 3129
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Apply the limits in the first argument and become the program after the second."""
    memory, cpu, file, processes, parent = map(int, arguments[0].split(","))
    if parent:
        _die_with(parent)
    limits = (memory, cpu, file, processes)
    if arguments[1]:
        _become_forwarded(arguments[2:], limits, arguments[1])
    _become(arguments[2:], limits)


def _become_forwarded(argv: list[str], limits: tuple[int, int, int, int], path: str) -> None:
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", FORWARD_PORT))
    child = os.fork()  # before the first thread
    if child == 0:
        listener.close()
        _become(argv, limits)
    threading.Thread(target=_forward, args=(listener, path), daemon=True).start()
    os._exit(_status(os.waitpid(child, 0)[1]))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _become(argv: list[str], bounds: tuple[int, int, int, int]) -> None:
    memory, cpu, file, processes = bounds
    limits = [
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, file, file),
    ]
    if processes:
        limits.append((resource.RLIMIT_NPROC, processes, processes))
    if sys.platform != "darwin":  # which refuses to set it
        limits.append((resource.RLIMIT_AS, memory, memory))
    for kind, soft, hard in limits:
        ceiling = resource.getrlimit(kind)[1]
        top = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        resource.setrlimit(kind, (min(soft, top), top))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, programs must not
        signal.signal(number, signal.SIG_DFL)
    os.execvp(argv[0], argv)  # noqa: S606 - a list of arguments, never a shell


def _forward(listener: "socket.socket", path: str) -> None:
    import socket
    import threading

    while True:
        inner, _ = listener.accept()
        outer = socket.socket(socket.AF_UNIX)
        outer.connect(path)
        for source, sink in ((inner, outer), (outer, inner)):
            threading.Thread(target=_copy, args=(source, sink), daemon=True).start()


def _copy(source: "socket.socket", sink: "socket.socket") -> None:
    import socket

    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        sink.close()


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    main(sys.argv[1:])
