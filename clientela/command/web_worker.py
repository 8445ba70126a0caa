"""The pages, as the web server's worker process loads them: they end when the web server's own process is killed.

The web server starts its worker itself, so nobody else can ask for that; without it a worker whose parent was killed
would go on holding the port.
"""

import importlib
import signal

from clientela.command.children import LIBC, PR_SET_PDEATHSIG

if LIBC is not None:
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))

# By name: the product as a whole stands above this door, and only the web server calls it here.
application = importlib.import_module("clientela.project.wsgi").application
