"""Events of licences."""

from disputes.events.base import LicenceTerms, Occurrence, Slug
from disputes.vocabulary import Lane, Status


class LicenceAnnounced(
    LicenceTerms,
    name="licence_announced",
    label="Licence announced",
    lane=Lane.DEAL,
    leads_to=Status.LICENSED,
):
    """The parties announced a licence."""


class LicenceSigned(
    LicenceTerms, name="licence_signed", label="Licence signed", lane=Lane.DEAL, leads_to=Status.LICENSED
):
    """A licence was concluded."""


class LicenceAmended(
    LicenceTerms, name="licence_amended", label="Licence amended", lane=Lane.DEAL, leads_to=Status.LICENSED
):
    """The terms of a licence were changed."""


class LicenceRenewed(
    LicenceTerms, name="licence_renewed", label="Licence renewed", lane=Lane.DEAL, leads_to=Status.LICENSED
):
    """A licence was prolonged."""


class LicenceExpired(
    Occurrence, name="licence_expired", label="Licence expired", lane=Lane.DEAL, leads_to=Status.WATCHING
):
    """A licence ended with its term."""

    licensor: Slug | None = None
    licensee: Slug | None = None


class LicenceTerminated(
    Occurrence,
    name="licence_terminated",
    label="Licence terminated",
    lane=Lane.DEAL,
    leads_to=Status.WATCHING,
):
    """A licence was ended before its term."""

    licensor: Slug | None = None
    licensee: Slug | None = None
