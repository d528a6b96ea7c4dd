"""Every path of the API under /api/v1/. What is no path here is a problem document too."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from api import alerts, board, channels, crew, entries, firearms, places, problems, productions, sessions


def nothing_here(request: HttpRequest) -> HttpResponse:
    return problems.problem(404, problems.NOTHING_HERE)


under_a_production = [
    path("", productions.OneProduction.as_view()),
    path("/crew", crew.Crew.as_view()),
    path("/crew/<uuid:crew_id>", crew.OneCrewMember.as_view()),
    path("/places", places.Places.as_view()),
    path("/places/<uuid:place_id>", places.OnePlace.as_view()),
    path("/firearms", firearms.Firearms.as_view()),
    path("/firearms/<uuid:firearm_id>", firearms.OneFirearm.as_view()),
    path("/firearms/<uuid:firearm_id>/clearance", firearms.Clearance.as_view()),
    path("/entries", entries.Entries.as_view()),
    path("/entries/<uuid:entry_id>", entries.OneEntry.as_view()),
    path("/board", board.Board.as_view()),
    path("/expected-steps", board.ExpectedSteps.as_view()),
    path("/alerts", alerts.Alerts.as_view()),
    path("/alerts/acknowledge", alerts.AcknowledgeSeveral.as_view()),
    path("/alerts/<uuid:alert_id>/acknowledge", alerts.Acknowledge.as_view()),
    path("/channels", channels.Channels.as_view()),
    path("/channels/<uuid:channel_id>", channels.OneChannel.as_view()),
]

urlpatterns = [
    path("session", sessions.Session.as_view()),
    path("me", sessions.Me.as_view()),
    path("productions", productions.Productions.as_view()),
    path("productions/<uuid:production_id>", include(under_a_production)),
    re_path("", nothing_here),
]
