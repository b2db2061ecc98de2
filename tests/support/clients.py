"""Clients of the API, by the roles that their accounts have."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from knox.models import AuthToken
from rest_framework.test import APIClient


def client_with(*roles: str) -> APIClient:
    """Make a client that sends the token of a new account with the named roles."""
    user = get_user_model().objects.create_user(f"somebody-{'-'.join(roles) or 'without-role'}")
    user.groups.set(Group.objects.filter(name__in=roles))
    assert user.groups.count() == len(roles), "every role is a group"
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user)[1]}")
    return client
