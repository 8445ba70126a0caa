"""Coming in at the door of the pages, speaking English whatever the language of the one who comes."""

from django.test import Client

from clientela.web.viewer import SESSION_LANGUAGE
from tests.world import World


def come_in(client: Client, world: World, key: str) -> None:
    """Log somebody of the cast in. The sentences that a test looks for are then the English ones."""
    client.force_login(world.account_of(key))
    session = client.session
    session[SESSION_LANGUAGE] = "en"
    session.save()
