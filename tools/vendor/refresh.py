# noqa: INP001 - a command that `make vendor` runs, not a part of the product
"""Fetch the vendored browser files again, as `vendor.json` pins them: `make vendor`.

Each package comes as the archive that npm packs, is checked against the integrity written beside its version, and
gives up only the files we serve and its licence. Neither installing nor running Clientela needs Node; only this does.
To move to a newer version: change `version`, empty `integrity`, run, read the difference, commit.
To use one more icon: add its name (https://tabler.io/icons) to `icons` and run.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("vendor.json")
SOURCE_MAP = re.compile(rb"\n?(?:/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S*)\s*")
ICON_SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>")
EMPTY_SHAPE = 'd="M0 0h24v24H0z"'


def fetched(name: str, version: str, integrity: str, folder: Path) -> tuple[Path, str]:
    """The archive of one package and its integrity (`sha512-…`); stop when it is not the one that was pinned."""
    if not shutil.which("npm"):
        sys.exit("Fetching needs npm. Nothing else does: the fetched files are part of the repository.")
    packed = subprocess.run(
        ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    if packed.returncode:
        sys.exit(f"npm could not fetch {name} {version}:\n{packed.stderr}")
    archive = folder / packed.stdout.strip().splitlines()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if integrity and integrity != found:
        sys.exit(
            f"{name} {version} is not what was pinned: expected {integrity}, got {found}. Nothing of it is written."
        )
    return archive, found


def content_of(archive: tarfile.TarFile, path: str) -> bytes:
    """The bytes of one file of an npm package (everything in it stands under `package/`)."""
    member = archive.extractfile(f"package/{path}")
    if member is None:
        sys.exit(f"There is no {path} in the package.")
    return member.read()


def written(target: str, content: bytes) -> None:
    """Write one vendored file and say so."""
    path = ROOT / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(f"  {target}  {len(content):,} bytes")  # noqa: T201 - this is a command, it talks


def icons_of(archive: tarfile.TarFile, names: list[str]) -> bytes:
    """Name to the shapes inside the 24-by-24 drawing of each icon, one a line."""
    lines = []
    for name in sorted(set(names)):
        drawing = content_of(archive, f"icons/outline/{name}.svg").decode()
        shapes = [re.sub(r"\s+/>", "/>", shape) for shape in ICON_SHAPES.findall(drawing) if EMPTY_SHAPE not in shape]
        lines.append(f"  {json.dumps(name)}: {json.dumps(''.join(shapes))}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def refresh_package(package: dict[str, Any], icon_names: list[str], folder: Path) -> str:
    """Write what we use of one package; the integrity of what was fetched."""
    print(f"{package['name']} {package['version']}, {package['licence']['name']}")  # noqa: T201 - this is a command, it talks
    path, integrity = fetched(package["name"], package["version"], package["integrity"], folder)
    with tarfile.open(path) as archive:
        for source, target in package.get("files", {}).items():
            # A source map is not vendored, and a dangling pointer to it would stop the hashing of static files.
            written(target, SOURCE_MAP.sub(b"\n", content_of(archive, source)))
        for source, target in package.get("fonts", {}).items():
            written(target, content_of(archive, source))
        if "icons" in package:
            written(package["icons"], icons_of(archive, icon_names))
        licence = package["licence"]
        if "from" in licence:
            written(licence["to"], content_of(archive, licence["from"]))
    return integrity


def main() -> None:
    """Refresh every package of the list, and write down the integrity of those that had none."""
    text = LIST.read_text(encoding="utf-8")
    listed = json.loads(text)
    with tempfile.TemporaryDirectory() as folder:
        for package in listed["packages"]:
            integrity = refresh_package(package, listed["icons"], Path(folder))
            if not package["integrity"]:
                version = f'"version": {json.dumps(package["version"])},\n      "integrity": '
                text = text.replace(f'{version}""', f"{version}{json.dumps(integrity)}", 1)
    LIST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
