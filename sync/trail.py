"""What the history says about records and their quarantine."""

from __future__ import annotations

from core.audit_words import add_actions
from core.i18n import N_

add_actions(
    "records",
    N_("Records"),
    {
        "submission.create": N_("{actor} sent the record {instanceId}."),
        "submission.edit": N_("{actor} edited the record {instanceId}."),
        "tablet.sign_out": N_("{actor} signed a person out on the tablet {tablet}."),
        "server.restored": N_("A backup was restored; tablets offer again what they sent since."),
        "submission.review": N_("{actor} reviewed the record {instanceId}: {reviewState}."),
        "submission.check_accept": N_("{actor} accepted a point to check ({check}) of the record {instanceId}."),
        "submission.check_reopen": N_("{actor} opened a point to check ({check}) of the record {instanceId} again."),
        "submission.delete": N_("{actor} deleted the record {instanceId}."),
        "submission.restore": N_("{actor} restored the record {instanceId}."),
        "quarantine.keep": N_("The record {instanceId} from {actor} waits for a decision."),
        "quarantine.accepted": N_("{actor} accepted the waiting record {instanceId}."),
        "quarantine.merged": N_(
            "{actor} added the files of the waiting record {instanceId} to the record that is here."
        ),
        "quarantine.rejected": N_("{actor} rejected the waiting record {instanceId}."),
        "quarantine.filed": N_("The waiting record {instanceId} was filed by itself."),
    },
)

add_actions(
    "entities",
    N_("Entity lists"),
    {
        "dataset.create": N_("{actor} made the entity list {name}."),
        "dataset.update": N_("{actor} changed the entity list {name}."),
        "dataset.delete": N_("{actor} deleted the entity list {name}."),
        "entity.create": N_("{actor} added {uuid} to the entity list {dataset}."),
        "entity.bulk.create": N_("{actor} added {count} entities to the list {dataset}."),
        "entity.bulk.update": N_("{actor} changed {count} entities of the list {dataset}."),
        "entity.update.version": N_("{actor} changed {uuid} of the entity list {dataset}."),
        "entity.update.resolve": N_("{actor} resolved the conflict of {uuid} in the entity list {dataset}."),
        "entity.delete": N_("{actor} deleted {uuid} from the entity list {dataset}."),
        "entity.bulk.delete": N_("{actor} deleted {count} entities from the list {dataset}."),
        "entity.restore": N_("{actor} restored {uuid} to the entity list {dataset}."),
        "entity.bulk.restore": N_("{actor} restored {count} entities to the list {dataset}."),
        "actor_property.update": N_("{actor} changed what is known of a person or device for cutting lists."),
    },
)
