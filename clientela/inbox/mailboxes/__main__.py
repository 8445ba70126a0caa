"""`python -m clientela.inbox.mailboxes` reads the mailboxes, as `clientela run` does."""

import sys

from clientela.inbox.mailboxes.process import main

sys.exit(main())
