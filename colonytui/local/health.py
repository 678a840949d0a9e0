"""Whether the server answers, asked without loading an HTTP library."""

import socket
from urllib.parse import urlsplit


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether a server says at `url` that it is healthy."""
    address = urlsplit(url)
    request = f"GET /health HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((address.hostname, address.port), timeout=seconds) as connection:
            connection.sendall(request.encode())
            status_line = connection.makefile("rb").readline(100)
    except OSError:
        return False
    return status_line.split()[1:2] == [b"200"]
