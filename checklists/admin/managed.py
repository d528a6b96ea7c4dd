"""Productions, crew, places, firearms and channels: each change goes through its service, so it is in the ledger."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from checklists.custody.problems import Problem
from checklists.custody.words import ROLES
from checklists.models import Channel, Credential, CrewMember, Firearm, Place, Production, User
from checklists.services.reference.channels import add_channel, channel_problem, remove_channel
from checklists.services.reference.crew import change_crew_member, credential_problems, crew_problems, enrol_crew_member
from checklists.services.reference.firearms import add_firearm, change_firearm, firearm_problems
from checklists.services.reference.places import add_place, change_place
from checklists.services.reference.productions import change_production, create_production, production_problems

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, ModelForm, TabularInline = admin.ModelAdmin, forms.ModelForm, admin.TabularInline


def crew_member_of(request: HttpRequest, production: Production) -> CrewMember | None:
    """Who the operator is on this production, if anybody: the author of what they change."""
    if not isinstance(request.user, User):
        return None
    return CrewMember.objects.filter(production=production, user=request.user, left_at=None).first()


class CheckedForm(ModelForm):
    """Shows what the service would refuse beside the field that it is about."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.errors:
            for problem in self.problems():
                field = problem.pointer.split("/")[1] if problem.pointer else None
                self.add_error(field if field in self.fields else None, problem.detail)

    def problems(self) -> Iterable[Problem]:
        return []


class ManagedAdmin(ModelAdmin):
    """Adds and changes by service; what the ledger knows is never deleted, and never moves to another production."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, "production"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields = form.cleaned_data
        if change:
            self.change(request, obj, {name: fields[name] for name in form.changed_data})
        else:
            obj.pk = self.add(request, fields).pk

    @abstractmethod
    def add(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """The new row, made by its service."""

    @abstractmethod
    def change(self, request: HttpRequest, row: Any, changes: dict[str, Any]) -> None:
        """Changes the row by its service."""


class ProductionForm(CheckedForm):
    def problems(self) -> Iterable[Problem]:
        return production_problems(self.instance)


@admin.register(Production)
class ProductionAdmin(ManagedAdmin):
    form = ProductionForm
    fields = ("title", "time_zone", "pack", "wrap", "overrides")
    list_display = ("title", "time_zone", "pack", "wrap", "simulated", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return []

    def add(self, request: HttpRequest, fields: dict[str, Any]) -> Production:
        return create_production(user=User.objects.get(pk=str(request.user.pk)), **fields)

    def change(self, request: HttpRequest, row: Production, changes: dict[str, Any]) -> None:
        change_production(production=row, author=crew_member_of(request, row), **changes)


class PlaceForm(CheckedForm):
    secure = forms.TypedChoiceField(
        choices=[("", "—"), ("yes", "secure, like a safe"), ("no", "not secure, like a cart")],
        coerce=lambda word: word == "yes",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.secure is not None:
            self.initial["secure"] = "yes" if self.instance.secure else "no"


@admin.register(Place)
class PlaceAdmin(ManagedAdmin):
    form = PlaceForm
    fields = ("production", "name", "secure")
    list_display = ("name", "secure", "production")
    list_filter = ("production",)
    list_select_related = ("production",)

    def add(self, request: HttpRequest, fields: dict[str, Any]) -> Place:
        return add_place(author=crew_member_of(request, fields["production"]), **fields)

    def change(self, request: HttpRequest, row: Place, changes: dict[str, Any]) -> None:
        change_place(place=row, author=crew_member_of(request, row.production), **changes)


class FirearmForm(CheckedForm):
    def problems(self) -> Iterable[Problem]:
        return firearm_problems(self.instance)


@admin.register(Firearm)
class FirearmAdmin(ManagedAdmin):
    form = FirearmForm
    fields = ("production", "name", "tag", "kind", "capacity", "calibre", "serial", "functional")
    list_display = ("tag", "name", "kind", "capacity", "functional", "production")
    list_filter = ("production", "kind")
    list_select_related = ("production",)

    def add(self, request: HttpRequest, fields: dict[str, Any]) -> Firearm:
        return add_firearm(author=crew_member_of(request, fields["production"]), **fields)

    def change(self, request: HttpRequest, row: Firearm, changes: dict[str, Any]) -> None:
        change_firearm(firearm=row, author=crew_member_of(request, row.production), **changes)


class CrewForm(CheckedForm):
    roles = forms.MultipleChoiceField(choices=[(role, role) for role in ROLES], widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(required=False, initial=True, help_text="whoever left can't sign in to the production")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["active"] = self.instance.active

    def problems(self) -> Iterable[Problem]:
        before = CrewMember.objects.filter(pk=self.instance.pk).first() or CrewMember(
            production=self.instance.production
        )
        return crew_problems(before, {"roles": self.cleaned_data["roles"], "email": self.cleaned_data["email"]})


class CredentialForm(CheckedForm):
    def problems(self) -> Iterable[Problem]:
        wrong = credential_problems([self.cleaned_data]) if self.has_changed() else []  # type: ignore[list-item]
        return [Problem("/valid_until", problem.detail) for problem in wrong]


class CredentialInline(TabularInline):
    model = Credential
    form = CredentialForm
    fields = ("type", "number", "issued_by", "valid_from", "valid_until")
    extra = 0


@admin.register(CrewMember)
class CrewAdmin(ManagedAdmin):
    form = CrewForm
    fields = ("production", "name", "email", "roles", "active", "user")
    readonly_fields = ("user",)
    inlines = (CredentialInline,)
    list_display = ("name", "roles", "production", "left_at")
    list_filter = ("production",)
    list_select_related = ("production",)
    search_fields = ("name",)

    def add(self, request: HttpRequest, fields: dict[str, Any]) -> CrewMember:
        known = {name: value for name, value in fields.items() if name != "active"}
        return enrol_crew_member(author=crew_member_of(request, fields["production"]), **known)

    def change(self, request: HttpRequest, row: CrewMember, changes: dict[str, Any]) -> None:
        change_crew_member(member=row, author=crew_member_of(request, row.production), **changes)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Credentials are replaced as a whole, by the service."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if formset.has_changed():
            rows = [
                one.cleaned_data for one in formset.forms if one.cleaned_data and not one.cleaned_data.get("DELETE")
            ]
            kept: Any = [{name: row[name] for name in CredentialInline.fields} for row in rows]
            self.change(request, CrewMember.objects.get(pk=form.instance.pk), {"credentials": kept})


class ChannelForm(CheckedForm):
    class Meta:
        widgets = {"secret": forms.PasswordInput}

    def problems(self) -> Iterable[Problem]:
        problem = channel_problem(self.instance.kind, self.instance.target)
        return [problem] if problem else []


@admin.register(Channel)
class ChannelAdmin(ManagedAdmin):
    """Added and removed; the secret is never shown again."""

    form = ChannelForm
    list_display = ("kind", "target", "production", "created_at")
    list_filter = ("production",)
    list_select_related = ("production",)
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["production", "kind", "target", *([] if obj else ["secret"])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_delete_permission(self, request, obj)

    def add(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        return add_channel(**fields)

    def delete_model(self, request: HttpRequest, obj: Channel) -> None:
        remove_channel(channel=obj)
