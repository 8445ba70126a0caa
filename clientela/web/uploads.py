"""Files that come with a form."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from clientela.requests.actions import IncomingFile


def incoming_files(uploads: Iterable["UploadedFile[Any]"]) -> list[IncomingFile]:
    """Read uploads for an action. Their size has been limited by the server."""
    return [
        IncomingFile(
            name=upload.name or "file",
            media_type=upload.content_type or "application/octet-stream",
            content=upload.read(),
        )
        for upload in uploads
    ]
