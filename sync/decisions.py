"""What becomes of a quarantined record: filed by itself once what it waited for is there, or a person's decision.

======================  =================================================================
reason                  what *accept* does
======================  =================================================================
conflict                its content becomes a new version of the record it met
edit_conflict           the same, on top of the version that is current now
waiting_for_original    it is filed as a record of its own
unknown_version         it is filed under the form's current version
form_closed             it is filed although the form is closed
deleted                 the deleted record is restored, and gets the files that came; an edit becomes its
                        newest version
======================  =================================================================

*Merge* adds its files to the record it met and leaves the content as it is. *Reject* files nothing. In each case the
row stays, with what was decided, by whom and when.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from core.storage import Spooled
from forms.definitions import definition
from forms.models import Form
from sync import attachments, intake, quarantine, quarantine_queries, queries, statements
from sync.answers import read_answers
from sync.arrival import Arrival
from sync.attachments import ReceivedFile
from sync.compression import decompress
from sync.instance import read_instance
from sync.models import Quarantine, Submission
from sync.statements import KnownVersion


def accept(session: Session, actor: Actor, *, row: Quarantine, zone: ZoneInfo) -> None:
    """File a quarantined record as the table above says.

    Raises:
        Problem 409.151: it was decided already. 400.150, 409.155-158: it cannot be filed as things stand.

    """
    arrival = _arrival_of_a_form(session, row, zone)
    if row.reason in {quarantine.CONFLICT, quarantine.EDIT_CONFLICT}:
        _over_the_current(session, row, arrival)
    elif row.reason == quarantine.DELETED:
        _restore(session, row, arrival)
    else:
        _as_it_is(session, row, arrival)
    quarantine.settle(session, actor, row, quarantine.ACCEPTED)


def merge(session: Session, actor: Actor, *, row: Quarantine, zone: ZoneInfo) -> None:
    """Add the files of a quarantined record to the record it met.

    Raises:
        Problem 409.151: it was decided already. 409.157: there is no record to add them to. 409.158: the form is
            deleted.

    """
    arrival = _arrival_of_a_form(session, row, zone)
    attachments.attach_more(session, _met(session, row), arrival.files, actor.id)
    quarantine.settle(session, actor, row, quarantine.MERGED)


def reject(session: Session, actor: Actor, *, row: Quarantine) -> None:
    """Leave a quarantined record out; it stays here to be read.

    Raises:
        Problem 409.151: it was decided already.

    """
    quarantine.hold(session, row)
    quarantine.settle(session, actor, row, quarantine.REJECTED)


def file_if_possible(session: Session, actor: Actor, *, row: Quarantine, zone: ZoneInfo) -> bool:
    """File a record if what it waited for is there now; whether it was filed.

    What stands in its way then may be something else, for which a person has to decide; the row says so.

    Raises:
        Problem 409.151: it was decided already.

    """
    arrival = _arrival(session, row, zone)
    target = arrival.target
    if target.version_id is None or target.state == "closed" or target.deleted:
        return False
    original = arrival.instance.deprecated_id
    if original and statements.find_version(session.connection(), row.form_id, row.is_draft, original) is None:
        row.reason = quarantine.WAITING_FOR_ORIGINAL
        return False
    receipt = intake.file_record(session, arrival)
    if receipt.outcome == intake.QUARANTINED:
        row.reason = receipt.reason
        return False
    quarantine.settle(session, actor, row, quarantine.FILED)
    return True


def _as_it_is(session: Session, row: Quarantine, arrival: Arrival) -> None:
    target = arrival.target
    if target.version_id is None:
        form = session.get_one(Form, row.form_id)
        target = replace(target, version_id=form.current_version_id)
    if target.version_id is None:
        raise Problem("400.150")
    arrival.target = target
    if row.reason == quarantine.WAITING_FOR_ORIGINAL:
        arrival.instance = replace(arrival.instance, deprecated_id=None)
    if intake.file_record(session, arrival).outcome == intake.QUARANTINED:
        raise Problem("409.155")


def _over_the_current(session: Session, row: Quarantine, arrival: Arrival) -> None:
    met = _met(session, row)
    current = queries.current_version(session, met.submission_id)
    base = KnownVersion(current.id, met.submission_id, current=True, xml_sha256=current.xml_sha256, deleted=False)
    taken = statements.find_version(session.connection(), row.form_id, row.is_draft, row.instance_id)
    if taken is not None and taken.xml_sha256 != row.xml_sha256:
        # The id is taken by the record it met, or by another one since, and a version needs one of its own.
        own_id = quarantine.own_id(arrival.instance)
        arrival.instance = replace(arrival.instance, instance_id=own_id, deprecated_id=current.instance_id)
    form = definition(session, arrival.target.version_id or current.form_version_id)
    receipt = intake.append_version(session, arrival, base, form, read_answers(form, arrival.instance.root))
    if receipt.outcome == intake.QUARANTINED:
        raise Problem("409.155")


def _restore(session: Session, row: Quarantine, arrival: Arrival) -> None:
    names = [name for name in (row.instance_id, row.deprecated_id) if name]
    known = (statements.find_version(session.connection(), row.form_id, row.is_draft, name) for name in names)
    met = next((version for version in known if version is not None), None)
    if met is None:
        raise Problem("409.156")
    session.get_one(Submission, met.submission_id).deleted_at = None
    session.flush()
    if met.xml_sha256 == row.xml_sha256:
        attachments.attach_more(session, met, arrival.files, arrival.actor.id)
    else:
        # It is an edit of the deleted record.
        _over_the_current(session, row, arrival)


def _met(session: Session, row: Quarantine) -> KnownVersion:
    connection = session.connection()
    for name in (row.instance_id, row.deprecated_id):
        met = statements.find_version(connection, row.form_id, row.is_draft, name) if name else None
        if name and met is not None and not met.deleted:
            # Only the one that is wanted is held: who holds two could wait for someone who holds them the other way.
            met = statements.find_version(connection, row.form_id, row.is_draft, name, lock=True)
            if met is not None and not met.deleted:
                return met
    raise Problem("409.157")


def _arrival_of_a_form(session: Session, row: Quarantine, zone: ZoneInfo) -> Arrival:
    """The record again as it arrived; refused where nobody could open what it becomes."""
    arrival = _arrival(session, row, zone)
    if arrival.target.deleted:
        raise Problem("409.158")
    return arrival


def _arrival(session: Session, row: Quarantine, zone: ZoneInfo) -> Arrival:
    """The record again as it arrived, from what was kept."""
    quarantine.hold(session, row)
    xml = decompress(row.xml, None)
    form = session.get_one(Form, row.form_id)
    found = queries.find_target(session.connection(), row.workspace_id, form.xml_form_id, row.version)
    # Under the name of a deleted form another one may be found, but nothing is filed before that form is restored.
    version_id = form.draft_version_id if row.is_draft else found.version_id
    files = [
        ReceivedFile(item.name, Spooled(item.blob_sha256, blob.size), item.media_type or blob.media_type)
        for item, blob in quarantine_queries.quarantined_files(session, row.id)
    ]
    return Arrival(
        actor=Actor(id=row.submitter_id, kind="app_user"),
        workspace_id=row.workspace_id,
        # Other edits may wait for this one in turn, so `edits_wait` counts here too.
        target=replace(
            found, form_id=form.id, state=form.state, deleted=form.deleted_at is not None, version_id=version_id
        ),
        instance=read_instance(xml),
        xml=xml,
        received_at=row.received_at,
        zone=zone,
        files=files,
        is_draft=row.is_draft,
        device_id=row.device_id,
        user_agent=row.user_agent,
    )
