"""Tables as people send them, and the pages that read them in."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.pages import main_of


def csv_of(*rows, delimiter=";", encoding="utf-8", end="\r\n"):
    return "".join(delimiter.join(row) + end for row in rows).encode(encoding)


def xlsx_of(*rows, title="Blad1"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client, kind, content, name="tabell.csv", **more):
    return client.post(
        f"/import/{kind}/", {"action": "look", "file": SimpleUploadedFile(name, content), **more}
    )


def sent_again(response, **more):
    """The form of the preview, as a browser sends it."""
    preview, options = response.context["preview"], response.context["options"]
    return {
        "token": preview.file.token,
        **{field.html_name: field.value() for field in options if field.value() is not None},
        **{f"column-{column.index}": column.key for column in preview.chosen},
        **more,
    }


def confirm(client, response, **more):
    return client.post(response.request["PATH_INFO"], sent_again(response, action="confirm", **more))


def read_in(client, kind, content, **more):
    """Upload and confirm; the answer to the second, followed."""
    preview = upload(client, kind, content, **more)
    return client.post(
        preview.request["PATH_INFO"], sent_again(preview, action="confirm", **more), follow=True
    )


def said(response):
    return main_of(response)
