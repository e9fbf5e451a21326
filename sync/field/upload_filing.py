"""Filing an upload that is whole: with its record, as a record that is sent once more brings the files it lacked."""

from __future__ import annotations

from pathlib import Path

from core.errors import Problem
from core.settings import Settings
from core.storage import BlobStore, blob_store
from core.storage.spool import Spooled
from core.transaction import WorkSession, reading, reading_once, unit_of_work
from forms.queries import form_of_id
from sync import intake, targets
from sync.attachments import ReceivedFile
from sync.field import upload_store, uploads
from sync.field.models import Upload
from sync.field.receipts import find_own, xml_of
from sync.instance import read_instance
from sync.openrosa_routes import arrival


def require_finished(row: Upload) -> None:
    """That the server has such bytes from somewhere says nothing: only a finished upload needs no file of its own.

    Raises:
        Problem 404.1: it was given up.

    """
    with reading_once() as connection:
        if not uploads.is_finished(connection, row.id):
            raise Problem("404.1")


def file_upload(row: Upload, settings: Settings) -> None:
    """File a whole upload with its record, as a record that is sent once more brings the files it lacked.

    Raises:
        Problem 460.153: these are not the bytes that were announced; they are given up.

    """
    store, folder = blob_store(), upload_store.folder_of(settings)
    content = _kept(row, folder)
    if content is None:
        return
    form = form_of_id(reading(), row.form_id)
    own = find_own(reading(), row.form_id, row.instance_id, row.actor_id, sha256=uploads.content_of(row.id))
    if own is None:
        raise Problem("404.1")
    xml = xml_of(reading(), own)
    instance = read_instance(xml)
    target = targets.find_now(row.workspace_id, form.xml_form_id, instance.version)
    arrived = arrival(row.workspace_id, target, instance, xml, settings)
    arrived.device_id = own.device_id
    arrived.files = [ReceivedFile(row.name, content, row.media_type)]

    def work(session: WorkSession) -> None:
        intake.receive(session, store, arrived)
        uploads.finish(session, row.id)

    unit_of_work(work)
    upload_store.drop(folder, row.id)


def _kept(row: Upload, folder: Path) -> Spooled | None:
    """The bytes of a whole upload, in the store; None when another request has filed them.

    Raises:
        Problem 460.153: they are not those that were announced. 423.153: another request is about it.
        404.1: the upload was given up.

    """
    store = blob_store()
    try:
        with upload_store.held(folder, row.id):
            return _verified(row, folder, store)
    except FileNotFoundError:
        require_finished(row)
        return None


def _verified(row: Upload, folder: Path, store: BlobStore) -> Spooled:
    content = upload_store.spooled(folder, row.id)
    if content.sha256 != row.sha256:
        content.discard()
        unit_of_work(lambda session: uploads.forget(session, [row.id]))
        upload_store.drop(folder, row.id)
        raise Problem("460.153")
    store.keep([content])
    return content
