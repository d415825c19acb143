"""``GET /v1/jobs``: the jobs there are, newest first, a page at a time."""

from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from gateway.cursors import CURSOR, BadCursor, read_cursor, write_cursor
from gateway.door.access import owner_of
from gateway.listing import Page, Wanted
from gateway.services import Services
from shared.domain.ids import BadJobId, JobId, parse_job_id
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.http.problem import FieldProblem, Problem, problems
from shared.views import JobView, View, Views

MOST_IDS = 100

Name = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class JobsQuery(BaseModel):
    """What to list. A name that is not here is refused: misspelt, it would list everything."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    kind: Annotated[Kind | None, Field(description="Only this kind.")] = None
    status: Annotated[list[Status], Field(description="Only these statuses; may be given several times.")] = []
    show_id: Annotated[Name | None, Field(description="Only this show's.")] = None
    character_id: Annotated[Name | None, Field(description="Only this character's.")] = None
    ids: Annotated[
        str | None,
        Field(
            description=f"Only these jobs: up to {MOST_IDS} jobIds, commas between them. Unknown ones are left out.",
            max_length=MOST_IDS * 129,
            examples=["mira-1,mira-2"],
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="Jobs a page, at the most.")] = 50
    cursor: Annotated[
        str | None, Field(description="The nextCursor of the page before.", json_schema_extra={"pattern": CURSOR})
    ] = None

    def wanted(self, owner: str) -> Wanted:
        """Return which jobs are meant."""
        statuses = frozenset(self.status) or frozenset(Status)
        return Wanted(owner, self.kind, statuses, self.show_id, self.character_id)

    def job_ids(self, owner: str) -> list[JobId] | None:
        """Return the owner's jobs named, None when none were; raises :class:`Problem` 422 for too many."""
        if self.ids is None:
            return None
        named = [text.strip() for text in self.ids.split(",")]
        if len(named) > MOST_IDS:
            sentence = f"ids takes at most {MOST_IDS} jobIds."
            field = FieldProblem(pointer="/query/ids", detail=sentence)
            raise Problem(422, "invalid_request", sentence, errors=[field])
        return [job_id for text in named if (job_id := _possible(text, owner)) is not None]


class JobsView(View):
    """A page. ``nextCursor`` is null when no more can come; a page may be short, or empty, and have one."""

    jobs: list[JobView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page, views: Views) -> Self:
        """Write a page."""
        jobs = [views.job(record) for record in page.records]
        return cls(jobs=jobs, next_cursor=next_cursor(page.below))


def listing_router(services: Services) -> APIRouter:
    """Return ``GET /v1/jobs``."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get("", responses=problems(400, 422, 503), summary="Jobs, newest first")
    async def jobs(request: Request, query: Annotated[JobsQuery, Query()]) -> JobsView:
        owner = owner_of(request)
        wanted, below, ids = query.wanted(owner), below_of(query.cursor), query.job_ids(owner)
        if ids is None:
            page = await services.listing.page(wanted, query.limit, below)
        else:
            page = await services.listing.of_ids(wanted, ids, query.limit, below)
        return JobsView.of(page, services.views(request))

    return router


def next_cursor(below: int | None) -> str | None:
    """Return the cursor of what was filed below a sequence, None for nothing."""
    return None if below is None else write_cursor(below)


def below_of(cursor: str | None) -> int | None:
    """Return where a list goes on, None for from the newest; raises :class:`Problem` 400."""
    try:
        return None if cursor is None else read_cursor(cursor)
    except BadCursor:
        sentence = "The cursor is not one that this list gave out; begin again without it."
        raise Problem(400, "cursor_invalid", sentence) from None


def _possible(text: str, owner: str) -> JobId | None:
    try:
        return parse_job_id(text, owner)
    except BadJobId:
        return None
