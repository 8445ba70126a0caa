"""A port to listen on: the one that was asked for, or a free one near it."""

import errno
import socket

from clientela.kernel.environment import WrongSettingError

NEIGHBOURS = 100


def choose_port(host: str, wanted: int, *, setting: str, is_fixed: bool) -> int:
    """Return `wanted`, or the next free port when it is taken and nobody fixed it. Raises WrongSettingError."""
    problem = _problem_with(host, wanted)
    if not problem:
        return wanted
    if problem == errno.EADDRNOTAVAIL or isinstance(problem, str):
        raise WrongSettingError(f"CLIENTELA_LISTEN is «{host}», which is not an address of this machine.")
    if is_fixed:
        reason = "is in use" if problem == errno.EADDRINUSE else "may not be used by this user"
        raise WrongSettingError(f"{setting} is {wanted}, and that port {reason}. Give another, or leave it out.")
    for port in range(wanted + 1, wanted + NEIGHBOURS):
        if not _problem_with(host, port):
            return port
    with socket.socket() as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


def _problem_with(host: str, port: int) -> int | str:
    """Try to listen: 0 when that works, else the system's number of the error, or its words for a bad host."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            # A port whose last connections are still closing counts as free, as it does for the servers themselves.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except socket.gaierror as error:
        return str(error)
    except OSError as error:
        return error.errno or str(error)
    return 0
