"""The pages, as the web server's worker process loads them: they end when the web server's own process is killed.

The web server starts its worker itself, so nobody else can ask for that; without it a worker whose parent was killed
would go on holding the port.
"""

import importlib
import signal

from clientela.command.children import LIBC, PR_SET_PDEATHSIG
from clientela.command.preparing import wait_until_prepared
from clientela.kernel.environment import read_environment

if LIBC is not None:
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))

# By name: the product as a whole stands above this door, and only the web server calls it here.
application = importlib.import_module("clientela.project.wsgi").application
importlib.import_module("clientela.project.urls")  # now, and not while somebody waits for the first page
wait_until_prepared(read_environment().home)
