import os
from tests.journeys.test_people_and_settings import *  # noqa
from tests.journeys.test_people_and_settings import house, context, pytestmark, violations  # noqa

OUT = "/tmp/team/kilo/look"


def test_look(context, live_server, house):
    os.makedirs(OUT, exist_ok=True)
    page = context.new_page()
    only = os.environ.get("ONLY", "").split(",") if os.environ.get("ONLY") else list(house)
    for width, theme in ((1440, "light"), (390, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        for name in only:
            page.goto(live_server.url + house[name])
            page.wait_for_load_state("networkidle")
            page.screenshot(path=f"{OUT}/{name}-{width}-{theme}.png", full_page=True)


del test_every_page_is_accessible_and_fits
