"""`python -m clientela.inbox.receiver`: the mail receiver as a process."""

from clientela.inbox.receiver import main

if __name__ == "__main__":
    main()
