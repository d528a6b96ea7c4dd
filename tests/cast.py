"""The cast: a production with its people, places and firearms, and a stranger. Made through the services."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from checklists.models import CrewMember, Firearm, Place, Production, User
from checklists.services.reference.crew import CredentialFields, enrol_crew_member
from checklists.services.reference.firearms import add_firearm
from checklists.services.reference.places import add_place
from checklists.services.reference.productions import create_production

MORNING = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)
"""When the production is made. Tests add to it: `MORNING + timedelta(hours=1)`."""

PERMIT: CredentialFields = {
    "type": "permit",
    "number": "EFP-1",
    "issued_by": "State",
    "valid_until": date(2098, 12, 31),
}
TRAINING: CredentialFields = {
    "type": "training",
    "number": "T-7",
    "issued_by": "Guild",
    "valid_until": date(2097, 12, 31),
}

ROLES = {
    "armorer": ["armorer"],
    "props": ["property_master"],
    "ad": ["first_ad"],
    "performer": ["performer"],
    "safety": ["safety_advisor"],
    "crew": ["crew"],
}
CREDENTIALS = {"armorer": [PERMIT, TRAINING], "props": [PERMIT, TRAINING], "performer": [TRAINING]}


@dataclass
class Cast:
    """Everybody and everything. `people` has armorer, props, ad, performer, safety, crew and producer by name."""

    production: Production
    elsewhere: Production
    people: dict[str, CrewMember] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    firearms: dict[str, Firearm] = field(default_factory=dict)

    def __getattr__(self, name: str) -> CrewMember:
        """`cast.armorer` is the crew member."""
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def user(self, name: str) -> User:
        """The login of a crew member, or of the `outsider`, who produces another film."""
        return User.objects.get(email=f"{name}@example.com")


def make_cast(*, now: datetime = MORNING) -> Cast:
    """A production made at `now` with a login for everybody, a safe, a cart, a revolver, a pistol and a rubber gun."""
    for name in ("producer", "outsider", *ROLES):
        User.objects.create_user(f"{name}@example.com", "correct horse")
    cast = Cast(production=made_by("producer", "The Long Ride", now), elsewhere=made_by("outsider", "Elsewhere", now))
    cast.people["producer"] = cast.production.crew.get()
    for name, roles in ROLES.items():
        cast.people[name] = enrol_crew_member(
            production=cast.production,
            name=name.title(),
            roles=roles,
            email=f"{name}@example.com",
            credentials=CREDENTIALS.get(name, ()),
            author=cast.producer,
            now=now,
        )
    add_things(cast, now)
    return cast


def made_by(name: str, title: str, now: datetime) -> Production:
    user = User.objects.get(email=f"{name}@example.com")
    return create_production(user=user, title=title, time_zone="America/Denver", wrap=time(19, 0), now=now)


def add_things(cast: Cast, now: datetime) -> None:
    for name, secure in (("Safe", True), ("Cart", False)):
        place = add_place(production=cast.production, name=name, secure=secure, author=cast.props, now=now)
        cast.places[name.lower()] = place
    for name, kind, capacity in (
        ("colt", "revolver_single_action", 6),
        ("pistol", "semi_auto_pistol", 1),
        ("rubber", "rubber", 0),
    ):
        cast.firearms[name] = add_firearm(
            production=cast.production,
            name=name.title(),
            tag=name.upper(),
            kind=kind,
            capacity=capacity,
            serial=f"SN-{name}",
            author=cast.props,
            now=now,
        )
