"""Logins: an e-mail address and a password. What a login may do on a production is decided by its crew member there."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from checklists.models import User
from checklists.services.reference.crew import link_login

if TYPE_CHECKING:
    UserModelAdmin = UserAdmin[User]
    CreationForm = AdminUserCreationForm[User]
    ChangeForm = UserChangeForm[User]
else:
    UserModelAdmin, CreationForm, ChangeForm = UserAdmin, AdminUserCreationForm, UserChangeForm


class SmallLetters:
    """Addresses are kept in small letters, so that one person is not two."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class NewLoginForm(SmallLetters, CreationForm):
    class Meta:
        model = User
        fields = ("email",)


class LoginForm(SmallLetters, ChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class LoginAdmin(UserModelAdmin):
    form = LoginForm
    add_form = NewLoginForm
    ordering = ("email",)
    list_display = ("email", "is_active", "is_staff", "created_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "is_active", "is_staff", "is_superuser", "last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("last_login", "created_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        link_login(user=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever recorded something stays known; switch the login off instead."""
        return False
