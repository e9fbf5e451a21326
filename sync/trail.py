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
        "submission.review": N_("{actor} reviewed the record {instanceId}: {reviewState}."),
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
