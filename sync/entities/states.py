"""The states of an effect (`sync.entities.models.EntityEffect`) and the problems that leave one unsettled."""

NEW, APPLIED, NONE, WAITING, APPROVAL, FAILED, SUPERSEDED = (
    "new", "applied", "none", "waiting", "approval", "failed", "superseded",
)  # fmt: skip
UNSETTLED = (WAITING, APPROVAL, FAILED)

NOT_HERE = "404.8"
DELETED = "409.163"
HERE_ALREADY = "409.14"
PLAN_MAKES = "409.161"
NO_LABEL = "400.163"
NO_LIST = "404.7"
BAD_ID = "400.162"
NO_BASE = "400.161"
UNKNOWN_BASE = "404.9"
