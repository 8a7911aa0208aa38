"""The baseline of the page figures: one handler that returns a constant, on the same server.

python -m tests.bench.plain_server
"""

import socket

import uvicorn
from litestar import Litestar, get


@get("/plain", sync_to_thread=False)
def plain() -> dict[str, str]:
    """Answer with a constant."""
    return {"status": "ok"}


def main() -> None:
    """Serve on a free port of the loopback and print where."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    app = Litestar([plain], openapi_config=None, logging_config=None)
    config = uvicorn.Config(app, log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
