"""Ports: find a free one, see whether one is taken, see whether somebody answers."""

import socket

_LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on now; the kernel chooses."""
    with socket.create_server((_LOCAL, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def is_taken(host: str, port: int) -> bool:
    """Whether we could not listen there."""
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return True
    return False


def accepts(port: int, host: str = _LOCAL) -> bool:
    """Whether somebody takes connections."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers_http(port: int, host: str = _LOCAL) -> bool:
    """Whether a web server answers a request, whatever it says."""
    request = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(request.encode())
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False
