"""How programs sign in: `Authorization: Bearer TOKEN`. People have a session cookie, and CSRF with it."""

from django.db.models import Q
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from checklists.models import User


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]
    """Knox's tokens, found by their hash in one query; a header that can't be read is wrong, not our fault."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        if not token.isascii():
            raise AuthenticationFailed("This token is not known.")
        current = Q(expiry=None) | Q(expiry__gt=timezone.now())
        known = (
            AuthToken.objects.select_related("user").filter(current, digest=hash_token(token.decode("ascii"))).first()
        )
        if known is None or not known.user.is_active:
            raise AuthenticationFailed("This token is not known.")
        return known.user, known
