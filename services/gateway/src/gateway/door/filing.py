"""Filing a draft: what both doors do with a body once they have understood it."""

from collections.abc import Collection

from gateway.bodies import check_documents
from gateway.door.limits import over_limit
from gateway.drafts import Draft
from gateway.quotas import OverLimit
from gateway.services import Services
from gateway.submission import JobIdTaken, Submitted
from shared.domain.portrait_url import OwnMedia, understand
from shared.http.problem import FieldProblem, Problem


async def file_draft(services: Services, draft: Draft) -> Submitted:
    """Submit a draft; raises :class:`Problem` 409, 413 and 429, and what the bus raises."""
    check_documents(draft.show, draft.character)
    try:
        services.quotas.submit(draft.owner)
        return await services.submitter.submit(services.drafting.request(draft), named=draft.job_id is not None)
    except JobIdTaken:
        sentence = f"jobId {draft.job_id} was already used for another request; choose a new one."
        pointer = FieldProblem(pointer="/jobId", detail=sentence)
        raise Problem(409, "job_id_conflict", sentence, errors=[pointer]) from None
    except OverLimit as error:
        raise over_limit(error) from None


def settled(url: str, bases: Collection[str]) -> str:
    """Return our own address of a portrait without the host that this client happens to reach us at.

    Any other address is returned as it is. Raises :class:`shared.domain.portrait_url.BadPortraitUrl`.
    """
    understood = understand(url, bases)
    return f"/media/{understood.name}" if isinstance(understood, OwnMedia) else url
