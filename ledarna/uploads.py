"""How much may be sent at once.

A file that is too large is refused in words by the form that takes it; a request that says it brings
far more than any form takes is refused before a byte of it is read.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_REQUEST = 200 * 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Refuses a request that is larger than ``LARGEST_REQUEST`` bytes; keeps no file itself."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Look at the length that the request declares."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(f"The request brings {content_length} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
