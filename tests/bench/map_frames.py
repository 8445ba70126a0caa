"""How long the map of three hundred teams keeps a browser waiting for a frame."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.maps.frames import FRAME_LIMIT_MS

WORDS = {
    "pan": "Panning",
    "zoom": "Zooming",
    "filter": "Searching as one types",
    "open": "Opening or closing a department, the longest frame",
}
SIDE = "import django; django.setup(); from tests.bench.map_frames_side import tell; tell()"


def frame_lines() -> Iterator[str]:
    """Give the figures as lines."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "clientela.project.settings"}
    done = subprocess.run([sys.executable, "-c", SIDE], env=environment, check=True, capture_output=True, text=True)
    for told in json.loads(done.stdout):
        yield f"- {told['title']}: made ready in {told['made_ms']:.0f} ms, {told['kilobytes']:.0f} kB of page."
        for name, words in WORDS.items():
            yield f"  - {words}: {told['frames'][name]:.0f} ms a frame (at most {FRAME_LIMIT_MS} ms)."
