"""Taking a client's socket over from the web server, so that an open stream holds no thread.

gunicorn gives the socket in the WSGI environment; it keeps a stand-in whose other end is closed, so it clears up by itself.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def take_socket(environ: WSGIEnvironment) -> socket.socket:
    """The client's socket, now ours and not blocking. Whatever the server still writes for this request goes nowhere."""
    theirs: socket.socket = environ["gunicorn.socket"]
    ours = theirs.dup()
    stand_in, other_end = socket.socketpair()
    os.dup2(stand_in.fileno(), theirs.fileno(), inheritable=False)
    stand_in.close()
    other_end.close()
    ours.setblocking(False)
    ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ours
