"""Files from outside: handed out as downloads, never shown in place."""

from urllib.parse import quote

from django.http import FileResponse

from clientela.kernel.files import open_file
from clientela.requests.queries import AttachmentToDownload


def as_download(file: AttachmentToDownload) -> FileResponse:
    """Answer with a file that the browser stores and does not open as a page of ours, whatever it claims to be."""
    response = FileResponse(open_file(file.sha256), content_type="application/octet-stream")
    response["Content-Length"] = str(file.size_bytes)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response
